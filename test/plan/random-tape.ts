import type { Device, Numbers } from '../../src/device/device.ts';
import * as ops from '../../src/ops/index.ts';
import { type CompileOptions, compile } from '../../src/plan/index.ts';
import { createTape, type Rows, type Tape, type Tensor, type Variable, variable } from '../../src/tape/index.ts';
import { createDraw, type Draw } from '../setup/arbitraries.ts';

/** A computation that no person would write, and what is read of it. */
export interface RandomTape {
  readonly tape: Tape;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly variables: readonly Variable[];
}

/** Tensors made so far, by what they can be used for. All numbers stay within a few units of 0. */
interface Pool {
  /** [n, c]. */
  readonly matrices: Tensor[];
  /** [c]. */
  readonly vectors: Tensor[];
  /** [n, 1]. */
  readonly columns: Tensor[];
  /** []. */
  readonly scalars: Tensor[];
  /** [capacity, c] by rows. */
  readonly rows: Tensor[];
}

const sizes = [1, 2, 3, 5, 8, 17, 33];

/**
 * A random acyclic graph of elementwise operations, reductions, dense layers, gathers, scans, slices, operations by
 * rows and reads and writes of variables, then a gradient and a step of Adam. It follows from the seed alone.
 */
export function randomTape(seed: number, length: number): RandomTape {
  const draw = createDraw(seed);
  const random = (below: number) => draw.integers(1, 0, below - 1)[0];
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  const [n, c] = [pick(sizes), pick(sizes)];
  const tape = createTape();
  const variables: Variable[] = [];
  const make = (name: string, shape: readonly number[], data: Float32Array | Int32Array) => {
    const made = variable(name, data instanceof Float32Array ? 'f32' : 'i32', shape, data);
    variables.push(made);
    return made;
  };
  const state = make('state', [n, c], draw.numbers(n * c));
  const other = make('other', [n, c], draw.numbers(n * c));
  const offsets = [0, 64 * Math.ceil((c * c) / 64)];
  const size = offsets[1] + 64 * Math.ceil(c / 64);
  const trained = Array.from({ length: 3 }, (_, i) => make(`trained ${i}`, [size], draw.numbers(size, 0, i ? 0 : 0.5)));
  const updates = make('updates', [1], Int32Array.of(0));
  const index = tape.read(make('index', [n], draw.integers(n, -1, n - 1)));
  const rowSpace = rowsOf(tape, make, draw, n + 3);

  const pool: Pool = {
    matrices: [tape.read(state), tape.read(other), tape.constant('f32', [n, c], draw.numbers(n * c))],
    vectors: [tape.read(make('vector', [c], draw.numbers(c)))],
    columns: [tape.read(make('column', [n, 1], draw.numbers(n)))],
    scalars: [tape.constant('f32', [], [0.5])],
    rows: [tape.read(rowSpace.data(c), { offset: 0, shape: [n + 3, c], rows: rowSpace.rows })],
  };
  const parameters = () => [
    tape.read(trained[0], { offset: offsets[0], shape: [c, c] }),
    tape.read(trained[0], { offset: offsets[1], shape: [c] }),
  ];
  let [weight, bias] = parameters();
  /** After a write: who shows the variable shows other numbers now, and derivatives may need the old ones. */
  const forget = (written: Variable) => {
    for (const list of Object.values(pool) as Tensor[][]) {
      const kept = list.filter((tensor) => variableOf(tensor) !== written);
      list.splice(0, list.length, ...kept.map(ops.stopGradient));
    }
  };
  const learn = () => {
    const loss = ops.add(ops.sum(pick(pool.matrices)), ops.sum(ops.tanh(ops.dense(pick(pool.rows), weight, bias))));
    const flat = ops.pack(ops.gradient(loss, [weight, bias]), offsets, size);
    const step = ops.add(tape.read(updates), 1);
    const [values, firstMoment, secondMoment] = trained;
    const rate = tape.constant('f32', [1], [0.01]);
    ops.adamStep({ parameters: values, firstMoment, secondMoment }, flat, step, rate, adamAttributes);
    ops.assign(updates, step);
    forget(values);
    [weight, bias] = parameters();
  };

  const matrix = () => pick(pool.matrices);
  const anything = () => pick([pool.matrices, pool.vectors, pool.columns, pool.scalars].flat());
  const moves: (() => void)[] = [
    () => pool.matrices.push(pick(unary)(matrix())),
    () => pool.matrices.push(pick(unary)(matrix())),
    () => pool.matrices.push(pick(binary)(matrix(), anything())),
    () => pool.matrices.push(pick(binary)(matrix(), anything())),
    () => pool.matrices.push(pick(binary)(anything(), matrix())),
    () => pool.matrices.push(ops.stopGradient(matrix())),
    () => pool.matrices.push(ops.dense(matrix(), weight, bias, pick(['none', 'relu', 'tanh'] as const))),
    () => pool.matrices.push(ops.tanh(ops.dense(matrix(), ops.dense(weight, weight)))),
    () => pool.matrices.push(ops.gatherRows(matrix(), index)),
    () => pool.matrices.push(ops.tanh(ops.scan(matrix(), 0.5, random(2) === 0))),
    () => pool.matrices.push(ops.reshape(ops.tanh(ops.reshape(matrix(), [n * c])), [n, c])),
    () => {
      const x = matrix();
      const at = random(c + 1);
      pool.matrices.push(ops.concat([ops.slice(x, 1, at, c - at), ops.slice(x, 1, 0, at)], 1));
    },
    () => pool.matrices.push(ops.pad(ops.slice(matrix(), 0, 0, n - 1), 0, 1, 0)),
    () => pool.vectors.push(ops.tanh(ops.sum(matrix(), 0))),
    () => pool.columns.push(ops.tanh(ops.max(matrix(), 1, true))),
    () => pool.scalars.push(ops.tanh(ops.sum(matrix()))),
    () => pool.scalars.push(ops.add(ops.multiply(tape.constant('f32', [], [3]), 0.25), tape.constant('f32', [], [-1]))),
    () => pool.rows.push(pick(unary)(pick(pool.rows))),
    () => pool.rows.push(pick(binary)(pick(pool.rows), pick([pick(pool.vectors), pick(pool.rows)]))),
    () => pool.rows.push(ops.dense(pick(pool.rows), weight, bias, 'tanh')),
    () => pool.rows.push(ops.tanh(ops.gatherRows(matrix(), rowSpace.index(n)))),
    () => pool.vectors.push(ops.tanh(ops.sum(pick(pool.rows), 0))),
    () => {
      const target = pick([state, other]);
      const value = matrix();
      if (variableOf(value) === target) return;
      ops.assign(target, value);
      forget(target);
      pool.matrices.push(tape.read(target));
    },
    learn,
  ];
  for (let i = 0; i < length; i++) pick(moves)();
  if (random(2) === 0) learn();

  const outputs: Record<string, Tensor> = { last: pool.matrices[pool.matrices.length - 1] };
  for (const [name, list] of Object.entries(pool)) if (random(2) === 0) outputs[name] = pick(list as Tensor[]);
  return { tape, outputs: onlyPresent(tape, outputs), variables };
}

const adamAttributes = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

const bounded = (f: (x: Tensor) => Tensor) => (x: Tensor) => ops.tanh(f(ops.tanh(x)));
const unary: readonly ((x: Tensor) => Tensor)[] = [
  ops.negate,
  ops.tanh,
  ops.sigmoid,
  ops.relu,
  bounded(ops.square),
  bounded(ops.softplus),
  bounded(ops.exp),
];
const binary: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  ops.minimum,
  ops.maximum,
  (a, b) => ops.tanh(ops.add(a, b)),
  (a, b) => ops.tanh(ops.subtract(a, b)),
  (a, b) => ops.tanh(ops.multiply(a, b)),
  (a, b) => ops.select(ops.less(a, b), a, b),
];

/** Rows of which the device holds how many there are: the last few of the capacity are not in use. */
function rowsOf(
  tape: Tape,
  make: (name: string, shape: readonly number[], data: Float32Array | Int32Array) => Variable,
  draw: Draw,
  capacity: number,
) {
  const [start] = draw.integers(1, 0, 1);
  const window = make('window', [2], Int32Array.of(start, capacity - 2));
  const rows: Rows = { capacity, max: capacity, window: tape.read(window) };
  let gathered: Variable | undefined;
  return {
    rows,
    data: (width: number) => make('rows', [capacity, width], draw.numbers(capacity * width)),
    index(below: number) {
      gathered ??= make('row index', [capacity], draw.integers(capacity, -1, below - 1));
      return tape.read(gathered, { offset: 0, shape: [capacity], rows });
    },
  };
}

/** The variable whose present numbers a tensor shows, under whatever shape. */
function variableOf(tensor: Tensor): Variable | undefined {
  const { source } = tensor;
  if (source.kind === 'variable') return source.variable;
  if (source.kind !== 'node') return undefined;
  const { operation, inputs } = source.node;
  return operation.name === 'reshape' || operation.name === 'stopGradient' ? variableOf(inputs[0]) : undefined;
}

/** Outputs that show a variable show it as it is when everything has run, so only the last version of it is one. */
function onlyPresent(tape: Tape, outputs: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([, { source }]) => {
      return source.kind !== 'variable' || source.version === tape.versionOf(source.variable);
    }),
  );
}

export interface Finished {
  readonly outputs: Readonly<Record<string, Numbers>>;
  readonly variables: Readonly<Record<string, Numbers>>;
}

/** A plan that starts over from the variables' start values whenever it is run. */
export interface Rerun {
  /** Runs once. Of an output by rows, the rows in use. */
  run(): Promise<Finished>;
  release(): void;
}

export async function prepareRerun(
  device: Device,
  { tape, outputs, variables }: RandomTape,
  options: CompileOptions = {},
): Promise<Rerun> {
  const executable = await device.prepare(compile(tape, outputs, options));
  const rowsInUse = async ({ rows, shape }: Tensor) =>
    rows ? device.read(variableOf(rows.window) as Variable) : [0, shape[0] ?? 1];
  return {
    async run() {
      for (const each of variables) device.write(each, each.initial ?? []);
      executable.run();
      const found = Object.entries(outputs).map(async ([name, tensor]) => {
        const [numbers, [start, count]] = await Promise.all([executable.read(name), rowsInUse(tensor)]);
        const width = numbers.length / (tensor.shape[0] ?? 1);
        return [name, numbers.slice(start * width, (start + count) * width)] as const;
      });
      const after = variables.map(async (each) => [each.name, await device.read(each)] as const);
      return {
        outputs: Object.fromEntries(await Promise.all(found)),
        variables: Object.fromEntries(await Promise.all(after)),
      };
    },
    release: executable.release,
  };
}
