import type { Launch, WebgpuContext, WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import features from '../graph/features.wgsl';
import structureSource from '../graph/structure.wgsl';
import { gridOfLanes, lanesFor } from '../lanes.webgpu.ts';
import lanesSource from '../lanes.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import featuresGradient from './features-gradient.wgsl';
import outputSource from './graph-attention.wgsl';
import projectionsSource from './projections.wgsl';
import projectionsGradient from './projections-gradient.wgsl';
import scoresSource from './scores.wgsl';
import slopesSource from './slopes.wgsl';
import weightsSource from './weights.wgsl';

const withFeatures = structureSource + features + projectionsSource;

/** Three launches: scores, their softmax, the sum of values. */
export const graphAttention: WebgpuKernel<'graphAttention'> = (
  { attributes: { heads, nodes }, inputs: [projections, e, virtual, structure], outputs: [y, alpha] },
  context,
) => {
  const width = e.shape[1];
  const sizes = { NODES: nodes.capacity, WIDTH: width, HEADS: heads };
  const queries = 'fn row_of(node: i32, c: u32) -> f32 { return projection(node, QUERY, c); }\n';
  const scale = 1 / Math.sqrt(width / heads);
  const shared = [structure, e, virtual, projections];
  return [
    scoresLaunch(queries, [...shared, alpha], alpha, { ...sizes, SCALE: scale, STRIDE: heads, VALUES: 0 }, context),
    {
      label: 'graphAttention weights',
      source: structureSource + weightsSource,
      constants: { NODES: nodes.capacity, WIDTH: heads },
      bindings: [structure, alpha],
      rows: y,
      workgroups: gridOver(maxRows(y) * heads, context),
    },
    {
      label: 'graphAttention values',
      source: withFeatures + outputSource,
      constants: sizes,
      bindings: [...shared, alpha, y],
      rows: y,
      workgroups: gridOver(maxRows(y) * width, context),
    },
  ];
};

/** Four launches: the derivatives of weights, of scores, of the nodes' projections and of the edges' features. */
export const graphAttentionGradient: WebgpuKernel<'graphAttentionGradient'> = (
  {
    attributes: { heads, nodes },
    inputs: [projections, e, virtual, structure, , alpha, dy],
    outputs: [dprojections, de, dvirtual, beta],
  },
  context,
) => {
  const width = e.shape[1];
  const sizes = { NODES: nodes.capacity, WIDTH: width, HEADS: heads };
  const cotangents =
    '@group(0) @binding(5) var<storage, read_write> dy: array<f32>;\n' +
    'fn row_of(node: i32, c: u32) -> f32 { return dy[place(node, c)]; }\n';
  const shared = [structure, e, virtual, projections];
  return [
    scoresLaunch(
      cotangents,
      [...shared, beta, dy],
      beta,
      { ...sizes, SCALE: 1, STRIDE: 2 * heads, VALUES: 1 },
      context,
    ),
    {
      label: 'graphAttentionGradient slopes',
      source: structureSource + slopesSource,
      constants: { NODES: nodes.capacity, WIDTH: heads, SCALE: 1 / Math.sqrt(width / heads) },
      bindings: [structure, alpha, beta],
      rows: dvirtual,
      workgroups: gridOver(maxRows(dvirtual) * heads, context),
    },
    {
      label: 'graphAttentionGradient projections',
      source: withFeatures + projectionsGradient,
      constants: sizes,
      bindings: [...shared, dy, beta, dprojections],
      rows: dprojections,
      workgroups: gridOver(maxRows(dprojections) * width, context),
    },
    {
      label: 'graphAttentionGradient features',
      source: structureSource + projectionsSource + featuresGradient,
      constants: sizes,
      bindings: [structure, dy, beta, projections, de, dvirtual],
      rows: dvirtual,
      workgroups: gridOver(maxRows(dvirtual) * width, context),
    },
  ];
};

/** The products of each entry and head, into `scores`. */
function scoresLaunch(
  rowOf: string,
  bindings: readonly Operand[],
  scores: Operand,
  constants: { readonly [name: string]: number; readonly WIDTH: number; readonly HEADS: number },
  context: WebgpuContext,
): Launch {
  const { WIDTH, HEADS } = constants;
  const products = maxRows(scores) * HEADS;
  const lanes = lanesFor(products, WIDTH / HEADS, context);
  return {
    label: 'graphAttention scores',
    source: lanesSource + withFeatures + rowOf + scoresSource,
    constants: { ...constants, LANES: lanes },
    bindings,
    rows: scores,
    workgroups: gridOfLanes(products, lanes, context),
  };
}
