/** Whether all numbers are finite. */
export function areFinite(numbers: ArrayLike<number>): boolean {
  // A number that is not finite makes the sum not a number, and nothing else does.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] * 0;
  return sum === 0;
}
