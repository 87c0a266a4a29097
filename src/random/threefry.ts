/**
 * Threefry2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw, SC 2011) on the host: the same function as the devices'
 * `randomBits`, for start values and for choices made in TypeScript.
 * @param key two 32-bit words, such as a seed and a stream
 * @param counter two 32-bit words
 * @returns two random 32-bit words, unsigned
 */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const schedule = [key[0] >>> 0, key[1] >>> 0, (0x1bd11bda ^ key[0] ^ key[1]) >>> 0];
  let x = (counter[0] + schedule[0]) >>> 0;
  let y = (counter[1] + schedule[1]) >>> 0;
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[group % 2]) {
      x = (x + y) >>> 0;
      y = (((y << rotation) | (y >>> (32 - rotation))) ^ x) >>> 0;
    }
    x = (x + schedule[(group + 1) % 3]) >>> 0;
    y = (y + schedule[(group + 2) % 3] + group + 1) >>> 0;
  }
  return [x, y];
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/**
 * A stream of uniform numbers in (0, 1), with 23 bits each. Streams of one seed are independent, and so are the parts
 * 0, 1, ... of a stream, for example one for each iteration.
 */
export function uniformStream(seed: number, stream: number, part = 0): () => number {
  // The same words as `threefry` gives, without making an array for each pair: networks start from hundreds of thousands.
  const schedule = Int32Array.of(seed, stream, 0x1bd11bda ^ seed ^ stream);
  const turns = Int32Array.from(rotations.flat());
  let counter = 0;
  let spare = 0;
  let isSpare = false;
  return () => {
    let word = spare;
    if (!isSpare) {
      let x = (counter + schedule[0]) | 0;
      let y = (part + schedule[1]) | 0;
      counter++;
      for (let round = 0; round < 20; round++) {
        const turn = turns[round & 7];
        x = (x + y) | 0;
        y = ((y << turn) | (y >>> (32 - turn))) ^ x;
        if ((round & 3) !== 3) continue;
        const group = (round >> 2) + 1;
        x = (x + schedule[group % 3]) | 0;
        y = (y + schedule[(group + 1) % 3] + group) | 0;
      }
      word = x;
      spare = y;
    }
    isSpare = !isSpare;
    return (word >>> 9) * 2 ** -23 + 2 ** -24;
  };
}
