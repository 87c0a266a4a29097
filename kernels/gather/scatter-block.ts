/**
 * How many rows scatterAddRows adds up by themselves before it adds their sums, where they fall to `rows` rows: a running sum
 * loses digits in proportion to its length. Never fewer than four for each row that they fall to, so that the sums cost
 * little beside what they are of.
 */
export function scatterBlock(rows: number): number {
  return Math.max(1024, 4 * rows);
}
