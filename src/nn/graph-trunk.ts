import type { GraphBatch } from '../graph/index.ts';
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
import type { ParameterDefinition } from './network.ts';

/** The size of a graph transformer. */
export interface GraphTrunkOptions {
  /** Numbers in the embedding of a node or an edge. */
  readonly width: number;
  readonly layers: number;
  /** Attention heads, each of `width` channels. */
  readonly heads: number;
}

/** How many features nodes, edges and conditions have. */
export interface GraphFeatures {
  readonly node: number;
  readonly edge: number;
  readonly condition: number;
}

/** What a trunk takes: of nodes and edges f32 features [rows, F] or i32 tokens [rows, T], indices of features that are 1. */
export interface GraphTrunkInputs {
  /** By the batch's nodes; what stands at virtual nodes has no influence. */
  readonly nodes: Tensor;
  /** By the batch's edges. */
  readonly edges: Tensor;
  /** f32 [graphs, F] by the batch's graphs, or [1, F] where all graphs have the same. */
  readonly condition: Tensor;
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

/** A weight and a bias, uniform in +- 1 / sqrt(fan in), or within a bound of its own. */
export function linear(name: string, fanIn: number, fanOut: number, bound = 1 / Math.sqrt(fanIn)) {
  return [
    { name: `${name}/weight`, shape: [fanIn, fanOut], bound },
    { name: `${name}/bias`, shape: [fanOut], bound },
  ];
}

/**
 * A graph transformer with a virtual node, normalised ahead of each part, as the paper's code has it for molecules
 * (Zykova-Myzina et al. 2026): each layer sums messages over the edges (Li et al. 2020, DeeperGCN), lets nodes attend
 * along them (Shi et al. 2021), scales and shifts the result by the graph's condition, and ends in a perceptron.
 * Norms take their mean and variance over all nodes and channels of a graph, virtual node included.
 *
 * @returns embeddings of the nodes [nodes, width], virtual ones included, and of the graphs [graphs, 2 width]: the mean
 *   of the nodes, then the virtual one
 */
export function applyTrunk(
  { layers, heads }: GraphTrunkOptions,
  parameters: NamedTensors,
  batch: GraphBatch,
  inputs: GraphTrunkInputs,
): { nodes: Tensor; graphs: Tensor } {
  const { tape } = inputs.nodes;
  const condition = applyInputLayers(parameters, 'condition', inputs.condition);
  /** What a graph has, for each of its nodes. */
  const spread = (x: Tensor) =>
    inputs.condition.rows ? segmentExpand(x, { offsets: batch.offsets, ids: batch.graphOf }) : x;
  const embedded = applyInputLayers(parameters, 'node', inputs.nodes);
  let nodes = select(batch.isVirtual, spread(condition), embedded);
  const width = nodes.shape[1];
  const edges = applyInputLayers(parameters, 'edge', inputs.edges);
  // The features of virtual edges are not embedded: the first of them is 1.
  const virtual = tape.constant('f32', [1, width], [1, ...new Array<number>(width - 1).fill(0)]);
  const norm = (x: Tensor) => graphNorm(x, { offsets: batch.offsets, ids: batch.graphOf });

  for (let layer = 0; layer < layers; layer++) {
    const p = (name: string) => parameters(`layer${layer}/${name}`);
    const apply = (name: string, x: Tensor, activation: 'none' | 'leakyRelu' = 'none') =>
      dense(x, p(`${name}/weight`), p(`${name}/bias`), activation);
    const normed = norm(nodes);
    const messages = dense(graphMessages(normed, edges, virtual, batch), p('message/weight'));
    // Products that share their input are one.
    const parts = ['query', 'key', 'value', 'skip'];
    const projections = dense(
      concat([normed, messages], 1),
      concat(
        parts.map((part) => p(`${part}/weight`)),
        1,
      ),
      concat(
        parts.map((part) => p(`${part}/bias`)),
        0,
      ),
    );
    const edgeWeight = p('edge/weight');
    const attended = graphAttention(
      projections,
      dense(edges, edgeWeight),
      slice(edgeWeight, 0, 0, 1), // What virtual edges' features become.
      batch,
      heads,
    );
    const modulation = apply('modulation', condition);
    const [scale, shift] = [0, width].map((start) => spread(slice(modulation, 1, start, width)));
    nodes = add(nodes, add(multiply(apply('attention', attended), scale), shift));
    nodes = add(nodes, apply('feedforward1', apply('feedforward0', norm(nodes), 'leakyRelu')));
  }
  return { nodes, graphs: graphReadout(nodes, batch.offsets, batch.graphs) };
}

function applyInputLayers(parameters: NamedTensors, of: string, input: Tensor): Tensor {
  const p = (layer: number) => [parameters(`${of}/layer${layer}/weight`), parameters(`${of}/layer${layer}/bias`)];
  const [weight, bias] = p(0);
  const first = (input.dtype === 'i32' ? oneHotDense : dense)(input, weight, bias, 'leakyRelu');
  const second = dense(first, p(1)[0], p(1)[1], 'leakyRelu');
  return dense(second, p(2)[0], p(2)[1]);
}
