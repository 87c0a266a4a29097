import { square } from '../numeric/elementary.ts';

/**
 * The eigenvalues of a symmetric matrix of `size` rows, in no order, by Jacobi's method (1846): rotations that make one
 * pair of entries after another zero, until all are below float64's precision. The matrix is not changed.
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const a = matrix.slice();
  const at = (i: number, j: number): number => i * size + j;
  let scale = 0;
  for (const value of a) scale += value * value;
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) rest += square(a[at(i, j)]);
    if (rest <= scale * 1e-30) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[at(p, q)];
        if (off === 0) continue;
        const half = (a[at(q, q)] - a[at(p, p)]) / (2 * off);
        const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.sqrt(half * half + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        for (let k = 0; k < size; k++) {
          const [kp, kq] = [a[at(k, p)], a[at(k, q)]];
          a[at(k, p)] = cosine * kp - sine * kq;
          a[at(k, q)] = sine * kp + cosine * kq;
        }
        for (let k = 0; k < size; k++) {
          const [pk, qk] = [a[at(p, k)], a[at(q, k)]];
          a[at(p, k)] = cosine * pk - sine * qk;
          a[at(q, k)] = sine * pk + cosine * qk;
        }
      }
    }
  }
  return Float64Array.from({ length: size }, (_, i) => a[at(i, i)]);
}
