import type { GraphActions, GraphLayout } from '../environment/graph-layout.ts';
import { graphRow, maxElements } from '../environment/graph-layout.ts';
import { graphBatch } from '../graph/graph-batch.ts';
import { type ActionGroup, concat, dense, graphActions, multiply, slice } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import {
  type GraphEmbeddings,
  type GraphTrunkOptions,
  type NamedTensors,
  prepareTrunk,
  trunkParameters,
} from './graph-trunk.ts';
import { linear } from './linear.ts';
import type { Network, ParameterDefinition } from './network.ts';

export interface GraphTransformerOptions extends GraphTrunkOptions {
  readonly name: string;
  /** The layout of its observations. */
  readonly layout: GraphLayout;
  /** Whether its first outputs are logits of the layout's actions. True by default. */
  readonly forward?: boolean;
  /** Whether logits of the layout's backward actions follow, all 0 at start. False by default. */
  readonly backward?: boolean;
  /** Further outputs for the graph as a whole, such as a value. None by default. */
  readonly graphOutputs?: number;
  /** Features of a condition. By default the bins of the layout's thermometer; without one 32, all 0. */
  readonly conditionWidth?: number;
}

/** A network over graphs. */
export interface GraphNetwork extends Network {
  /** Its outputs for each graph. */
  readonly outputs: number;
}

/** One linear layer from embeddings of graphs or nodes to logits. */
interface Head {
  readonly name: string;
  readonly group: GraphActions;
  readonly max: number;
  readonly inputs: 'graph' | 'node' | 'concatenated' | 'summed';
  readonly bound: number | undefined;
}

/**
 * A graph transformer (see `prepareTrunk`) with a linear layer for each group of actions, on the embedding of the
 * graph, of a node, or of the two nodes of an edge or pair. Observations are i32 [N, positions], its outputs f32 [N,
 * outputs]: the logits of the layout's actions, of its backward actions, and further outputs, as requested. Elements
 * that a graph does not have get the logit 0.
 *
 * @throws if it would have no outputs, a size is not a positive integer, or the width of the condition differs from
 * that of
 *   the layout's thermometer
 */
export function graphTransformer(options: GraphTransformerOptions): GraphNetwork {
  checkGiven('graphTransformer', { options }, { name: 'text', layout: 'object' });
  const { name, layout, width, forward = true, backward = false, graphOutputs = 0 } = options;
  const { conditionWidth = layout.thermometer?.bins ?? 32 } = options;
  checkSizes(options, conditionWidth);
  const head = (group: GraphActions, prefix: string, bound?: number): Head => ({
    name: `${prefix}/${group.name}`,
    group,
    max: maxElements(layout, group.of),
    inputs: group.of === 'edge' ? layout.edgeHeads : group.of === 'pair' ? 'summed' : group.of,
    bound,
  });
  const heads = [
    ...(forward ? layout.actions.map((group) => head(group, 'forward')) : []),
    ...(backward ? layout.backwardActions.map((group) => head(group, 'backward', 0)) : []),
    ...(graphOutputs > 0 ? [head({ name: 'graph', of: 'graph', width: graphOutputs }, 'output')] : []),
  ].filter(({ max, group }) => max * group.width > 0);
  if (heads.length === 0)
    throw new Error(`graphTransformer ${name}: without actions or graph outputs it has no output.`);
  const twice = ({ inputs }: Head) => inputs === 'graph' || inputs === 'concatenated';
  const parameters: ParameterDefinition[] = [
    ...trunkParameters(options, { node: layout.nodeWidth, edge: layout.edgeWidth, condition: conditionWidth }),
    ...heads.flatMap((each) => linear(each.name, twice(each) ? 2 * width : width, each.group.width, each.bound)),
  ];
  const prepare = (tensors: readonly Tensor[]) => {
    const places = new Map(parameters.map((parameter, i) => [parameter.name, i]));
    const named: NamedTensors = (parameter) => tensors[places.get(parameter) as number];
    const zeros = () => tensors[0].tape.constant('f32', [1, conditionWidth], new Float32Array(conditionWidth));
    const trunk = prepareTrunk(options, named, layout.thermometer ? undefined : zeros());
    const applyHeads = prepareHeads(heads, named, width);
    return (observation: Tensor) => {
      const batch = graphBatch(observation, layout);
      const { nodeTokens, edgeTokens, condition } = batch;
      const inputs = { nodes: nodeTokens, edges: edgeTokens, ...(condition && { condition }) };
      const { groups, values } = applyHeads(trunk(batch, inputs));
      return graphActions(observation, batch.offsets, values, groups, graphRow(layout));
    };
  };
  return {
    name,
    parameters,
    outputs: heads.reduce((sum, { max, group }) => sum + max * group.width, 0),
    apply: (tensors, observation) => prepare(tensors)(observation),
    prepare,
  };
}

/** Rows of actions: their groups, and the values of graphs and of nodes. */
interface HeadOutputs {
  readonly groups: readonly ActionGroup[];
  readonly values: { readonly ofGraphs?: Tensor; readonly ofNodes?: Tensor };
}

/**
 * All heads in two products, one with the graphs' embeddings and one with the nodes'. A function linear in two nodes is
 * the sum of their contributions: for concatenated embeddings by the upper and the lower half of the weight, for summed
 * ones by the same weight, with half of the bias each.
 */
function prepareHeads(
  heads: readonly Head[],
  parameters: NamedTensors,
  width: number,
): (embeddings: GraphEmbeddings) => HeadOutputs {
  const layers = { graph: wideLayer(), node: wideLayer() };
  const groups = heads.map(({ name, group, max, inputs }): ActionGroup => {
    const [weight, bias] = [parameters(`${name}/weight`), parameters(`${name}/bias`)];
    const sized = { of: group.of, width: group.width, max };
    if (inputs === 'graph' || inputs === 'node') {
      return { ...sized, column: layers[inputs].add(weight, bias), second: 0 };
    }
    if (inputs === 'summed') {
      const column = layers.node.add(weight, multiply(bias, 0.5));
      return { ...sized, column, second: column };
    }
    const none = bias.tape.constant('f32', bias.shape, new Float32Array(bias.shape[0]));
    const column = layers.node.add(slice(weight, 0, 0, width), bias);
    return { ...sized, column, second: layers.node.add(slice(weight, 0, width, width), none) };
  });
  const [ofGraph, ofNode] = [layers.graph.prepare(), layers.node.prepare()];
  return ({ graphs, nodes }) => ({
    groups,
    values: { ...(ofGraph && { ofGraphs: ofGraph(graphs) }), ...(ofNode && { ofNodes: ofNode(nodes) }) },
  });
}

/** Merges linear layers with the same input. */
function wideLayer() {
  const weights: Tensor[] = [];
  const biases: Tensor[] = [];
  const joined = (tensors: readonly Tensor[], axis: number) =>
    tensors.length === 1 ? tensors[0] : concat(tensors, axis);
  return {
    /** Adds a layer, and returns the first column of its outputs. */
    add(weight: Tensor, bias: Tensor): number {
      const column = biases.reduce((sum, { shape }) => sum + shape[0], 0);
      weights.push(weight);
      biases.push(bias);
      return column;
    },
    /** Returns the function that applies all of them; undefined if there are none. */
    prepare(): ((x: Tensor) => Tensor) | undefined {
      if (weights.length === 0) return undefined;
      const [weight, bias] = [joined(weights, 1), joined(biases, 0)];
      return (x) => dense(x, weight, bias);
    },
  };
}

function checkSizes(
  { name, layout, width, layers, heads, graphOutputs = 0 }: GraphTransformerOptions,
  condition: number,
) {
  const whole = { width, layers, heads, 'condition width': condition };
  for (const [what, size] of Object.entries(whole)) {
    if (!Number.isInteger(size) || size < 1) throw new Error(`graphTransformer ${name}: ${what} ${size} cannot be.`);
  }
  if (!Number.isInteger(graphOutputs) || graphOutputs < 0) {
    throw new Error(`graphTransformer ${name}: ${graphOutputs} graph outputs cannot be.`);
  }
  const bins = layout.thermometer?.bins;
  if (bins !== undefined && bins !== condition) {
    throw new Error(`graphTransformer ${name}: a condition of ${condition} features, but the thermometer has ${bins}.`);
  }
}
