import type { Device } from '../device/device.ts';
import { describeType, type Tape, type Tensor } from '../tape/index.ts';
import { evaluate } from './evaluate.ts';

/** How closely devices must agree. */
export interface CompareDevicesOptions {
  /** The largest relative error allowed. 1e-4 unless said: float32 rounds at 6e-8, and sums of thousands add up. */
  readonly tolerance?: number;
}

/**
 * Runs the same tape once on two devices and compares its outputs, the second device's being right. The error of an
 * f32 output is max |a - b| over its numbers, relative to their root mean square; integers must be equal.
 * Variables have on each device what they had there before.
 *
 * @returns each output's error
 * @throws when an error exceeds the tolerance, naming the output and the worst place
 */
export async function compareDevices<Names extends string>(
  tape: Tape,
  outputs: Readonly<Record<Names, Tensor>>,
  devices: readonly [Device, Device],
  { tolerance = 1e-4 }: CompareDevicesOptions = {},
): Promise<Record<Names, number>> {
  const [found, right] = [await evaluate(devices[0], tape, outputs), await evaluate(devices[1], tape, outputs)];
  const names = Object.keys(outputs) as Names[];
  const errors = names.map((name): [Names, number] => {
    const [a, b] = [found[name], right[name]];
    if (a.length !== b.length) {
      throw new Error(`${name}: ${a.length} numbers on ${devices[0].kind}, ${b.length} on ${devices[1].kind}.`);
    }
    const worst = furthestApart(a, b);
    const { dtype } = outputs[name];
    const scale = dtype === 'i32' ? 1 : Math.max(rootMeanSquare(b), Number.MIN_VALUE);
    const error = worst.off === 0 ? 0 : worst.off / scale;
    if (error > (dtype === 'i32' ? 0 : tolerance)) {
      throw new Error(
        `${name}, ${describeType(outputs[name])}: number ${worst.place} is ${a[worst.place]} on ${devices[0].kind} and ` +
          `${b[worst.place]} on ${devices[1].kind}: error ${error.toExponential(1)}, allowed ${tolerance}.`,
      );
    }
    return [name, error];
  });
  return Object.fromEntries(errors) as Record<Names, number>;
}

/** Where two arrays differ most; a number against none is infinitely far off. */
function furthestApart(a: ArrayLike<number>, b: ArrayLike<number>): { place: number; off: number } {
  let worst = { place: 0, off: 0 };
  for (let place = 0; place < b.length; place++) {
    const distance = a[place] === b[place] ? 0 : Math.abs(a[place] - b[place]);
    const off = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
    if (off > worst.off) worst = { place, off };
  }
  return worst;
}

function rootMeanSquare(numbers: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < numbers.length; i++) squares += numbers[i] ** 2;
  return Math.sqrt(squares / Math.max(numbers.length, 1));
}
