import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { tabularPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { logSumExp } from '../../src/numeric/log-sum-exp.ts';
import { type EnumeratedPolicy, viewState } from '../../src/page/worker/state-view.ts';
import { gridProblem, namedProblem } from '../rollout/problems.ts';

async function policyOf(
  { environment }: Problem,
  table: Float64Array,
  backwardLogitsOf?: EnumeratedPolicy['backwardLogitsOf'],
): Promise<EnumeratedPolicy> {
  const logitsOf = tabularPolicy(environment, table);
  const { visited, probability } = await exactTerminalDistribution(environment, logitsOf);
  return { step: 7, logitsOf, visited, probability, ...(backwardLogitsOf ? { backwardLogitsOf } : {}) };
}

const targetOf = ({ environment, reward }: Problem) => exactTarget(environment, reward);

describe('by hand, on a grid of 2 x 2', async () => {
  // As it is made by its name, with words for its actions.
  const problem = await namedProblem('hypergrid', { dimension: 2, side: 2 });
  const target = targetOf(problem);
  // Rows of the states (0, 0), (0, 1), (1, 0) and (1, 1): probabilities of a move along either axis, and of a stop.
  const chances = [0.5, 0.3, 0.2, 0.6, 0, 0.4, 0, 0.25, 0.75, 0, 0, 1];
  const table = Float64Array.from(chances, (chance) => Math.log(chance || 1));
  // A trajectory comes by (1, 1) through (1, 0) or through (0, 1).
  const corner = 0.5 * 0.25 + 0.3 * 0.6;
  const logZ = target.logPartition;
  const log = Math.log;

  test('a state has its edges, with both probabilities, its flow and the reward of stopping at it', async () => {
    const view = await viewState(problem, target, await policyOf(problem, table), [1, 0, 0]);
    expect(view).toMatchObject({ state: [1, 0, 0], text: '(1, 0)', step: 7 });
    expect(view.logFlow).toBeCloseTo(logZ + log(0.5), 12);
    expect(view.logReward).toBeCloseTo(target.logReward[2], 12);
    expect(view.forward.map(({ action, text, state }) => [action, text, state])).toEqual([
      ['+1 along axis 1', '(1, 1)', [1, 1, 0]],
      ['stop', '(1, 0).', undefined],
    ]);
    expect(view.backward.map(({ action, text }) => [action, text])).toEqual([['+1 along axis 0', '(0, 0)']]);
    expect(view.forward[0].forwardProbability).toBeCloseTo(0.25, 12);
    expect(view.forward[0].backwardProbability).toBeCloseTo(0.5, 12);
    expect(view.forward[0].residual).toBeCloseTo(log(0.5 * 0.25) - log(corner * 0.5), 12);
    expect(view.forward[1].residual).toBeCloseTo(logZ + log(0.5 * 0.75) - target.logReward[2], 12);
    expect(view.backward[0].forwardProbability).toBeCloseTo(0.5, 12);
    expect(view.backward[0].backwardProbability).toBeCloseTo(1, 12);
    // From the initial state, whose flow is Z: log Z + log P_F - log F(1, 0) - log 1.
    expect(view.backward[0].residual).toBeCloseTo(0, 12);
  });

  test('an object has no way on, one way back, and the flow that it is sampled with', async () => {
    const view = await viewState(problem, target, await policyOf(problem, table), [1, 1, 1]);
    expect(view.forward).toEqual([]);
    expect(view.backward).toHaveLength(1);
    expect(view.backward[0]).toMatchObject({ action: 'stop', state: [1, 1, 0], backwardProbability: 1 });
    expect(view.logFlow).toBeCloseTo(logZ + log(corner), 12);
    expect(view.logReward).toBeCloseTo(target.logReward[3], 12);
  });

  test('the initial state has no way back', async () => {
    const view = await viewState(problem, target, await policyOf(problem, table), [0, 0, 0]);
    expect(view.backward).toEqual([]);
    expect(view.logFlow).toBeCloseTo(logZ, 12);
  });
});

const problems: readonly [string, () => Promise<Problem>][] = [
  ['a grid', async () => gridProblem(3, 4, 'hard')],
  ['bit sequences', () => namedProblem('bit-sequence', { length: 6, wordSize: 2 })],
];

describe.each(problems)('a perfect sampler of %s', (_, create) => {
  test('is in balance at every edge, and its flow is F(s)', async () => {
    const problem = await create();
    const target = targetOf(problem);
    const { logFlow, logPolicy } = exactFlows(problem.environment, target.logReward);
    // As a network's logits are: rounded to float32, which is off by at most 2^-24 of them. They are at least -12 here, so
    // that each step of at most 10 is off by 7e-7, and a residual by the steps on both sides: 1.5e-5.
    const policy = await policyOf(problem, Float64Array.from(logPolicy, Math.fround));
    const { stateCount, stateAt, objectCount, objectAt } = enumerationOf(problem.environment, 'this test');
    const row = new Int32Array(problem.environment.stateSize);
    for (let index = 0; index < stateCount; index++) {
      stateAt(index, row);
      const view = await viewState(problem, target, policy, [...row]);
      expect(Math.abs(view.logFlow - logFlow[index])).toBeLessThan(1.5e-5);
      expect(view.forward.reduce((sum, edge) => sum + edge.forwardProbability, 0)).toBeCloseTo(1, 12);
      for (const { residual } of [...view.forward, ...view.backward]) expect(Math.abs(residual)).toBeLessThan(1.5e-5);
    }
    for (let index = 0; index < objectCount; index += 7) {
      objectAt(index, row);
      const view = await viewState(problem, target, policy, [...row]);
      expect(Math.abs(view.logFlow - (view.logReward as number))).toBeLessThan(1.5e-5);
      for (const { residual } of view.backward) expect(Math.abs(residual)).toBeLessThan(1.5e-5);
    }
  });
});

test('a learnt backward policy is the one that balances the flows', async () => {
  const problem = gridProblem(2, 3);
  const { environment } = problem;
  const target = targetOf(problem);
  // P_B prefers to undo a move along axis 0, where it can, by 4 to 1.
  const backwardLogitsOf = async (_: Int32Array, count: number) =>
    Float64Array.from({ length: 2 * count }, (__, i) => (i % 2 === 0 ? Math.log(4) : 0));
  const backwardChance = (state: Int32Array, action: number) => {
    const both = environment.isTerminal(state) || state[0] === 0 || state[1] === 0 ? undefined : [0.8, 0.2];
    return both?.[action] ?? 1;
  };
  // F(s) = sum over children of F(s') P_B(s | s'), from the last state back.
  const { stateCount, stateAt, indexOf, objectIndexOf } = enumerationOf(environment, 'this test');
  const logFlow = new Float64Array(stateCount);
  const table = new Float64Array(stateCount * environment.actionCount);
  const state = new Int32Array(3);
  const mask = new Int32Array(3);
  for (let index = stateCount - 1; index >= 0; index--) {
    stateAt(index, state);
    environment.forwardMask(state, mask);
    const edges = Float64Array.from(mask, (allowed, action) => {
      if (allowed === 0) return Number.NEGATIVE_INFINITY;
      const child = state.slice();
      environment.step(child, action);
      const into = environment.isTerminal(child) ? target.logReward[objectIndexOf(child)] : logFlow[indexOf(child)];
      return into + Math.log(backwardChance(child, environment.backwardAction(child, action)));
    });
    logFlow[index] = logSumExp(edges);
    for (const [action, edge] of edges.entries()) table[index * 3 + action] = mask[action] ? edge - logFlow[index] : 0;
  }
  const policy = await policyOf(problem, table, backwardLogitsOf);
  const view = await viewState(problem, target, policy, [1, 1, 0]);
  expect(view.backward.map(({ backwardProbability }) => backwardProbability)).toEqual([
    expect.closeTo(0.8, 12),
    expect.closeTo(0.2, 12),
  ]);
  // Float64 throughout: a few roundings of numbers below 10.
  for (const { residual } of [...view.forward, ...view.backward]) expect(residual).toBeCloseTo(0, 12);
  // The uniform backward policy is another one, and these flows are not in balance with it.
  const uniform = await viewState(problem, target, { ...policy, backwardLogitsOf: undefined } as never, [1, 1, 0]);
  expect(Math.max(...uniform.backward.map(({ residual }) => Math.abs(residual)))).toBeGreaterThan(0.1);
});

test('an invalid state is refused', async () => {
  const problem = gridProblem(2, 3);
  const target = targetOf(problem);
  const policy = await policyOf(problem, new Float64Array(27));
  for (const row of [[], [0, 0], [0, 0, 0, 0], [0.5, 0, 0], [3, 0, 0], [-1, 0, 0], [0, 0, 2], [Number.NaN, 0, 0]]) {
    await expect(viewState(problem, target, policy, row), row.join()).rejects.toThrow('is not a state of hypergrid');
  }
  const values = fc.oneof(fc.integer({ min: -1, max: 3 }), fc.integer(), fc.double());
  await fc.assert(
    fc.asyncProperty(fc.array(values, { maxLength: 5 }), async (row) => {
      const isState = row.length === 3 && row.every((value) => [0, 1, 2].includes(value)) && row[2] < 2;
      const view = await viewState(problem, target, policy, row).catch((error: Error) => error);
      if (isState) expect(view).toMatchObject({ state: row.map((value) => value + 0) });
      else expect(view).toBeInstanceOf(Error);
    }),
    { numRuns: 300 },
  );
});
