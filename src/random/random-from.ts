/** A counter-based generator of numbers in [0, 1) for the host: a hash of the seed and a counter. */
export function randomFrom(seed: number): () => number {
  const key = scramble((seed ^ 0x9e3779b9) >>> 0);
  let counter = 0;
  return () => {
    counter = (counter + 1) >>> 0;
    return scramble((scramble(counter ^ key) + key) >>> 0) / 2 ** 32;
  };
}

/** The finalizer of MurmurHash3 (Appleby), a bijection of 32-bit integers. */
function scramble(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
