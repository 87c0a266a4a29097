/**
 * Threefry2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw, SC 2011) on the host: the same function as the devices'
 * `randomBits`, for start values and for choices made in TypeScript.
 * @param key two 32-bit words, such as a seed and a stream
 * @param counter two 32-bit words
 * @returns two random 32-bit words, unsigned
 */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const words = new Int32Array(2);
  mix(scheduleOf(key), counter[0], counter[1], words);
  return [words[0] >>> 0, words[1] >>> 0];
}

const scheduleOf = ([a, b]: readonly [number, number]) => Int32Array.of(a, b, 0x1bd11bda ^ a ^ b);

/** Rotations of the rounds, the same again after eight. */
const rotations = Int32Array.of(13, 15, 26, 6, 17, 29, 16, 24);

/** The 20 rounds. They write into `words`: networks start from hundreds of thousands of pairs, each an array otherwise. */
function mix(schedule: Int32Array, a: number, b: number, words: Int32Array): void {
  let x = (a + schedule[0]) | 0;
  let y = (b + schedule[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const turn = rotations[round & 7];
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if ((round & 3) !== 3) continue;
    const group = (round >> 2) + 1;
    x = (x + schedule[group % 3]) | 0;
    y = (y + schedule[(group + 1) % 3] + group) | 0;
  }
  words[0] = x;
  words[1] = y;
}

/**
 * A stream of uniform numbers in (0, 1), with 23 bits each. Streams of one seed are independent, and so are the parts
 * 0, 1, ... of a stream, for example one for each iteration.
 */
export function uniformStream(seed: number, stream: number, part = 0): () => number {
  const schedule = scheduleOf([seed, stream]);
  const words = new Int32Array(2);
  let counter = 0;
  let next = 2;
  return () => {
    if (next === 2) {
      mix(schedule, counter++, part, words);
      next = 0;
    }
    return (words[next++] >>> 9) * 2 ** -23 + 2 ** -24;
  };
}
