import type { Launch, WebgpuContext } from '../../src/plan/kernel.ts';
import type { LoopStep } from '../../src/plan/plan.ts';
import type { Operand } from '../../src/plan/step.ts';
import { elementCount, type Variable, variable } from '../../src/tape/index.ts';
import { sameAddress } from '../address.webgpu.ts';
import { activationNumbers } from '../dense/activation.webgpu.ts';
import activation from '../dense/activation.wgsl';
import apart from '../dense/quad-apart.wgsl';
import together from '../dense/quad-together.wgsl';
import functions from '../elementwise/functions.wgsl';
import threefry from '../random/threefry.wgsl';
import { rowWidth } from '../rows.webgpu.ts';
import { grid, largestWorkgroup, powerOfTwo, workgroupSize } from '../workgroups.ts';
import collectSource from './collect-rows.wgsl';
import layerSource from './whole-layer.wgsl';
import layerEnd from './whole-layer-end.wgsl';
import oneHotLayerSource from './whole-one-hot-layer.wgsl';
import rolloutSource from './whole-rollout.wgsl';
import { commonNames, environmentText } from './whole-rollout-environment.ts';
import { type Layer, type Rollout, rolloutOf } from './whole-rollout-steps.ts';

/** Trajectories per workgroup; see whole-rollout.wgsl. */
const rowsOfGroup = 8;
/** Maximum number of parts of an inner dimension: beyond it, joining costs more than dividing saves. */
const maxParts = 16;

/**
 * A rollout's loop as two launches instead of several for every possible step: one walks all trajectories to their
 * ends, the other lays out the records as rows. Undefined for any other loop, and if the device's workgroups are too
 * small.
 *
 * @param readLater the operands read after the loop, which are all that has to be recorded
 */
export function wholeRollout(
  loop: LoopStep,
  readLater: readonly Operand[],
  context: WebgpuContext,
): readonly Launch[] | undefined {
  const rollout = context.wholeRollouts ? rolloutOf(loop) : undefined;
  if (!rollout) return undefined;
  const { batch, observation, mask, layers, cut, action, logBackward, logReward } = rollout;
  const made = [observation, mask, ...layers.map(({ y }) => y), ...(cut ? [cut] : []), action, logBackward, logReward];
  const places = batch * loop.max;
  let end = batch;
  const recorded = made
    .filter((output) => readLater.some((read) => sameAddress(read.address, output.address)))
    .map((output) => {
      const base = end;
      end += places * rowWidth(output);
      return { output, base };
    });
  const bytes = 4 * Math.max(end, spanOf(recorded).last - spanOf(recorded).first);
  if (recorded.length === 0 || bytes > context.limits.maxStorageBufferBindingSize) return undefined;
  const records = variable(`${loop.label}/records`, 'i32', [end]);
  const baseOf = (output: Operand | undefined) => recorded.find((record) => record.output === output)?.base;
  const walk = walkLaunch(rollout, loop.max, records, baseOf, context);
  return walk && [walk, collectLaunch(rollout, loop.max, records, recorded, context)];
}

const wholeOf = (source: Variable): Operand => ({
  dtype: source.dtype,
  shape: source.shape,
  address: { space: 'variable', variable: source, byteOffset: 0 },
});

function walkLaunch(
  rollout: Rollout,
  steps: number,
  records: Variable,
  baseOf: (output: Operand | undefined) => number | undefined,
  context: WebgpuContext,
): Launch | undefined {
  const { batch, environment, observation, mask, layers, cut, action, logBackward, logReward } = rollout;
  const quads = context.emulated && context.subgroupSize >= 4;
  const size = quads ? context.subgroupSize : context.emulated ? rowsOfGroup : largestWorkgroup;
  const [width, actions, states] = [rowWidth(observation), rowWidth(mask), rowWidth(rollout.objects)];
  // In software a workgroup is too small to divide, and one that hands numbers round must be at one place of them.
  const partsOf = ({ columns, inner, oneHot }: Layer) =>
    oneHot || context.emulated
      ? 1
      : Math.min(powerOfTwo(size / foursOf(columns)), powerOfTwo(foursOf(inner)), maxParts);
  const stride = Math.max(
    ...layers.map(({ columns }) => foursOf(columns)),
    ...layers.map(({ inner, oneHot }) => (oneHot ? 1 : foursOf(inner))),
  );
  const bytes = 16 * 2 * rowsOfGroup * stride + 4 * rowsOfGroup * (states + width + 2 * actions + 7) + 64;
  if (bytes > context.limits.maxComputeWorkgroupStorageSize) return undefined;

  const weights = weightSources(layers, 4);
  const bindings = [
    wholeOf(records),
    rollout.key,
    rollout.settings,
    wholeObjects(rollout.objects),
    ...weights.bindings,
  ];
  const tables = environment.tables.map(({ name, operand }) => {
    const binding = bindings.push(operand) - 1;
    return `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${operand.dtype}>;\n`;
  });
  if (bindings.length > context.limits.maxStorageBuffersPerShaderStage) return undefined;

  const observed = observation.dtype;
  const sizes = { ROWS: rowsOfGroup, SIZE: size, STRIDE: stride };
  const shape = { STATES: states, WIDTH: width, ACTIONS: actions };
  const constants = Object.entries({ ...sizes, ...shape })
    .filter(([name]) => name !== 'ROWS')
    .map(([name, value]) => `const ${name} = ${value}u;\n`);
  const record = (output: Operand, text: (base: number) => string) => {
    const base = baseOf(output);
    return base === undefined ? '' : text(base);
  };
  const copy = (base: number, from: string, columns: string) =>
    `  for (var i = t; i < ROWS * ${columns}; i += SIZE) {\n` +
    `    if (under_way[i / ${columns}] != 0) {\n` +
    `      records[${base}u + place_of(i / ${columns}) * ${columns} + i % ${columns}] = bitcast<u32>(${from}[i]);\n` +
    '    }\n  }\n';
  const one = (output: Operand, from: string) =>
    record(output, (base) => `  records[${base}u + place_of(row)] = bitcast<u32>(${from}[row]);\n`);
  const half = rowsOfGroup * stride;
  const ours = [
    `alias Value = vec4f;\n${functions}${activation}${threefry}`,
    `alias Observed = ${observed};\n`,
    ...constants,
    rolloutSource,
    quads ? together : apart,
    ...layers.map((layer, i) => layerText(layer, i, partsOf(layer), baseOf(layer.y), weights)),
    'fn record_observations(t: u32) {\n',
    record(observation, (base) => copy(base, 'observation_rows', 'WIDTH')),
    record(mask, (base) => copy(base, 'mask_rows', 'ACTIONS')),
    layers[0].oneHot ? '' : featuresText(width),
    '}\n',
    'fn run_layers(t: u32) -> u32 {\n',
    ...layers.map((_, i) => `  layer${i}_run(t, ${i % 2 === 0 ? 0 : half}u, ${i % 2 === 0 ? half : 0}u);\n`),
    `  return ${layers.length % 2 === 0 ? 0 : half}u;\n}\n`,
    'fn record_step(row: u32, logits: u32) {\n',
    one(action, 'action_rows'),
    one(logBackward, 'log_backward'),
    one(logReward, 'log_reward_rows'),
    cut ? record(cut, logitsText) : '',
    '}\n',
  ].join('');
  const theirs = tables.join('') + environmentText(environment, rowsOfGroup);
  const lane = quads ? 'subgroup_invocation_id' : 'local_invocation_index';
  return {
    label: 'rollout',
    origin: `${environment.observe.name} and ${environment.advance.name}`,
    source: theirs + apartFromTheirs(ours.replace('lane_builtin', lane)),
    constants: { rollout_ACTIVATION: 0, rollout_BATCH: batch, rollout_STEPS: steps },
    bindings,
    subgroups: quads,
    workgroups: grid(Math.ceil(batch / rowsOfGroup), context),
  };
}

/** Renames everything that our own text declares and an environment's text declares too, except shared names. */
function apartFromTheirs(text: string): string {
  const declared = [...text.matchAll(/\b(?:fn|const|override|alias|struct|var<[^>]*>)\s+(\w+)/g)].map(
    ([, name]) => name,
  );
  const ours = [...new Set(declared)].filter((name) => name !== 'main' && !commonNames.includes(name));
  return text.replace(new RegExp(`\\b(${ours.join('|')})\\b`, 'g'), 'rollout_$1');
}

const foursOf = (numbers: number) => Math.ceil(numbers / 4);

/** All of the batch's states, whatever part was written. */
function wholeObjects(objects: Operand): Operand {
  return { dtype: 'i32', shape: objects.shape, address: objects.address };
}

/** Weights and biases by where they are: a whole variable, or a tensor. */
function weightSources(layers: readonly Layer[], firstBinding: number) {
  const bindings: Operand[] = [];
  const place = (operand: Operand): { source: number; offset: number } => {
    const { address } = operand;
    const base: Operand = address.space === 'variable' ? wholeOf(address.variable) : operand;
    const offset = address.space === 'variable' ? address.byteOffset / 4 : 0;
    let source = bindings.findIndex((known) => sameAddress(known.address, base.address));
    // Vectors of four numbers; the last may extend past the end into the padding that every buffer and tensor has.
    if (source < 0) source = bindings.push({ ...base, shape: [4 * foursOf(elementCount(base.shape))] }) - 1;
    return { source, offset };
  };
  const places = new Map<Operand, { source: number; offset: number }>();
  for (const { w, b } of layers) for (const operand of b ? [w, b] : [w]) places.set(operand, place(operand));
  const declarations = bindings.map(
    (_, i) => `@group(0) @binding(${firstBinding + i}) var<storage, read_write> weights${i}: array<vec4f>;\n`,
  );
  return { bindings, places, text: declarations.join('') };
}

/** One layer's functions: its sizes, where its weights are, and the layer itself. */
function layerText(
  { w, b, columns, inner, oneHot, activation: kind }: Layer,
  number: number,
  parts: number,
  record: number | undefined,
  { places, text }: ReturnType<typeof weightSources>,
): string {
  const sizes = {
    inner: `${oneHot ? w.shape[0] : inner}u`,
    columns: `${columns}u`,
    parts: `${parts}u`,
    activation: `${activationNumbers[kind]}u`,
    record: record === undefined ? 'NOWHERE' : `${record}u`,
  };
  const constants = Object.entries(sizes).map(([name, value]) => `const layer_${name} = ${value};\n`);
  const read = (operand: Operand, row: string) => {
    const { source, offset } = places.get(operand) as { source: number; offset: number };
    if (columns % 4 === 0) return `  return weights${source}[(${offset}u + ${row} * layer_columns) / 4u + four];\n`;
    return (
      `  let place = ${offset}u + ${row} * layer_columns + 4u * four;\n  return vec4f(\n` +
      [0, 1, 2, 3].map((j) => `    weights${source}[(place + ${j}u) / 4u][(place + ${j}u) % 4u],\n`).join('') +
      '  );\n'
    );
  };
  const body =
    `fn layer_w(k: u32, four: u32) -> vec4f {\n${read(w, 'min(k, layer_inner - 1u)')}}\n` +
    `fn layer_b(four: u32) -> vec4f {\n${b ? read(b, '0u') : '  return vec4f();\n'}}\n` +
    layerEnd +
    (oneHot ? oneHotLayerSource : layerSource);
  return (number === 0 ? text : '') + (constants.join('') + body).replace(/\blayer_/g, `layer${number}_`);
}

/** Features as the first layer's input, in fours, 0 past the last. */
function featuresText(width: number): string {
  const feature = (j: number) =>
    width % 4 === 0
      ? `observation_rows[row * WIDTH + column + ${j}u]`
      : `select(0.0f, observation_rows[row * WIDTH + min(column + ${j}u, WIDTH - 1u)], column + ${j}u < WIDTH)`;
  const fours = foursOf(width);
  return (
    `  for (var i = t; i < ROWS * ${fours}u; i += SIZE) {\n` +
    `    let row = i / ${fours}u;\n    let column = i % ${fours}u * 4u;\n` +
    `    values[row * STRIDE + i % ${fours}u] = vec4f(${[0, 1, 2, 3].map(feature).join(', ')});\n  }\n`
  );
}

/** Reads the logits if they are a tensor of their own among a policy's outputs. */
const logitsText = (base: number) =>
  '  for (var a = 0u; a < ACTIONS; a++) {\n' +
  `    records[${base}u + place_of(row) * ACTIONS + a] = bitcast<u32>(values[logits + row * STRIDE + a / 4u][a % 4u]);\n` +
  '  }\n';

/** The start of the tensors in the arena, and the size of the part that holds them all, in numbers. */
function spanOf(recorded: readonly { readonly output: Operand }[]) {
  const offsets = recorded.map(({ output }) => output.address.byteOffset / 4);
  const ends = recorded.map(({ output }, i) => offsets[i] + elementCount(output.shape));
  return { offsets, first: Math.min(...offsets), last: Math.max(...ends) };
}

function collectLaunch(
  { batch, bookkeeping }: Rollout,
  steps: number,
  records: Variable,
  recorded: readonly { readonly output: Operand; readonly base: number }[],
  context: WebgpuContext,
): Launch {
  const { offsets, first, last } = spanOf(recorded);
  const arena: Operand = { dtype: 'i32', shape: [last - first], address: { space: 'arena', byteOffset: 4 * first } };
  const copies = recorded.map(({ output, base }, i) => {
    const width = `${rowWidth(output)}u`;
    return (
      `  for (var i = t; i < ${width}; i += SIZE) {\n` +
      `    arena[${offsets[i] - first}u + row * ${width} + i] = records[${base}u + number * ${width} + i];\n  }\n`
    );
  });
  const [, total, , trajectory, gridIndex, rowOfGrid] = bookkeeping;
  return {
    label: 'collectRows',
    source: `${collectSource}\nfn collect_row(number: u32, row: u32, t: u32) {\n${copies.join('')}}\n`,
    constants: { BATCH: batch, STEPS: steps, SIZE: context.emulated ? 4 : workgroupSize },
    bindings: [wholeOf(records), arena, total, trajectory, gridIndex, rowOfGrid],
    workgroups: grid(batch * steps, context),
  };
}
