import { log } from '../../numeric/elementary.ts';

/** L of a symmetric positive definite matrix A = L L^T, row by row. @throws if A is not positive definite */
function cholesky(matrix: Float64Array): Float64Array {
  const size = Math.round(Math.sqrt(matrix.length));
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k];
      if (i !== j) lower[i * size + j] = sum / lower[j * size + j];
      else if (sum > 0) lower[i * size + i] = Math.sqrt(sum);
      else
        throw new Error(
          `A covariance is not positive definite: pivot ${i} is ${sum}. Is a column constant or a sum of others?`,
        );
    }
  }
  return lower;
}

/** log |A| of a symmetric positive definite matrix; 0 for one without rows. */
export function choleskyLogDeterminant(matrix: Float64Array): number {
  const size = Math.round(Math.sqrt(matrix.length));
  const lower = cholesky(matrix);
  let sum = 0;
  for (let i = 0; i < size; i++) sum += 2 * log(lower[i * size + i]);
  return sum;
}

/** x with A x = b, for a symmetric positive definite matrix. */
export function choleskySolve(matrix: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const lower = cholesky(matrix);
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i * size + k] * x[k];
    x[i] /= lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= lower[k * size + i] * x[k];
    x[i] /= lower[i * size + i];
  }
  return x;
}
