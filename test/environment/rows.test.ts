import { describe, expect, test } from 'vitest';
import { randomWalk, sampleStates } from '../../src/environment/rows.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { drawAllowed } from '../../src/random/draw-allowed.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from './pairs.ts';

describe('random numbers for the host', () => {
  test('are the same for the same seed and others for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, randomFrom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(new Set([...draw(7), ...draw(8), ...draw(0), ...draw(-1)]).size).toBe(80);
  });

  test('are spread evenly over [0, 1), as are neighbouring pairs', () => {
    const random = randomFrom(3);
    const cells = new Float64Array(100);
    const count = 100_000;
    for (let i = 0; i < count; i++) cells[Math.floor(random() * 10) * 10 + Math.floor(random() * 10)]++;
    const chiSquare = cells.reduce((sum, n) => sum + (n - count / 100) ** 2 / (count / 100), 0);
    // 99 degrees of freedom: mean 99, and above 162 with probability 1e-4.
    expect(chiSquare).toBeGreaterThan(50);
    expect(chiSquare).toBeLessThan(162);
  });

  test('draw allowed entries in proportion to their weights', () => {
    const random = randomFrom(5);
    const mask = Int32Array.of(1, 0, 1, 1);
    const counts = new Float64Array(4);
    for (let i = 0; i < 40_000; i++) counts[drawAllowed(mask, [1, 5, 2, 1], random)]++;
    expect(counts[1]).toBe(0);
    // A standard deviation is at most 100; 500 is five of them.
    for (const [action, expected] of [
      [0, 10_000],
      [2, 20_000],
      [3, 10_000],
    ]) {
      expect(Math.abs(counts[action] - expected)).toBeLessThan(500);
    }
    expect(drawAllowed(Int32Array.of(0, 0), [1, 1], random)).toBe(-1);
  });
});

describe('walks', () => {
  test('keep every row from the initial to a terminal state', () => {
    const environment = hypergrid({ dimension: 3, side: 4 });
    const { states, actions, end } = randomWalk(environment, randomFrom(1), [1, 1, 1, 1e-3]);
    expect(end).toBe('terminal');
    expect(states.length).toBe((actions.length + 1) * 4);
    expect([...states.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(states[states.length - 1]).toBe(1);
    expect(actions[actions.length - 1]).toBe(3);
  });
});

describe('sampled states', () => {
  test('begin with the initial one and are the same for the same seed', () => {
    const environment = hypergrid({ dimension: 2, side: 5 });
    const states = sampleStates(environment, 4, 50);
    expect(states.length).toBe(150);
    expect([...states.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(sampleStates(environment, 4, 50)).toEqual(states);
    expect(sampleStates(environment, 5, 50)).not.toEqual(states);
  });

  test('cover a small environment whole, terminal states included', () => {
    const environment = pairsEnvironment();
    const states = sampleStates(environment, 1, 200);
    const texts = new Set<string>();
    for (let at = 0; at < states.length; at += 3) texts.add(environment.text(states.subarray(at, at + 3)));
    expect([...texts].sort()).toEqual(['', 'a', 'aa', 'ab', 'b', 'ba', 'bb']);
  });

  test('reach the far border of a grid too large to enumerate', () => {
    const states = sampleStates(hypergrid({ dimension: 10, side: 20 }), 1, 300);
    expect(Math.max(...states)).toBe(19);
  });
});
