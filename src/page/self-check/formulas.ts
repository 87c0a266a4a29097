import { clippedSurrogate, probabilityRatio } from '../../objective/index.ts';
import {
  add,
  categorical,
  concat,
  dense,
  divide,
  exp,
  gatherRows,
  layerNorm,
  logSoftmax,
  max,
  mean,
  multiply,
  oneHotDense,
  pad,
  reshape,
  scan,
  scatterAddRows,
  segmentExpand,
  segmentMean,
  segmentSoftmax,
  segmentSum,
  sigmoid,
  slice,
  softplus,
  square,
  subtract,
  sum,
  tanh,
} from '../../ops/index.ts';
import { uniformStream } from '../../random/threefry.ts';
import type { Shape, Tape, Tensor } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';

/** A function of a few tensors, as in objectives and networks. */
export interface Formula {
  readonly name: string;
  /** Shapes of the inputs: numbers between -1.5 and 1.5, the same each time. */
  readonly shapes: readonly Shape[];
  apply(tape: Tape, inputs: readonly Tensor[]): Tensor;
}

/** Numbers for the inputs of the `index`-th formula. */
export function inputsOf({ shapes }: Formula, index: number): Float32Array[] {
  return shapes.map((shape, input) => {
    const uniform = uniformStream(index, input);
    return Float32Array.from({ length: elementCount(shape) }, () => 3 * uniform() - 1.5);
  });
}

const integers = (tape: Tape, shape: Shape, values: readonly number[]) => tape.constant('i32', shape, values);

/** The allowed ones of six actions in four states, and one of them each. */
const mask = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0];
const actions = [3, 1, 5, 2];

/** Segments of 3, 0, 1 and 4 rows. */
const segments = (tape: Tape) => ({
  offsets: integers(tape, [5], [0, 3, 3, 4, 8]),
  ids: integers(tape, [8], [0, 0, 0, 2, 3, 3, 3, 3]),
});

/**
 * The building blocks of networks and objectives. Sizes are not multiples of any tile or workgroup, and cover every
 * kind of kernel of an operation.
 */
export const formulas: readonly Formula[] = [
  {
    name: 'dense layer with tanh',
    shapes: [[5, 7], [7, 6], [6]],
    apply: (_, [x, w, b]) => dense(x, w, b, 'tanh'),
  },
  {
    name: 'dense layer of 33 x 40 x 70 with leaky relu',
    shapes: [[33, 40], [40, 70], [70]],
    apply: (_, [x, w, b]) => dense(x, w, b, 'leakyRelu'),
  },
  {
    name: 'dense layer of one-hot blocks',
    shapes: [[9, 5], [5]],
    apply: (tape, [w, b]) => oneHotDense(integers(tape, [4, 2], [0, 3, 8, -1, 2, 2, 7, 4]), w, b, 'sigmoid'),
  },
  {
    name: 'chain of elementwise functions',
    shapes: [
      [6, 37],
      [6, 37],
      [1, 37],
    ],
    apply: (_, [x, y, z]) =>
      divide(multiply(tanh(add(x, z)), exp(subtract(y, 1))), add(1, square(sigmoid(multiply(softplus(x), y))))),
  },
  {
    name: 'sums, means and maxima',
    shapes: [[7, 19]],
    apply: (_, [x]) => concat([sum(x, 0), mean(square(x), 0), max(x, 0), reshape(sum(x), [1])], 0),
  },
  {
    name: 'masked log-softmax',
    shapes: [[4, 6]],
    apply: (tape, [logits]) => logSoftmax(logits, integers(tape, [4, 6], mask)),
  },
  {
    name: 'log-probability, entropy and divergence of a masked policy',
    shapes: [[4, 6]],
    apply(tape, [logits]) {
      const [allowed, chosen] = [integers(tape, [4, 6], mask), integers(tape, [4], actions)];
      const old = tape.constant(
        'f32',
        [4, 6],
        Float32Array.from(mask.keys(), (i) => (i % 5) / 3 - 0.5),
      );
      const { logProbability, entropy, divergence } = categorical(logits, allowed, chosen, old);
      return concat([logProbability, entropy, divergence], 0);
    },
  },
  {
    name: 'clipped surrogate',
    shapes: [[41], [41], [41]],
    apply: (_, [a, b, advantage]) => clippedSurrogate(probabilityRatio(a, b), advantage, 0.2),
  },
  {
    name: 'gathered and scattered rows',
    shapes: [[6, 11]],
    apply(tape, [x]) {
      const gathered = gatherRows(x, integers(tape, [7], [5, 0, 0, -1, 3, 5, 1]));
      return scatterAddRows(square(gathered), integers(tape, [7], [1, 1, 2, 0, 4, 1, 3]), 5);
    },
  },
  {
    name: 'sums, means and softmax of segments',
    shapes: [[8, 5]],
    apply(tape, [x]) {
      const parts = segments(tape);
      const spread = segmentExpand(segmentMean(x, parts), parts, x);
      return concat([segmentSum(square(x), parts), multiply(segmentSoftmax(x, parts), spread)], 0);
    },
  },
  { name: 'layer norm', shapes: [[5, 23]], apply: (_, [x]) => layerNorm(x) },
  {
    name: 'sums along time',
    shapes: [[13, 6]],
    apply: (_, [x]) => add(scan(x, 0.7, true), scan(square(x), 1)),
  },
  {
    name: 'slices and joins',
    shapes: [
      [5, 8],
      [5, 3],
    ],
    apply: (_, [x, y]) => pad(concat([slice(x, 1, 2, 4), square(y)], 1), 0, 1, 2),
  },
];
