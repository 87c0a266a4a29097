/** How far an array is from the right one. */
export interface Deviation {
  /** max |found - right| relative to the root mean square of the right numbers that are finite; Infinity where a number is missing or NaN. */
  readonly error: number;
  /** Where they are furthest apart. */
  readonly place: number;
}

/**
 * The largest relative error of an array. A number that is not finite agrees with the same infinity alone; NaN agrees
 * with nothing, and arrays of other lengths are infinitely far off.
 */
export function deviation(found: ArrayLike<number>, right: ArrayLike<number>): Deviation {
  const scale = Math.max(rootMeanSquare(right), Number.MIN_VALUE);
  let worst: Deviation = { error: 0, place: 0 };
  for (let place = 0; place < Math.max(found.length, right.length); place++) {
    const error = found[place] === right[place] ? 0 : Math.abs(found[place] - right[place]) / scale;
    if (error <= worst.error) continue;
    // What is NaN here was one before: no error is larger.
    worst = { error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error, place };
    if (worst.error === Number.POSITIVE_INFINITY) break;
  }
  return worst;
}

/** Over the finite numbers, divided by the largest first, since squares overflow where the numbers don't. */
function rootMeanSquare(numbers: ArrayLike<number>): number {
  let largest = 0;
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) continue;
    largest = Math.max(largest, Math.abs(numbers[i]));
    count++;
  }
  if (largest === 0) return 0;
  let squares = 0;
  for (let i = 0; i < numbers.length; i++) if (Number.isFinite(numbers[i])) squares += (numbers[i] / largest) ** 2;
  return largest * Math.sqrt(squares / count);
}

/** Whether a number is right to a relative tolerance, or to that tolerance itself where it is below 1; an infinity must be the same. */
export function isClose(found: number, right: number, tolerance: number): boolean {
  if (found === right) return true;
  return Number.isFinite(right) && Math.abs(found - right) <= tolerance * Math.max(1, Math.abs(right));
}
