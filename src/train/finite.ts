/** Whether all numbers are finite. */
export function areFinite(numbers: ArrayLike<number>): boolean {
  // x * 0 is 0 for a finite x and NaN otherwise, so the sum is NaN if any number is not finite.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] * 0;
  return sum === 0;
}
