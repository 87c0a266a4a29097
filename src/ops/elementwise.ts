import type { DType, Operation, Shape, Tape, Tensor, TensorType } from '../tape/index.ts';
import { broadcastShapes, commonRows, describeType, sameShape } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** A number on the tape, or a literal. */
export type Operand = Tensor | number;

/**
 * The elementwise functions, with the types of their operands and results. `T` stands for f32 or i32 alike. Kernels:
 * kernels/elementwise. Chains of them run as one launch (see plan/fuse.ts).
 */
export const elementwiseSignatures = {
  identity: { takes: ['T'], gives: 'T' },
  negate: { takes: ['T'], gives: 'T' },
  abs: { takes: ['f32'], gives: 'f32' },
  square: { takes: ['f32'], gives: 'f32' },
  sqrt: { takes: ['f32'], gives: 'f32' },
  reciprocal: { takes: ['f32'], gives: 'f32' },
  exp: { takes: ['f32'], gives: 'f32' },
  log: { takes: ['f32'], gives: 'f32' },
  tanh: { takes: ['f32'], gives: 'f32' },
  sigmoid: { takes: ['f32'], gives: 'f32' },
  softplus: { takes: ['f32'], gives: 'f32' },
  relu: { takes: ['f32'], gives: 'f32' },
  toFloat: { takes: ['i32'], gives: 'f32' },
  toInt: { takes: ['f32'], gives: 'i32' },
  add: { takes: ['T', 'T'], gives: 'T' },
  subtract: { takes: ['T', 'T'], gives: 'T' },
  multiply: { takes: ['T', 'T'], gives: 'T' },
  divide: { takes: ['f32', 'f32'], gives: 'f32' },
  minimum: { takes: ['T', 'T'], gives: 'T' },
  maximum: { takes: ['T', 'T'], gives: 'T' },
  less: { takes: ['T', 'T'], gives: 'i32' },
  lessEqual: { takes: ['T', 'T'], gives: 'i32' },
  equal: { takes: ['T', 'T'], gives: 'i32' },
  and: { takes: ['i32', 'i32'], gives: 'i32' },
  or: { takes: ['i32', 'i32'], gives: 'i32' },
  not: { takes: ['i32'], gives: 'i32' },
  select: { takes: ['i32', 'T', 'T'], gives: 'T' },
} as const satisfies Record<string, { takes: readonly ('T' | DType)[]; gives: 'T' | DType }>;

/** The names of elementwise functions. */
export type ElementwiseName = keyof typeof elementwiseSignatures;

/** The elementwise function to apply. */
export interface ElementwiseAttributes {
  readonly function: ElementwiseName;
  /** Set by `broadcastTo`: the shape to spread the input over. */
  readonly shape?: Shape;
}

function resultType(inputs: readonly Tensor[], attributes: ElementwiseAttributes): TensorType {
  const { takes, gives } = elementwiseSignatures[attributes.function];
  if (inputs.length !== takes.length) {
    throw new Error(`${attributes.function}: takes ${takes.length} inputs, got ${inputs.length}.`);
  }
  let generic: DType | undefined;
  takes.forEach((wanted, i) => {
    const { dtype } = inputs[i];
    if (wanted === 'T') generic ??= dtype;
    const expected = wanted === 'T' ? generic : wanted;
    if (dtype !== expected) {
      throw new Error(
        `${attributes.function}(${inputs.map(describeType).join(', ')}): input ${i} must be ${expected}. ` +
          'Convert it with toFloat or toInt.',
      );
    }
  });
  const shapes = inputs.map((input) => input.shape);
  const shape = broadcastShapes(attributes.function, attributes.shape ? [...shapes, attributes.shape] : shapes);
  const counted = inputs.filter((input) => input.rows);
  const rows = commonRows(attributes.function, counted);
  for (const input of counted) {
    if (input.shape.length !== shape.length) {
      throw new Error(
        `${attributes.function}(${inputs.map(describeType).join(', ')}): the row dimension must stay in front. ` +
          'Reshape the tensor by rows so that it has as many dimensions as the result.',
      );
    }
  }
  const dtype = gives === 'T' ? (generic ?? 'f32') : gives;
  return { dtype, shape, ...(rows ? { rows } : {}) };
}

/** The type of a function's generic operands, which distinguishes integer from floating-point arithmetic. */
export function operandType(name: ElementwiseName, inputs: readonly Tensor[]): DType {
  const generic = elementwiseSignatures[name].takes.lastIndexOf('T' as never);
  return inputs[Math.max(generic, 0)].dtype;
}

type Rule = (place: { x: readonly Tensor[]; y: Tensor; dy: Tensor }) => readonly (Tensor | undefined)[];

/**
 * The derivative of each function: the cotangent of every input from inputs x, output y and cotangent dy, in the
 * output's shape; `gradient` sums it to the input's. At a tie, minimum and maximum pass all of it to their first input,
 * so min(ratio A, clip(ratio) A) has the gradient of the unclipped branch inside the clip range.
 */
const derivatives: { readonly [F in ElementwiseName]: Rule | 'none' } = {
  identity: ({ dy }) => [dy],
  negate: ({ dy }) => [negate(dy)],
  abs: ({ x: [x], dy }) => [select(less(x, 0), negate(dy), select(less(0, x), dy, 0))],
  square: ({ x: [x], dy }) => [multiply(multiply(dy, 2), x)],
  sqrt: ({ y, dy }) => [divide(multiply(dy, 0.5), y)],
  reciprocal: ({ y, dy }) => [negate(multiply(dy, square(y)))],
  exp: ({ y, dy }) => [multiply(dy, y)],
  log: ({ x: [x], dy }) => [divide(dy, x)],
  tanh: ({ y, dy }) => [multiply(dy, subtract(1, square(y)))],
  sigmoid: ({ y, dy }) => [multiply(dy, multiply(y, subtract(1, y)))],
  softplus: ({ x: [x], dy }) => [multiply(dy, sigmoid(x))],
  relu: ({ x: [x], dy }) => [select(less(0, x), dy, 0)],
  toFloat: 'none',
  toInt: 'none',
  add: ({ dy }) => [dy, dy],
  subtract: ({ dy }) => [dy, negate(dy)],
  multiply: ({ x: [a, b], dy }) => [multiply(dy, b), multiply(dy, a)],
  divide: ({ x: [, b], y, dy }) => [divide(dy, b), negate(divide(multiply(dy, y), b))],
  minimum: ({ x: [a, b], dy }) => [select(lessEqual(a, b), dy, 0), select(lessEqual(a, b), 0, dy)],
  maximum: ({ x: [a, b], dy }) => [select(lessEqual(b, a), dy, 0), select(lessEqual(b, a), 0, dy)],
  less: 'none',
  lessEqual: 'none',
  equal: 'none',
  and: 'none',
  or: 'none',
  not: 'none',
  select: ({ x: [mask], dy }) => [undefined, select(mask, dy, 0), select(mask, 0, dy)],
};

/** All elementwise functions are one operation, so that chains of them run as one launch. */
export const elementwise: Operation<ElementwiseAttributes> & { readonly name: 'elementwise' } = {
  name: 'elementwise',
  infer: (inputs, attributes) => [resultType(inputs, attributes)],
  derivative({ inputs, outputs, attributes, cotangents: [dy] }) {
    const rule = derivatives[attributes.function];
    return rule === 'none' || !dy ? [] : rule({ x: inputs, y: outputs[0], dy });
  },
};

function apply(name: ElementwiseName, operands: readonly Operand[], shape?: Shape): Tensor {
  const { takes } = elementwiseSignatures[name];
  const tensors = operands.filter((operand): operand is Tensor => typeof operand !== 'number');
  const tape = tensors[0]?.tape;
  if (!tape) throw new Error(`${name}: at least one operand must be a tensor.`);
  const generic = operands.find((operand, i): operand is Tensor => takes[i] === 'T' && typeof operand !== 'number');
  const inputs = operands.map((operand, i) => {
    if (typeof operand !== 'number') return operand;
    const wanted = takes[i];
    return tape.constant(wanted === 'T' ? (generic?.dtype ?? 'f32') : wanted, [], [operand]);
  });
  return tape.record(elementwise, inputs, shape ? { function: name, shape } : { function: name })[0];
}

/** Broadcasts x to a larger shape. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => {
  checkGiven('broadcastTo', { x }, 'tensor');
  checkGiven('broadcastTo', { shape }, 'list');
  return sameShape(x.shape, shape) ? x : apply('identity', [x], shape);
};

/** An f32 tensor filled with one number. */
export const filled = (tape: Tape, shape: Shape, value: number): Tensor => {
  checkGiven('filled', { tape }, 'tape');
  return broadcastTo(tape.constant('f32', [], [value]), shape);
};
/** -x. */
export const negate = (x: Tensor): Tensor => apply('negate', [x]);
/** |x|. Its derivative at 0 is 0. */
export const abs = (x: Tensor): Tensor => apply('abs', [x]);
/** x^2; f32. */
export const square = (x: Tensor): Tensor => apply('square', [x]);
/** Square root; 0 below 0. Its derivative at 0 is not finite: add an epsilon first if that can happen. */
export const sqrt = (x: Tensor): Tensor => apply('sqrt', [x]);
/** 1 / x; f32. */
export const reciprocal = (x: Tensor): Tensor => apply('reciprocal', [x]);
/** e^x; finite for every x up to 88, the largest float32 above. */
export const exp = (x: Tensor): Tensor => apply('exp', [x]);
/** Natural logarithm of x > 0. */
export const log = (x: Tensor): Tensor => apply('log', [x]);
/** The hyperbolic tangent; f32. */
export const tanh = (x: Tensor): Tensor => apply('tanh', [x]);
/** 1 / (1 + e^-x), without overflow. */
export const sigmoid = (x: Tensor): Tensor => apply('sigmoid', [x]);
/** log(1 + e^x), without overflow. */
export const softplus = (x: Tensor): Tensor => apply('softplus', [x]);
/** max(x, 0). Its derivative at 0 is 0. */
export const relu = (x: Tensor): Tensor => apply('relu', [x]);
/** Integers as f32; exact up to 2^24. It has no derivative. */
export const toFloat = (x: Tensor): Tensor => apply('toFloat', [x]);
/** Rounds toward zero. */
export const toInt = (x: Tensor): Tensor => apply('toInt', [x]);
/** a + b, broadcast; both f32 or both i32. */
export const add = (a: Operand, b: Operand): Tensor => apply('add', [a, b]);
/** a - b, broadcast; both f32 or both i32. */
export const subtract = (a: Operand, b: Operand): Tensor => apply('subtract', [a, b]);
/** a b, broadcast; both f32 or both i32. */
export const multiply = (a: Operand, b: Operand): Tensor => apply('multiply', [a, b]);
/** a / b, broadcast; f32. */
export const divide = (a: Operand, b: Operand): Tensor => apply('divide', [a, b]);
/** The smaller one, broadcast. At a tie the gradient is all of the first. */
export const minimum = (a: Operand, b: Operand): Tensor => apply('minimum', [a, b]);
/** The larger one, broadcast. At a tie the gradient is all of the first. */
export const maximum = (a: Operand, b: Operand): Tensor => apply('maximum', [a, b]);
/** 1 where a < b. */
export const less = (a: Operand, b: Operand): Tensor => apply('less', [a, b]);
/** 1 where a <= b. */
export const lessEqual = (a: Operand, b: Operand): Tensor => apply('lessEqual', [a, b]);
/** 1 where a = b. */
export const equal = (a: Operand, b: Operand): Tensor => apply('equal', [a, b]);
/** 1 where neither is 0, else 0; i32. */
export const and = (a: Tensor, b: Tensor): Tensor => apply('and', [a, b]);
/** 1 where either is not 0, else 0; i32. */
export const or = (a: Tensor, b: Tensor): Tensor => apply('or', [a, b]);
/** 1 where x is 0, else 0; i32. */
export const not = (a: Tensor): Tensor => apply('not', [a]);
/** a where the mask is not 0, b elsewhere. The other operand has no influence, not even on the gradient. */
export const select = (mask: Tensor, a: Operand, b: Operand): Tensor => apply('select', [mask, a, b]);
/** max(low, min(x, high)); the gradient passes for low <= x <= high. */
export const clip = (x: Tensor, low: number, high: number): Tensor => maximum(minimum(x, high), low);
/** x for x > 0, slope x below. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => select(less(0, x), x, multiply(x, slope));
