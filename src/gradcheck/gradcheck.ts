import { openReferenceDevice } from '../device/reference.ts';
import type { TensorOfEach } from '../ops/index.ts';
import { elementCount, type Shape, type Tape, type Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { differentiate } from './differences.ts';
import { innerProduct, normals } from './directions.ts';
import { type Evaluation, onlyRows, prepareEvaluation } from './evaluation.ts';
import { describeInput, describeWorstElement } from './message.ts';

/** Records the function to check: from inputs, as tensors, to a tensor of any shape. It must not write variables. */
export type GradcheckFunction<Inputs extends readonly GradcheckInput[] = readonly GradcheckInput[]> = (
  tape: Tape,
  inputs: Readonly<TensorOfEach<Inputs>>,
) => Tensor;

/** An argument of the function, at the point where its derivative is checked. */
export interface GradcheckInput {
  /** For messages. */
  readonly name?: string;
  readonly shape: Shape;
  /** In float64; at least about 1e-4 away from kinks and jumps of the function. */
  readonly values: ArrayLike<number>;
  /** Reads the input by rows, those of the option `rows`. Numbers in other rows are ignored. */
  readonly byRows?: boolean;
}

/** The precision and number of comparisons. */
export interface GradcheckOptions {
  /** The largest relative error allowed. 1e-6 by default: the differences are good to about 1e-9. */
  readonly tolerance?: number;
  /** The number of random directions and cotangents. 2 by default. */
  readonly directions?: number;
  readonly seed?: number;
  /** The rows in use of inputs by rows, the same for all of them. */
  readonly rows?: { readonly start: number; readonly count: number } | undefined;
  /**
   * Allows having nothing to compare, for example because a tensor has no elements: then the functions run, and the
   * report counts no comparisons. Refused by default, since such a check cannot fail.
   */
  readonly allowEmpty?: boolean | undefined;
}

/** The result of a passed check. */
export interface GradcheckReport {
  /** The largest relative error found. */
  readonly worst: number;
  /** The number of comparisons. */
  readonly comparisons: number;
}

/**
 * Checks the gradients that a function's operations record, in float64 on the reference device. With y = f(x), J its
 * Jacobian, u a random cotangent of y's shape and v random directions of the inputs' shapes:
 *   - input by input, the slope of <u, f(x)> along v, by extrapolated central differences, against <v, gradient>;
 *   - over all inputs at once, the inner-product identity <u, J v> = <J^T u, v>, where J v comes from central
 *     differences of y and J^T u from the recorded gradient.
 * Errors are relative to the size of the terms that make up the inner product, and no smaller than 1e-5 of f's own.
 *
 * @throws when a relative error exceeds the tolerance, naming the input, both numbers and the worst element;
 * when the differences do not settle, because f is not smooth at the inputs; when there is nothing to compare
 */
export async function gradcheck<const Inputs extends readonly GradcheckInput[]>(
  f: GradcheckFunction<Inputs>,
  inputs: Inputs,
  options: GradcheckOptions = {},
): Promise<GradcheckReport> {
  checkGiven('gradcheck', { f }, 'function');
  checkGiven('gradcheck', { options }, 'object?');
  const { tolerance = 1e-6, directions = 2, seed = 0, rows, allowEmpty = false } = options;
  if (!(directions >= 1)) throw new Error(`gradcheck: ${directions} directions compare nothing; take at least 1.`);
  inputs.forEach(checkInput);
  const device = openReferenceDevice();
  const evaluation = await prepareEvaluation(device, f as GradcheckFunction, inputs, rows);
  const y = await evaluation.forward(new Map(), 0);
  let stream = 0;
  const cotangent = () => normals(evaluation.outputSize, seed, stream++);
  const direction = ({ shape, byRows }: GradcheckInput) => {
    const v = normals(elementCount(shape), seed, stream++);
    return byRows && rows ? onlyRows(v, shape[0], rows.start, rows.count) : v;
  };
  const errors: number[] = [];
  const inUse = ({ shape, byRows }: GradcheckInput) =>
    byRows && rows ? rows.count * elementCount(shape.slice(1)) : elementCount(shape);
  const compares = (await evaluation.numbersInUse()) > 0 && inputs.some((input) => inUse(input) > 0);
  if (!compares && !allowEmpty) throw nothingToCompare(inputs);

  for (let trial = 0; trial < directions; trial++) {
    const u = cotangent();
    const gradients = await evaluation.backward(u);
    const floor = smallestScale * innerProduct(u, y).size;
    const v = inputs.map(direction);
    for (const [i, input] of inputs.entries()) {
      const { derivative, error } = await slope(evaluation, new Map([[i, v[i]]]), u);
      const recorded = innerProduct(gradients[i], v[i]);
      const found = relativeError(recorded, derivative, floor);
      if (compares && inUse(input) > 0) errors.push(found);
      if (found <= tolerance) continue;
      expectSettled(error / Math.max(Math.abs(derivative), recorded.size, floor), tolerance, describeInput(input, i));
      throw new Error(
        `gradcheck: the derivative with respect to ${describeInput(input, i)} is wrong. Along a random direction the ` +
          `recorded gradient gives ${recorded.value}, central differences ${derivative}: relative error ` +
          `${found.toExponential(1)}, allowed ${tolerance.toExponential(1)}. ` +
          (await describeWorstElement(input, gradients[i], (e) => slope(evaluation, new Map([[i, e]]), u))),
      );
    }

    const everywhere = new Map(v.entries());
    const product = await differentiate((t) => evaluation.forward(everywhere, t));
    const other = cotangent();
    const left = innerProduct(other, product.derivative);
    const pulled = await evaluation.backward(other);
    const right = pulled.map((gradient, i) => innerProduct(gradient, v[i]));
    const recorded = {
      value: total(right.map(({ value }) => value)),
      size: Math.hypot(...right.map(({ size }) => size)),
    };
    const found = relativeError(recorded, left.value, Math.max(floor, left.size));
    if (compares) errors.push(found);
    if (!(found <= tolerance)) {
      const scale = Math.max(recorded.size, left.size, floor);
      expectSettled(innerProduct(other, product.error).size / scale, tolerance, 'the inputs together');
      throw new Error(
        `gradcheck: the inner-product identity <u, J v> = <J^T u, v> does not hold. Central differences give ` +
          `${left.value}, the recorded gradient ${recorded.value}: relative error ${found.toExponential(1)}, ` +
          `allowed ${tolerance.toExponential(1)}.`,
      );
    }
  }
  device.destroy();
  return { worst: Math.max(0, ...errors), comparisons: errors.length };
}

/**
 * Errors are never taken relative to less than this part of <u, y>, below which float64's rounding shows in
 * differences.
 */
const smallestScale = 1e-5;

/** The slope of <u, f(x + t v)> at t = 0. */
async function slope(
  evaluation: Evaluation,
  v: ReadonlyMap<number, Float64Array>,
  u: Float64Array,
): Promise<{ derivative: number; error: number }> {
  const { derivative, error } = await differentiate(async (t) =>
    Float64Array.of(innerProduct(u, await evaluation.forward(v, t)).value),
  );
  return { derivative: derivative[0], error: error[0] };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);

/** @param recorded the inner product with the recorded gradient, and the size of its terms */
function relativeError(recorded: { value: number; size: number }, difference: number, floor: number): number {
  const off = Math.abs(recorded.value - difference);
  // Zero against zero is no error; NaN is the largest error.
  if (off === 0) return 0;
  return Number.isFinite(off) ? off / Math.max(recorded.size, Math.abs(difference), floor) : Number.POSITIVE_INFINITY;
}

/** @throws if the uncertainty of the differences exceeds the tolerance */
function expectSettled(uncertainty: number, tolerance: number, what: string): void {
  if (uncertainty <= tolerance) return;
  throw new Error(
    `gradcheck: central differences with respect to ${what} do not settle (relative uncertainty ` +
      `${uncertainty.toExponential(1)}). The function has a kink or a jump near the inputs, or is not finite there: ` +
      'choose other inputs.',
  );
}

/** The error of a check that could not fail. */
function nothingToCompare(inputs: readonly GradcheckInput[]): Error {
  return new Error(
    `gradcheck: there is nothing to compare: the function's output or all of its inputs (${inputs.map(describeInput).join('; ')}) ` +
      'have no numbers in use, so this check cannot fail. Give it inputs with elements, or set allowEmpty.',
  );
}

/** @throws if the number of values differs from the number of elements */
function checkInput(input: GradcheckInput, i: number): void {
  if (input.values.length === elementCount(input.shape)) return;
  throw new Error(
    `gradcheck: ${describeInput(input, i)} needs ${elementCount(input.shape)} values, not ${input.values.length}.`,
  );
}
