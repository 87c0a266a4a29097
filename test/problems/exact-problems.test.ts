import { describe, expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { isDeferred, type Problem } from '../../src/environment/environment.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { spreadWeights } from '../../src/problems/sets/environment.ts';
import { inclusionProbabilities } from '../../src/problems/sets/exact.ts';
import { namedProblem } from '../rollout/problems.ts';

// Problems whose log Z a formula gives at any size: at sizes that can be enumerated both have to agree.

async function immediate(name: string, options: Parameters<typeof namedProblem>[1]): Promise<Problem> {
  const problem = await namedProblem(name, options);
  if (isDeferred(problem)) throw new Error(`${name} has a reward that is known at once.`);
  return problem;
}

describe.each([
  // States are those that are not terminal.
  ['sets', { items: 10, size: 4, beta: 1 }, 386 - 210, 210],
  ['sets', { items: 7, size: 3, upTo: true, beta: 2 }, 1 + 7 + 21 + 35, 1 + 7 + 21 + 35],
  ['sets', { items: 4, size: 4, beta: 0 }, 15, 1],
  ['binary-tree', { depth: 4 }, 15, 16],
  ['ising', { side: 2, sigma: 0.1 }, 81 - 16, 16],
  ['ising', { side: 3, sigma: 0.2 }, 3 ** 9 - 512, 512],
  ['ising', { side: 3, sigma: -0.2 }, 3 ** 9 - 512, 512],
  ['chain', { variables: 4, values: 3 }, 4 ** 4 - 81, 81],
  ['chain', { variables: 5, values: 3, kind: 'ordered', potentialSeed: 3 }, 4 ** 5 - 243, 243],
  ['chain', { variables: 2, values: 2 }, 5, 4],
] as const)('%s %o', (name, options, states, objects) => {
  test('conforms, and has its known numbers of states and objects', async () => {
    const { environment, reward } = await immediate(name, options);
    assertConformance(environment, reward);
    const { stateCount, objectCount } = enumerationOf(environment, 'a count');
    expect([stateCount, objectCount]).toEqual([states, objects]);
  });

  test('has the log Z that its formula gives', async () => {
    const { environment, reward, logPartition } = await immediate(name, options);
    const { logPartition: enumerated } = exactTarget(environment, reward);
    // Sums of at most 512 terms in float64; factors such as 2 sigma are float32 on the host as on devices, 6e-8 of 18.
    if (logPartition !== undefined) expect(Math.abs(logPartition - enumerated)).toBeLessThanOrEqual(2e-6);
    else expect(['binary-tree', 'ising']).toContain(name);
  });
});

test('the sets of the table: log Z and the probability of each item', async () => {
  const { environment, reward } = await immediate('sets', { items: 10, size: 4, beta: 1 });
  const { probability, logPartition } = exactTarget(environment, reward);
  // Weights are float32 here: 4 of them, off by 3e-8 each.
  expect(Math.abs(logPartition - 5.775125786885)).toBeLessThanOrEqual(2e-7);
  const { objectAt } = enumerationOf(environment, 'items');
  const found = new Array<number>(10).fill(0);
  const state = new Int32Array(environment.stateSize);
  for (const [object, share] of probability.entries()) {
    objectAt(object, state);
    for (let item = 0; item < 10; item++) found[item] += state[item] * share;
  }
  const expected = inclusionProbabilities(spreadWeights(10, 1), { size: 4 });
  for (let item = 0; item < 10; item++) expect(Math.abs(found[item] - expected[item])).toBeLessThanOrEqual(2e-7);
});

test('a torus of 3 has its known sums over pairs and mean energy', async () => {
  const { environment, reward } = await immediate('ising', { side: 3, sigma: 0.1 });
  const { objectAt, objectCount } = enumerationOf(environment, 'energies');
  const state = new Int32Array(environment.stateSize);
  const histogram = new Map<number, number>();
  let [weighted, total] = [0, 0];
  for (let object = 0; object < objectCount; object++) {
    objectAt(object, state);
    const logReward = reward.logReward(state);
    const energy = Math.round(logReward / 0.2);
    histogram.set(energy, (histogram.get(energy) ?? 0) + 1);
    weighted += energy * Math.exp(logReward);
    total += Math.exp(logReward);
  }
  expect([...histogram].sort(([a], [b]) => a - b)).toEqual([
    [-6, 102],
    [-2, 144],
    [2, 198],
    [6, 48],
    [10, 18],
    [18, 2],
  ]);
  // The coupling of 0.2 is float32: 1.5e-8 of sums up to 18, squared in the derivative of the mean.
  expect(Math.abs(weighted / total - 4.842892001)).toBeLessThanOrEqual(1e-6);
});

test('invalid sizes are refused by name', async () => {
  await expect(namedProblem('sets', { items: 3, size: 4 })).rejects.toThrow('size is 4, but there are only 3 items');
  await expect(namedProblem('ising', { side: 1 })).rejects.toThrow('side must be an integer from 2');
  await expect(namedProblem('chain', { variables: 1 })).rejects.toThrow('variables must be an integer from 2');
  await expect(namedProblem('binary-tree', { depth: 21 })).rejects.toThrow('depth must be an integer from 1 to 20');
});
