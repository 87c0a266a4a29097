import { uniformStream } from '../random/threefry.ts';

/** Standard normal numbers, a function of the seed and the stream alone, by Box and Muller's method. */
export function normals(count: number, seed: number, stream: number): Float64Array {
  const uniform = uniformStream(seed, stream);
  return Float64Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

/** The sum of a_i b_i, and its size if the signs of the terms were random: the root of the sum of their squares. */
export function innerProduct(a: Float64Array, b: Float64Array): { value: number; size: number } {
  let value = 0;
  let squares = 0;
  a.forEach((x, i) => {
    value += x * b[i];
    squares += (x * b[i]) ** 2;
  });
  return { value, size: Math.sqrt(squares) };
}
