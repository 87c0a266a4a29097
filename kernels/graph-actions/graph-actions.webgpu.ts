import { type GraphActionsAttributes, graphActionValues } from '../../src/ops/index.ts';
import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import source from './graph-actions.wgsl';
import gradientSource from './graph-actions-gradient.wgsl';

export const graphActions: WebgpuKernel<'graphActions'> = ({ attributes, inputs, outputs: [y] }, context) => {
  const [observation, offsets, ...values] = inputs;
  const count = maxRows(y) * y.shape[1];
  if (count === 0) return [];
  return [
    {
      label: 'graphActions',
      source: preamble(attributes, observation, y) + valueFunctions(attributes) + source,
      bindings: [observation, offsets, y, ...values],
      rows: y,
      workgroups: gridOver(count, context),
    },
  ];
};

export const graphActionsGradient: WebgpuKernel<'graphActionsGradient'> = (
  { attributes, inputs, outputs },
  context,
) => {
  const [observation, offsets] = inputs;
  const dy = inputs[inputs.length - 1];
  const { graphWidth, nodeWidth } = attributes;
  return [
    {
      label: 'graphActionsGradient',
      source: preamble(attributes, observation, dy) + valueFunctions(attributes) + gradientSource,
      bindings: [observation, offsets, dy, ...outputs],
      rows: observation,
      workgroups: gridOver(maxRows(observation) * (graphWidth + nodeWidth), context),
    },
  ];
};

/** The groups as a table, and the sizes of what is read. An override constant could not hold a table. */
function preamble({ groups, row, graphWidth, nodeWidth }: GraphActionsAttributes, observation: Operand, y: Operand) {
  const rows = groups.map(
    ({ of, width, max, column, second }) => `Group(${of.toUpperCase()}, ${width}, ${max}, ${column}, ${second})`,
  );
  return `
const GRAPH = 0;
const NODE = 1;
const EDGE = 2;
const PAIR = 3;
struct Group { kind: i32, width: i32, max: i32, column: i32, second: i32 }
const GROUP_COUNT = ${groups.length};
const GROUPS = array<Group, ${groups.length}>(${rows.join(', ')});
const P: i32 = ${observation.shape[1]};
const EDGES: i32 = ${row.edges};
const EDGE_SIZE: i32 = ${row.edgeSize};
const ACTIONS: u32 = ${y.shape[1]};
const GRAPH_WIDTH: u32 = ${graphWidth};
const NODE_WIDTH: u32 = ${nodeWidth};
@group(0) @binding(0) var<storage, read_write> observation: array<i32>;
@group(0) @binding(1) var<storage, read_write> offsets: array<i32>;
`;
}

/** Functions that read and write values or their gradients. Absent ones read as 0. */
function valueFunctions(attributes: GraphActionsAttributes): string {
  const { graphWidth, nodeWidth } = attributes;
  const { graphValues, nodeValues } = graphActionValues([0, 1, 3, 4], attributes);
  const access = (name: string, binding: number | undefined, width: number) =>
    binding === undefined
      ? `fn ${name}_load(row: i32, column: i32) -> f32 { return 0.0f; }
fn ${name}_store(row: i32, column: i32, value: f32) {}
`
      : `@group(0) @binding(${binding}) var<storage, read_write> ${name}_values: array<f32>;
fn ${name}_load(row: i32, column: i32) -> f32 { return ${name}_values[row * ${width} + column]; }
fn ${name}_store(row: i32, column: i32, value: f32) { ${name}_values[row * ${width} + column] = value; }
`;
  return access('graph', graphValues, graphWidth) + access('node', nodeValues, nodeWidth);
}
