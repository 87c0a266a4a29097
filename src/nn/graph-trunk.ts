import type { GraphBatch } from '../graph/graph-batch.ts';
import {
  add,
  concat,
  dense,
  graphAttention,
  graphMessages,
  graphNorm,
  graphReadout,
  multiply,
  oneHotDense,
  segmentExpand,
  select,
  slice,
} from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import { linear } from './linear.ts';
import type { ParameterDefinition } from './network.ts';

/** The size of a graph transformer. */
export interface GraphTrunkOptions {
  /** Numbers in the embedding of a node or an edge. */
  readonly width: number;
  readonly layers: number;
  /** Attention heads, each of `width` channels. */
  readonly heads: number;
}

/** The numbers of features of nodes, edges and conditions. */
export interface GraphFeatures {
  readonly node: number;
  readonly edge: number;
  readonly condition: number;
}

/**
 * The inputs of a trunk: for nodes and edges f32 features [rows, F] or i32 tokens [rows, T], indices of features that
 * are 1.
 */
export interface GraphTrunkInputs {
  /** By the batch's nodes; values at virtual nodes have no effect. */
  readonly nodes: Tensor;
  /** By the batch's edges. */
  readonly edges: Tensor;
  /** f32 [graphs, F] by the batch's graphs; absent if all graphs share the one that the trunk was prepared for. */
  readonly condition?: Tensor;
}

/** A tensor for each parameter, by the parameter's name. */
export type NamedTensors = (name: string) => Tensor;

/**
 * The parameters of a trunk, in order: 2 154 496 of them for 73, 14 and 32 features, width 128, 4 layers and 2 heads.
 * All start uniform in +- 1 / sqrt(fan in).
 */
export function trunkParameters({ width, layers, heads }: GraphTrunkOptions, features: GraphFeatures) {
  const inner = heads * width;
  return [
    ...inputLayers('node', features.node, width),
    ...inputLayers('edge', features.edge, width),
    ...inputLayers('condition', features.condition, width),
    ...Array.from({ length: layers }, (_, layer) => [
      weight(`layer${layer}/message/weight`, width, width),
      ...['query', 'key', 'value', 'skip'].flatMap((part) => linear(`layer${layer}/${part}`, 2 * width, inner)),
      weight(`layer${layer}/edge/weight`, width, inner),
      ...linear(`layer${layer}/attention`, inner, width),
      ...linear(`layer${layer}/modulation`, width, 2 * width),
      ...linear(`layer${layer}/feedforward0`, width, 4 * width),
      ...linear(`layer${layer}/feedforward1`, 4 * width, width),
    ]).flat(),
  ];
}

function inputLayers(of: string, features: number, width: number): ParameterDefinition[] {
  return [0, 1, 2].flatMap((layer) => linear(`${of}/layer${layer}`, layer === 0 ? features : width, width));
}

function weight(name: string, fanIn: number, fanOut: number): ParameterDefinition {
  return { name, shape: [fanIn, fanOut], bound: 1 / Math.sqrt(fanIn) };
}

/** Embeddings of nodes [nodes, width], virtual ones included, and of graphs [graphs, 2 width]. */
export interface GraphEmbeddings {
  readonly nodes: Tensor;
  /** The mean of the nodes, then the virtual one. */
  readonly graphs: Tensor;
}

/**
 * The effect of a condition on the trunk: the state of the virtual node, and the scale and shift of each layer's
 * result.
 */
interface ConditionParts {
  readonly state: Tensor;
  readonly layers: readonly { readonly scale: Tensor; readonly shift: Tensor }[];
}

/**
 * A graph transformer with a virtual node, with a norm before each part, as in the paper's code for molecules
 * (Zykova-Myzina et al. 2026): each layer sums messages over the edges (Li et al. 2020, DeeperGCN), lets nodes attend
 * along them (Shi et al. 2021), scales and shifts the result by the graph's condition, and ends in a perceptron. Norms
 * take their mean and variance over all nodes and channels of a graph, virtual node included.
 *
 * Records everything that is the same for all graphs, and returns a function that records the rest.
 *
 * @param shared f32 [1, F]: the condition, if all graphs share it
 */
export function prepareTrunk(
  { width, layers, heads }: GraphTrunkOptions,
  parameters: NamedTensors,
  shared?: Tensor,
): (batch: GraphBatch, inputs: GraphTrunkInputs) => GraphEmbeddings {
  const { tape } = parameters('node/layer0/weight');
  // The features of virtual edges are not embedded: the first of them is 1.
  const virtual = tape.constant('f32', [1, width], [1, ...new Array<number>(width - 1).fill(0)]);
  const prepared = Array.from({ length: layers }, (_, layer) => {
    const p = (name: string) => parameters(`layer${layer}/${name}`);
    const joined = (what: string, axis: number) =>
      concat(
        ['query', 'key', 'value', 'skip'].map((part) => p(`${part}/${what}`)),
        axis,
      );
    const apply = (name: string, x: Tensor, activation: 'none' | 'leakyRelu' = 'none') =>
      dense(x, p(`${name}/weight`), p(`${name}/bias`), activation);
    const edge = p('edge/weight');
    return {
      apply,
      message: p('message/weight'),
      // Products with the same input are merged.
      projections: { weight: joined('weight', 1), bias: joined('bias', 0) },
      edge,
      virtualEdge: slice(edge, 0, 0, 1),
    };
  });
  const partsOf = (condition: Tensor): ConditionParts => {
    const state = applyInputLayers(parameters, 'condition', condition);
    const parts = prepared.map(({ apply }) => {
      const both = apply('modulation', state);
      return { scale: slice(both, 1, 0, width), shift: slice(both, 1, width, width) };
    });
    return { state, layers: parts };
  };
  const sharedParts = shared && partsOf(shared);

  return (batch, inputs) => {
    const segments = { offsets: batch.offsets, ids: batch.graphOf };
    const condition = inputs.condition ? partsOf(inputs.condition) : sharedParts;
    if (!condition) throw new Error('graph transformer: neither the graphs nor the trunk have a condition.');
    /** Spreads a graph's numbers over its nodes. */
    const spread = (x: Tensor) => (inputs.condition ? segmentExpand(x, segments) : x);
    const embedded = applyInputLayers(parameters, 'node', inputs.nodes);
    let nodes = select(batch.isVirtual, spread(condition.state), embedded);
    const edges = applyInputLayers(parameters, 'edge', inputs.edges);
    prepared.forEach(({ apply, message, projections, edge, virtualEdge }, layer) => {
      const normed = graphNorm(nodes, segments);
      const messages = dense(graphMessages(normed, edges, virtual, batch), message);
      const projected = dense(concat([normed, messages], 1), projections.weight, projections.bias);
      const attended = graphAttention(projected, dense(edges, edge), virtualEdge, batch, heads);
      const { scale, shift } = condition.layers[layer];
      nodes = add(nodes, add(multiply(apply('attention', attended), spread(scale)), spread(shift)));
      nodes = add(nodes, apply('feedforward1', apply('feedforward0', graphNorm(nodes, segments), 'leakyRelu')));
    });
    return { nodes, graphs: graphReadout(nodes, batch.offsets, batch.graphs) };
  };
}

function applyInputLayers(parameters: NamedTensors, of: string, input: Tensor): Tensor {
  const p = (layer: number) => [parameters(`${of}/layer${layer}/weight`), parameters(`${of}/layer${layer}/bias`)];
  const [weight, bias] = p(0);
  const first = (input.dtype === 'i32' ? oneHotDense : dense)(input, weight, bias, 'leakyRelu');
  const second = dense(first, p(1)[0], p(1)[1], 'leakyRelu');
  return dense(second, p(2)[0], p(2)[1]);
}
