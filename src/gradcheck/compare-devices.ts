import type { Device } from '../device/device.ts';
import { describeType, type Tape, type Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { evaluate } from './evaluate.ts';
import { type Deviation, deviation } from './relative-error.ts';

/** How closely devices must agree. */
export interface CompareDevicesOptions {
  /** The largest relative error allowed. 1e-4 by default: float32 rounds at 6e-8, and sums of thousands add up. */
  readonly tolerance?: number | undefined;
}

/**
 * Runs the same tape once on two devices and compares its outputs, taking the second device as the reference. The error
 * of an f32 output is max |a - b| relative to the root mean square of the finite numbers; integers and infinities must
 * be equal. NaN agrees with nothing, NaN included. Variables keep each device's own values.
 *
 * @returns each output's error
 * @throws if an error exceeds the tolerance, naming the output and the worst position; if no output has a number
 */
export async function compareDevices<Names extends string>(
  tape: Tape,
  outputs: Readonly<Record<Names, Tensor>>,
  devices: readonly [Device, Device],
  options: CompareDevicesOptions = {},
): Promise<Record<Names, number>> {
  checkGiven('compareDevices', { tape }, 'tape');
  checkGiven('compareDevices', { outputs }, 'object');
  checkGiven('compareDevices', { devices }, 'list');
  checkGiven('compareDevices', { options }, 'object?');
  const { tolerance = 1e-4 } = options;
  const [found, right] = [await evaluate(devices[0], tape, outputs), await evaluate(devices[1], tape, outputs)];
  const names = Object.keys(outputs) as Names[];
  if (names.every((name) => right[name].length === 0)) {
    throw new Error(
      'compareDevices: no output has a number, so nothing was compared. Give it outputs that are not empty.',
    );
  }
  const errors = names.map((name): [Names, number] => {
    const [a, b] = [found[name], right[name]];
    if (a.length !== b.length) {
      throw new Error(`${name}: ${a.length} numbers on ${devices[0].kind}, ${b.length} on ${devices[1].kind}.`);
    }
    const { dtype } = outputs[name];
    const { error, place } = dtype === 'i32' ? firstDifference(a, b) : deviation(a, b);
    const allowed = dtype === 'i32' ? 0 : tolerance;
    if (!(error <= allowed)) {
      throw new Error(
        `${name}, ${describeType(outputs[name])}: number ${place} is ${a[place]} on ${devices[0].kind} and ` +
          `${b[place]} on ${devices[1].kind}: error ${error.toExponential(1)}, allowed ${allowed}.`,
      );
    }
    return [name, error];
  });
  return Object.fromEntries(errors) as Record<Names, number>;
}

/** The first position where integers differ, and the difference. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): Deviation {
  for (let place = 0; place < b.length; place++) {
    if (a[place] !== b[place]) return { error: Math.abs(a[place] - b[place]), place };
  }
  return { error: 0, place: 0 };
}
