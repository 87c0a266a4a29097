import { expect, test } from 'vitest';
import type { Environment } from '../../src/environment/environment.ts';
import { EnvironmentError, guardedEnvironment, guardedReward } from '../../src/environment/guarded.ts';
import { tokenObservation } from '../../src/environment/observation.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { rowReward, select } from '../../src/row-language.ts';
import { createTrainer } from '../../src/train/index.ts';
import { trainingDevices } from '../setup/devices.ts';

const sound = hypergrid({ dimension: 2, side: 4 });
const right = 0;
const up = 1;
const isBelowRare = (state: Int32Array) => state[0] === 2 && state[1] === 0;
const isRare = (state: Int32Array) => state[0] === 2 && state[1] === 1 && state[2] === 0;

/** Walks as a rollout does, over a state at which alone something is amiss. */
function walk(change: Partial<Environment>): void {
  const environment = guardedEnvironment({ ...sound, name: 'my-grid', ...change });
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  const backwardMask = new Int32Array(environment.backwardActionCount);
  environment.initial(state);
  for (const action of [right, right, up, right]) {
    environment.observation.encode(state, environment.observation.rows(1));
    environment.forwardMask(state, mask);
    environment.step(state, action);
    environment.backwardMask(state, backwardMask);
    environment.isTerminal(state);
  }
}

const changes = 'changes the state "(2, 1)" to "(0, 1)"; it may only read it';

test.each<[string, string, Partial<Environment>]>([
  [
    'a backward mask of ones',
    'backward action 1, which backwardMask allows at "(2, 0)", leads to "(2, -1)", from where action 0,',
    {
      backwardMask(state, mask) {
        sound.backwardMask(state, mask);
        if (isBelowRare(state)) mask.fill(1);
      },
    },
  ],
  [
    'a backward mask without the step taken',
    'leads from "(2, 0)" to "(2, 1)", where backwardMask does not allow backward action 1',
    {
      backwardMask(state, mask) {
        sound.backwardMask(state, mask);
        if (isRare(state)) mask[up] = 0;
      },
    },
  ],
  [
    'a backward action that undoes something else',
    'backward action 0, which undoes it (backwardAction), leads to "(1, 1)" (backwardStep)',
    { backwardAction: (state, action) => (isBelowRare(state) ? right : action) },
  ],
  [
    'a forward action that redoes something else',
    'from where action 0, which redoes it (forwardAction), leads to "(3, 0)"',
    { forwardAction: (state, action) => (isRare(state) && action === up ? right : action) },
  ],
  [
    'a backward mask that changes the row',
    `backwardMask ${changes}`,
    {
      backwardMask(state, mask) {
        sound.backwardMask(state, mask);
        if (isRare(state)) state[0] = 0;
      },
    },
  ],
  [
    'a forward mask that changes the row',
    `forwardMask ${changes}`,
    {
      forwardMask(state, mask) {
        sound.forwardMask(state, mask);
        if (isRare(state)) state[0] = 0;
      },
    },
  ],
  [
    'an isTerminal that changes the row',
    `isTerminal ${changes}`,
    {
      isTerminal(state) {
        if (isRare(state)) state[0] = 0;
        return sound.isTerminal(state);
      },
    },
  ],
  [
    'an observation that changes the row',
    `observation.encode ${changes}`,
    {
      observation: tokenObservation({
        width: 8,
        positions: 2,
        encode(state, tokens) {
          tokens.set([state[0], 4 + state[1]]);
          if (isRare(state)) state[0] = 0;
        },
      }),
    },
  ],
])('%s is reported at the state where it happens', (_, message, change) => {
  expect(() => walk(change)).toThrow(EnvironmentError);
  expect(() => walk(change)).toThrow(message);
});

test('a sound environment can be walked, and guarding it twice changes nothing', () => {
  expect(() => walk({})).not.toThrow();
  const guarded = guardedEnvironment(sound);
  expect(guardedEnvironment(guarded)).toBe(guarded);
});

test('an asynchronous reward is named with its object', () => {
  const { logReward } = guardedReward(sound, { name: 'mine', logReward: (async () => 0) as never });
  expect(() => logReward(Int32Array.of(2, 1, 1))).toThrow('the reward mine is asynchronous at "(2, 1).", and what it');
});

test('a recorded reward that float32 cannot hold is named with its object', async () => {
  const environment = hypergrid({ dimension: 1, side: 10 });
  const reward = rowReward({
    name: 'far',
    of: environment,
    logReward({ position }) {
      const x = position.at(0);
      const large = select(x.greater(2), 1e30, x.toFloat()).multiply(1e30);
      return large.subtract(large).add(x.toFloat());
    },
  });
  const problem = { environment, reward };
  const device = await trainingDevices[0].open();
  const run = await createTrainer({
    device,
    problem,
    objective: trajectoryBalance(),
    steps: 20,
    batch: 16,
    network: { hidden: [4] },
  });
  await expect(run.step(20)).rejects.toThrow(
    /the log-reward of "\([3-9]\)\." by far is NaN in float32, which devices compute in, though [3-9] in float64/,
  );
});
