/** The distance of an array from the right one. */
export interface Deviation {
  /**
   * max |found - right| relative to the root mean square of the finite right numbers; Infinity if a number is missing
   * or NaN.
   */
  readonly error: number;
  /** The position of the largest difference. */
  readonly place: number;
}

/**
 * The largest relative error of an array. An infinity agrees only with the same infinity; NaN agrees with nothing, and
 * arrays of different lengths have infinite error.
 */
export function deviation(found: ArrayLike<number>, right: ArrayLike<number>): Deviation {
  const scale = Math.max(rootMeanSquare(right), Number.MIN_VALUE);
  let worst: Deviation = { error: 0, place: 0 };
  for (let place = 0; place < Math.max(found.length, right.length); place++) {
    const error = found[place] === right[place] ? 0 : Math.abs(found[place] - right[place]) / scale;
    if (error <= worst.error) continue;
    // A NaN error means that a number is NaN or missing; no error is larger.
    worst = { error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error, place };
    if (worst.error === Number.POSITIVE_INFINITY) break;
  }
  return worst;
}

/** Over the finite numbers, divided by the largest first, since squares may overflow where the numbers do not. */
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

/** Whether a number is right to a relative tolerance, or absolute if it is below 1; infinities must be equal. */
export function isClose(found: number, right: number, tolerance: number): boolean {
  if (found === right) return true;
  return Number.isFinite(right) && Math.abs(found - right) <= tolerance * Math.max(1, Math.abs(right));
}
