/**
 * The number of rows that scatterAddRows sums separately before it adds up the sums, for a result of `rows` rows: a
 * running sum loses digits in proportion to its length. At least four for each row of the result, so that the extra
 * sums cost little.
 */
export function scatterBlock(rows: number): number {
  return Math.max(1024, 4 * rows);
}
