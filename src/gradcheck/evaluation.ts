import type { Device, Executable } from '../device/device.ts';
import { gradient, multiply, sum } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import { createTape, describeType, elementCount, type Rows, type Tensor, variable } from '../tape/index.ts';
import type { GradcheckFunction, GradcheckInput, GradcheckOptions } from './gradcheck.ts';

/** A function y = f(x) of several inputs and its recorded gradient, to be evaluated repeatedly. */
export interface Evaluation {
  /** f(x + t v), 0 in unused rows; v has an array for each input that moves. */
  forward(v: ReadonlyMap<number, Float64Array>, t: number): Promise<Float64Array>;
  /** J^T u for each input, by the recorded gradient; 0 in unused rows. */
  backward(u: Float64Array): Promise<Float64Array[]>;
  readonly outputSize: number;
  /** The number of elements of y in use at the last evaluation of f. */
  numbersInUse(): Promise<number>;
}

/** @throws if f does not return an f32 tensor, or a path through it has no derivative */
export async function prepareEvaluation(
  device: Device,
  f: GradcheckFunction,
  inputs: readonly GradcheckInput[],
  inUse: GradcheckOptions['rows'],
): Promise<Evaluation> {
  const tape = createTape();
  const variables = inputs.map(({ name, shape }, i) => variable(name ?? `input ${i}`, 'f32', shape));
  const window = tape.constant('i32', [2], inUse ? [inUse.start, inUse.count] : [0, 0]);
  const tensors = inputs.map(({ shape, byRows }, i): Tensor => {
    const rows: Rows = { capacity: shape[0], max: shape[0], window };
    return tape.read(variables[i], { offset: 0, shape, ...(byRows ? { rows } : {}) });
  });
  const y = f(tape, tensors);
  if (!(y as Tensor | undefined)?.shape)
    throw new Error('gradcheck: the function has to return one tensor, such as op({ x }).y.');
  if (y.dtype !== 'f32') throw new Error(`gradcheck: ${describeType(y)} is integer and has no derivative.`);
  const cotangent = variable('cotangent', 'f32', y.shape);
  const gradients = gradient(contract(y, tape.read(cotangent)), tensors);

  const outputs: Record<string, Tensor> = y.rows ? { y, window: y.rows.window } : { y };
  const primal = await device.prepare(compile(tape, outputs));
  const names = inputs.map((_, i) => `gradient ${i}`);
  const dual = await device.prepare(compile(tape, Object.fromEntries(names.map((name, i) => [name, gradients[i]]))));
  inputs.forEach(({ values }, i) => {
    device.write(variables[i], values);
  });

  return {
    outputSize: elementCount(y.shape),
    async numbersInUse() {
      if (!y.rows) return elementCount(y.shape);
      const [, count] = await primal.read('window');
      return count * elementCount(y.shape.slice(1));
    },
    async forward(v, t) {
      for (const [i, direction] of v) {
        const moved = Float64Array.from(inputs[i].values, (x, n) => x + t * direction[n]);
        device.write(variables[i], moved);
      }
      primal.run();
      for (const i of v.keys()) device.write(variables[i], inputs[i].values);
      const rows = y.rows ? await primal.read('window') : [0, y.shape[0] ?? 1];
      return onlyRows(Float64Array.from(await primal.read('y')), y.shape[0] ?? 1, rows[0], rows[1]);
    },
    async backward(u) {
      device.write(cotangent, u);
      dual.run();
      return Promise.all(inputs.map((input, i) => readGradient(dual, names[i], input, inUse)));
    },
  };
}

/** <y, u>, over the rows in use. */
function contract(y: Tensor, u: Tensor): Tensor {
  return sum(multiply(y, u));
}

async function readGradient(
  dual: Executable,
  name: string,
  { shape, byRows }: GradcheckInput,
  inUse: GradcheckOptions['rows'],
): Promise<Float64Array> {
  const numbers = Float64Array.from(await dual.read(name));
  return byRows && inUse ? onlyRows(numbers, shape[0], inUse.start, inUse.count) : numbers;
}

/** The numbers, with 0 outside rows start .. start + count - 1 of `capacity`. */
export function onlyRows(numbers: Float64Array, capacity: number, start: number, count: number): Float64Array {
  const width = numbers.length / Math.max(capacity, 1);
  return numbers.map((value, i) => (i >= start * width && i < (start + count) * width ? value : 0));
}
