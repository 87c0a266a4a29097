import {
  type Activation,
  adamStep,
  add,
  categorical,
  dense,
  denseInputGradientOperation,
  denseWeightGradientOperation,
  gatherRows,
  layerNorm,
  logSoftmax,
  multiply,
  oneHotDense,
  oneHotDenseWeightGradientOperation,
  scan,
  scatterAddRows,
  segmentSoftmax,
  segmentSum,
  sum,
} from '../../src/ops/index.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { type Tape, type Tensor, variable } from '../../src/tape/index.ts';

/** One kernel at one size, as a plan of one operation. */
export interface KernelCase {
  readonly kernel: string;
  readonly size: string;
  /** Floating-point operations; a function such as exp counts as one. */
  readonly flops: number;
  /** Bytes that have to be read and written, once each. */
  readonly bytes: number;
  /** Records it; the result is kept as an output. Absent if it only writes variables. */
  record(tape: Tape): Tensor | undefined;
}

/** Rows, inputs and outputs of dense layers in training: perceptrons on grids and strings, and graph networks. */
const denseShapes: readonly (readonly [number, number, number])[] = [
  [1200, 256, 256],
  [256, 256, 256],
  [16, 256, 256],
  [1, 256, 256],
  [256, 64, 256],
  [256, 256, 32],
  [1200, 256, 5],
  [16, 256, 5],
  [1200, 256, 1],
  [600, 128, 128],
  [600, 256, 768],
];

export const kernelCases: readonly KernelCase[] = [
  ...denseShapes.flatMap(([N, I, O]) => denseCases(N, I, O)),
  ...[16, 1200].flatMap((N) => oneHotCases(N, 4, 80, 256)),
  {
    kernel: 'adam',
    size: '88,000 parameters',
    flops: 12 * 88_000,
    bytes: 4 * 7 * 88_000,
    record(tape) {
      const moment = (name: string) => variable(name, 'f32', [88_000], new Float32Array(88_000));
      const state = {
        parameters: variable('parameters', 'f32', [88_000], numbers(88_000)),
        firstMoment: moment('first moment'),
        secondMoment: moment('second moment'),
      };
      const step = tape.read(variable('step', 'i32', [1], Int32Array.of(1)));
      const rate = tape.read(variable('rate', 'f32', [1], Float32Array.of(1e-3)));
      const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
      adamStep(state, floats(tape, 'gradient', [88_000]), step, rate, settings);
      return undefined;
    },
  },
  ...[5, 32].flatMap((A) => categoricalCases(1200, A)),
  {
    kernel: 'elementwise (a b + a)',
    size: '1,048,576',
    flops: 2 * 2 ** 20,
    bytes: 3 * 4 * 2 ** 20,
    record(tape) {
      const [a, b] = [floats(tape, 'a', [2 ** 20]), floats(tape, 'b', [2 ** 20])];
      return add(multiply(a, b), a);
    },
  },
  {
    kernel: 'sum of all',
    size: '1,048,576',
    flops: 2 ** 20,
    bytes: 4 * 2 ** 20,
    record: (tape) => sum(floats(tape, 'x', [2 ** 20])),
  },
  {
    kernel: 'sum of columns',
    size: '1200 x 256',
    flops: 1200 * 256,
    bytes: 4 * 1200 * 256,
    record: (tape) => sum(floats(tape, 'x', [1200, 256]), 0),
  },
  {
    kernel: 'scan',
    size: '80 steps x 256',
    flops: 2 * 80 * 256,
    bytes: 2 * 4 * 80 * 256,
    record: (tape) => scan(floats(tape, 'x', [80, 256]), 0.7, true),
  },
  {
    kernel: 'gatherRows',
    size: '1200 x 256',
    flops: 0,
    bytes: 2 * 4 * 1200 * 256,
    record: (tape) => gatherRows(floats(tape, 'x', [1200, 256]), indices(tape, [1200], 1200)),
  },
  {
    kernel: 'scatterAddRows',
    size: '1200 x 256 into 300',
    flops: 1200 * 256,
    bytes: 4 * (1200 + 300) * 256,
    record: (tape) => scatterAddRows(floats(tape, 'x', [1200, 256]), indices(tape, [1200], 300), 300),
  },
  ...segmentCases(4096, 256, 64),
  {
    kernel: 'layerNorm',
    size: '1200 x 256',
    flops: 7 * 1200 * 256,
    bytes: 2 * 4 * 1200 * 256,
    record: (tape) => layerNorm(floats(tape, 'x', [1200, 256])),
  },
];

/** A dense layer of N rows, I inputs and O outputs, forwards and both gradients. */
export function denseCases(N: number, I: number, O: number): KernelCase[] {
  const size = `${N} x ${I} x ${O}`;
  const flops = 2 * N * I * O;
  const [x, w, b, y] = [N * I, I * O, O, N * O];
  const activation: Activation = 'relu';
  return [
    {
      ...{ kernel: 'dense, relu', size, flops },
      bytes: 4 * (x + w + b + y),
      record: (tape) => dense(floats(tape, 'x', [N, I]), floats(tape, 'w', [I, O]), floats(tape, 'b', [O]), activation),
    },
    {
      ...{ kernel: 'denseInputGradient', size, flops },
      bytes: 4 * (2 * y + w + x),
      record: (tape) => {
        const inputs = [floats(tape, 'dy', [N, O]), floats(tape, 'y', [N, O]), floats(tape, 'w', [I, O])];
        return tape.record(denseInputGradientOperation, inputs, { activation, through: 'none' })[0];
      },
    },
    {
      ...{ kernel: 'denseWeightGradient', size, flops },
      bytes: 4 * (x + 2 * y + w + b),
      record: (tape) => {
        const inputs = [floats(tape, 'x', [N, I]), floats(tape, 'dy', [N, O]), floats(tape, 'y', [N, O])];
        return tape.record(denseWeightGradientOperation, inputs, { activation, bias: true })[0];
      },
    },
  ];
}

/** `P` one-hot blocks with `I` inputs in total. */
function oneHotCases(N: number, P: number, I: number, O: number): KernelCase[] {
  const size = `${N} x ${P} of ${I} x ${O}`;
  const flops = N * P * O;
  return [
    {
      ...{ kernel: 'oneHotDense, relu', size, flops },
      bytes: 4 * (N * P + I * O + O + N * O),
      record: (tape) =>
        oneHotDense(indices(tape, [N, P], I), floats(tape, 'w', [I, O]), floats(tape, 'b', [O]), 'relu'),
    },
    {
      ...{ kernel: 'oneHotDenseWeightGradient', size, flops },
      bytes: 4 * (N * P + 2 * N * O + I * O + O),
      record: (tape) => {
        const inputs = [indices(tape, [N, P], I), floats(tape, 'dy', [N, O]), floats(tape, 'y', [N, O])];
        return tape.record(oneHotDenseWeightGradientOperation, inputs, { activation: 'relu', bias: true, width: I })[0];
      },
    },
  ];
}

function categoricalCases(N: number, A: number): KernelCase[] {
  const size = `${N} x ${A}`;
  const mask = (tape: Tape) => tape.read(variable('mask', 'i32', [N, A], new Int32Array(N * A).fill(1)));
  return [
    {
      ...{ kernel: 'logSoftmax', size, flops: 4 * N * A },
      bytes: 4 * 3 * N * A,
      record: (tape) => logSoftmax(floats(tape, 'logits', [N, A]), mask(tape)),
    },
    {
      ...{ kernel: 'categorical', size, flops: 6 * N * A },
      bytes: 4 * (2 * N * A + 4 * N),
      record: (tape) => categorical(floats(tape, 'logits', [N, A]), mask(tape), indices(tape, [N], A)).logProbability,
    },
  ];
}

/** Rows in equal segments. */
function segmentCases(N: number, S: number, C: number): KernelCase[] {
  const size = `${N} x ${C} in ${S}`;
  const segments = (tape: Tape) => ({
    offsets: tape.read(
      variable(
        'offsets',
        'i32',
        [S + 1],
        Int32Array.from({ length: S + 1 }, (_, s) => (s * N) / S),
      ),
    ),
    ids: tape.read(
      variable(
        'ids',
        'i32',
        [N],
        Int32Array.from({ length: N }, (_, n) => Math.floor((n * S) / N)),
      ),
    ),
  });
  return [
    {
      ...{ kernel: 'segmentSum', size, flops: N * C },
      bytes: 4 * (N * C + S * C),
      record: (tape) => segmentSum(floats(tape, 'x', [N, C]), segments(tape)),
    },
    {
      ...{ kernel: 'segmentSoftmax', size, flops: 4 * N * C },
      bytes: 4 * 2 * N * C,
      record: (tape) => segmentSoftmax(floats(tape, 'x', [N, C]), segments(tape)),
    },
  ];
}

function floats(tape: Tape, name: string, shape: readonly number[]): Tensor {
  return tape.read(variable(name, 'f32', [...shape], numbers(shape.reduce((a, b) => a * b, 1))));
}

/** Numbers below `limit`. */
function indices(tape: Tape, shape: readonly number[], limit: number): Tensor {
  const uniform = uniformStream(2, 0);
  const count = shape.reduce((a, b) => a * b, 1);
  return tape.read(
    variable(
      'indices',
      'i32',
      [...shape],
      Int32Array.from({ length: count }, () => Math.floor(limit * uniform())),
    ),
  );
}

/** The contents of `floats`. */
export function numbers(count: number): Float32Array {
  const uniform = uniformStream(1, 0);
  return Float32Array.from({ length: count }, () => 2 * uniform() - 1);
}
