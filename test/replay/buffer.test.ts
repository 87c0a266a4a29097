import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformStream } from '../../src/random/threefry.ts';
import {
  addObjects,
  bufferContents,
  createReplayBuffer,
  drawObjects,
  maxReplayCapacity,
  type ReplayBuffer,
  type ReplayBufferOptions,
  tellResiduals,
} from '../../src/replay/index.ts';

/** An object of two numbers, with its log-reward. */
type Item = readonly [number, number, number];

function add(buffer: ReplayBuffer, ...items: Item[]): void {
  addObjects(buffer, {
    states: Int32Array.from(items.flatMap((item) => item.slice(0, 2))),
    logRewards: items.map(([, , logReward]) => logReward),
  });
}

function items({ states, logRewards }: { states: Int32Array; logRewards: Float32Array }): Item[] {
  return Array.from(logRewards, (logReward, i) => [states[2 * i], states[2 * i + 1], logReward]);
}

const held = (buffer: ReplayBuffer) => items(bufferContents(buffer));

describe('a first-in, first-out buffer', () => {
  test('holds the latest objects, the oldest first, repeats among them', () => {
    const buffer = createReplayBuffer({ kind: 'fifo', capacity: 3 }, 2);
    expect(held(buffer)).toEqual([]);
    add(buffer, [1, 1, 0.5], [2, 2, -1]);
    expect(held(buffer)).toEqual([
      [1, 1, 0.5],
      [2, 2, -1],
    ]);
    add(buffer, [2, 2, -1], [3, 3, 2], [4, 4, 1]);
    expect(held(buffer)).toEqual([
      [2, 2, -1],
      [3, 3, 2],
      [4, 4, 1],
    ]);
    add(buffer, [5, 5, 0], [6, 6, 0], [7, 7, 0], [8, 8, 0]);
    expect(held(buffer).map(([a]) => a)).toEqual([6, 7, 8]);
  });

  test('of one object holds the last', () => {
    const buffer = createReplayBuffer({ kind: 'fifo', capacity: 1 }, 2);
    add(buffer, [1, 1, 3], [2, 2, 1]);
    expect(held(buffer)).toEqual([[2, 2, 1]]);
  });

  test('draws every one with the same chance, whatever its reward', () => {
    const buffer = createReplayBuffer({ kind: 'fifo', capacity: 3 }, 2);
    add(buffer, [9, 9, 0], [1, 1, 5], [2, 2, -5], [3, 3, 0]);
    expect(countsOf(buffer, 300)).toEqual({ 1: 100, 2: 100, 3: 100 });
  });
});

describe('a prioritised buffer', () => {
  test('holds the distinct objects of the highest rewards, best first', () => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 3 }, 2);
    add(buffer, [1, 1, 0], [2, 2, 2], [2, 2, 2], [3, 3, 1]);
    expect(held(buffer)).toEqual([
      [2, 2, 2],
      [3, 3, 1],
      [1, 1, 0],
    ]);
    add(buffer, [4, 4, -1], [5, 5, 1.5], [2, 2, 2], [6, 6, 9]);
    expect(held(buffer).map(([a]) => a)).toEqual([6, 2, 5]);
  });

  test('of equal rewards keeps those that came first', () => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 2 }, 2);
    add(buffer, [1, 1, 0], [2, 2, 0], [3, 3, 0]);
    expect(held(buffer).map(([a]) => a)).toEqual([1, 2]);
    add(buffer, [4, 4, 1]);
    expect(held(buffer).map(([a]) => a)).toEqual([4, 1]);
  });

  test('readmits an object that it had to drop', () => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 1 }, 2);
    add(buffer, [1, 1, 0], [2, 2, 1]);
    expect(held(buffer)).toEqual([[2, 2, 1]]);
    add(buffer, [1, 1, 2]);
    expect(held(buffer)).toEqual([[1, 1, 2]]);
  });

  test('distinguishes objects whose numbers only look alike', () => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 4 }, 2);
    add(buffer, [1, 11, 0], [11, 1, 0], [-1, 11, 0]);
    expect(buffer.size).toBe(3);
  });

  test.each([
    [1, { 1: 100, 2: 200, 4: 400 }],
    [0, { 1: 233, 2: 233, 4: 233 }],
    [2, { 1: 33, 2: 133, 4: 533 }],
  ])('draws in proportion to rewards to the power %s', (exponent, expected) => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 5, exponent }, 2);
    add(buffer, [2, 0, Math.log(2)], [1, 0, 0], [4, 0, Math.log(4)]);
    const counts = countsOf(buffer, 700);
    // Evenly spaced numbers in place of random ones: each count is the expected one, up to a number at either end.
    for (const [object, count] of Object.entries(expected)) {
      expect(Math.abs(counts[Number(object)] - count)).toBeLessThanOrEqual(1);
    }
  });

  test('draws at rewards too far apart for a float64', () => {
    const buffer = createReplayBuffer({ kind: 'prioritised', capacity: 2 }, 2);
    add(buffer, [1, 0, 2000], [2, 0, -2000]);
    expect(countsOf(buffer, 10)).toEqual({ 1: 10 });
  });
});

describe('a buffer by residual', () => {
  const buffer = createReplayBuffer({ kind: 'residual', capacity: 3, exponent: 0.5 }, 2);
  add(buffer, [1, 0, 0], [2, 0, 0]);

  test('draws in proportion to the power of the sizes told, new objects counting as the largest', () => {
    expect(countsOf(buffer, 200)).toEqual({ 1: 100, 2: 100 });
    const evenly = [0.25, 0.75];
    const { slots } = drawObjects(buffer, 2, () => evenly.shift() ?? 0);
    tellResiduals(buffer, slots, [1, 4]);
    add(buffer, [3, 0, 0]);
    const counts = countsOf(buffer, 500);
    // Evenly spaced numbers: each count is the expected one, up to a number at either end.
    for (const [object, count] of [
      [1, 100],
      [2, 200],
      [3, 200],
    ]) {
      expect(Math.abs(counts[object] - count)).toBeLessThanOrEqual(1);
    }
  });

  test('drops the oldest with its size, and forgets none that has no residual', () => {
    add(buffer, [4, 0, 0]);
    expect(held(buffer).map(([a]) => a)).toEqual([2, 3, 4]);
    expect(Array.from(bufferContents(buffer).residuals ?? [])).toEqual([4, 4, 4]);
    tellResiduals(buffer, Int32Array.of(0, 1, 2), [0, 0, 0]);
    expect(Object.keys(countsOf(buffer, 30))).toEqual(['2', '3', '4']);
  });
});

/** How often each object, by its first number, is drawn by `count` evenly spaced numbers. */
function countsOf(buffer: ReplayBuffer, count: number): Record<number, number> {
  let i = 0;
  const counts: Record<number, number> = {};
  for (const [a] of items(drawObjects(buffer, count, () => (i++ + 0.5) / count))) counts[a] = (counts[a] ?? 0) + 1;
  return counts;
}

describe('a buffer', () => {
  test('refuses invalid objects, and stays as it was', () => {
    const buffer = createReplayBuffer({ kind: 'fifo', capacity: 3 }, 2);
    add(buffer, [1, 1, 1]);
    expect(() => add(buffer, [2, 2, 0], [3, 4, Number.NaN])).toThrow('the log-reward of the state [3, 4] is NaN');
    expect(() => add(buffer, [2, 2, Number.NEGATIVE_INFINITY])).toThrow('not finite');
    expect(() => addObjects(buffer, { states: new Int32Array(3), logRewards: [0] })).toThrow(
      '3 numbers are no 1 state rows of 2',
    );
    expect(held(buffer)).toEqual([[1, 1, 1]]);
  });

  test('that is empty has nothing to draw', () => {
    for (const kind of ['fifo', 'prioritised'] as const) {
      const buffer = createReplayBuffer({ kind, capacity: 3 }, 2);
      expect(() => drawObjects(buffer, 1, () => 0.5)).toThrow('empty buffer');
    }
  });

  test.each([
    [{ kind: 'fifo', capacity: 0 }, 'whole number from 1'],
    [{ kind: 'fifo', capacity: 2.5 }, 'not 2.5'],
    [{ kind: 'prioritised', capacity: maxReplayCapacity + 1 }, 'the capacity'],
    [{ kind: 'prioritised', capacity: 1, exponent: -1 }, 'the exponent'],
    [{ kind: 'lifo', capacity: 1 }, 'fifo, prioritised, residual or offline'],
  ])('of %j is refused', (options, reason) => {
    expect(() => createReplayBuffer(options as ReplayBufferOptions, 2)).toThrow(reason);
  });
});

/** What a buffer holds, by plain arrays. */
function model({ kind, capacity }: ReplayBufferOptions, all: readonly Item[]): Item[] {
  if (kind === 'fifo') return all.slice(-capacity);
  // Of equal rewards the first has the right of way, and who was turned away may come again: item by item.
  let best: Item[] = [];
  for (const item of all) {
    if (best.some(([a, b]) => a === item[0] && b === item[1])) continue;
    best = [...best, item].sort((x, y) => y[2] - x[2]).slice(0, capacity);
  }
  return best;
}

/** Draws as defined: the first object up to which the shares of all exceed a random number. */
function modelDraw({ kind, exponent = 1 }: ReplayBufferOptions, held: readonly Item[], random: () => number): Item {
  const share = (item: Item) => (kind === 'fifo' ? 1 : Math.exp(exponent * (item[2] - held[0][2])));
  const upTo = held.map((_, i) => held.slice(0, i + 1).reduce((sum, item) => sum + share(item), 0));
  const at = random() * upTo[held.length - 1];
  return held[upTo.findIndex((sum) => sum > at)];
}

describe('for any objects added to it, a buffer', () => {
  const options = fc.record({
    kind: fc.constantFrom('fifo', 'prioritised'),
    capacity: fc.integer({ min: 1, max: 9 }),
    exponent: fc.constantFrom(0, 0.5, 1),
  });
  // The log-reward follows from the object; quarters, so that a float32 holds them and different objects share some.
  const item = fc
    .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([a, b]): Item => [a, b, ((a * a + 3 * b) % 7) / 4 - 1]);
  const batches = fc.array(fc.array(item, { maxLength: 6 }), { maxLength: 8 });

  test('holds and draws the same as plain arrays', () => {
    fc.assert(
      fc.property(options, batches, fc.nat(), (settings, added, seed) => {
        const buffer = createReplayBuffer(settings, 2);
        for (const batch of added) add(buffer, ...batch);
        const expected = model(settings, added.flat());
        expect(held(buffer)).toEqual(expected);
        if (expected.length === 0) return;
        const [random, again] = [uniformStream(seed, 5), uniformStream(seed, 5)];
        const drawn = items(drawObjects(buffer, 20, random));
        expect(drawn).toEqual(drawn.map(() => modelDraw(settings, expected, again)));
      }),
      { numRuns: 300 },
    );
  });

  test('is restored from its contents, for all that follows', () => {
    fc.assert(
      fc.property(options, batches, batches, (settings, before, after) => {
        const buffer = createReplayBuffer(settings, 2);
        for (const batch of before) add(buffer, ...batch);
        const contents = bufferContents(buffer);
        const copy = createReplayBuffer(settings, 2);
        addObjects(copy, contents);
        expect(bufferContents(copy)).toEqual(contents);
        for (const batch of after) {
          add(buffer, ...batch);
          add(copy, ...batch);
        }
        expect(bufferContents(copy)).toEqual(bufferContents(buffer));
        if (buffer.size === 0) return;
        const [drawn, again] = [buffer, copy].map((each) => items(drawObjects(each, 9, uniformStream(1, 5))));
        expect(again).toEqual(drawn);
      }),
      { numRuns: 300 },
    );
  });

  test('gives copies: later changes leave its contents alone', () => {
    const buffer = createReplayBuffer({ kind: 'fifo', capacity: 1 }, 2);
    add(buffer, [1, 2, 3]);
    const [contents, drawn] = [bufferContents(buffer), drawObjects(buffer, 1, () => 0.5)];
    add(buffer, [4, 5, 6]);
    expect([...items(contents), ...items(drawn)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });
});
