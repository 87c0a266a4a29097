import { describe, expect, test } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import { openReferenceDevice } from '../../src/device/reference.ts';
import type { Environment, Problem, Reward } from '../../src/environment/environment.ts';
import { checkFirstWalks } from '../../src/environment/first-walks.ts';
import { EnvironmentError } from '../../src/environment/guarded.ts';
import { featureObservation, tokenObservation } from '../../src/environment/observation.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { problemDefinitions } from '../../src/problems/listed.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { createTrainer } from '../../src/train/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { testDevices } from '../setup/devices.ts';

const size = { dimension: 2, side: 4 };
const sound = hypergrid(size);
const reward = hypergridReward({ ...size, difficulty: 'easy' });
const problemOf = (change: Partial<Environment>, otherReward: Reward = reward): Problem => ({
  environment: { ...sound, name: 'my-grid', ...change },
  reward: otherReward,
});

/** What somebody who writes an environment gets wrong, and what is said of it. */
const mistakes: readonly (readonly [string, Problem, RegExp])[] = [
  [
    'a mask of NaN',
    problemOf({ forwardMask: (_, mask) => void mask.fill(Number.NaN) }),
    /forwardMask allows no action at "\(0, 0\)", which is not terminal/,
  ],
  [
    'a mask that is not written',
    problemOf({ forwardMask: () => {} }),
    /forwardMask does not write action 0 at .*; a mask has 0 or 1/,
  ],
  ['a mask of shares', problemOf({ forwardMask: (_, mask) => void mask.fill(2) }), /forwardMask writes 2 for action 0/],
  [
    'no way on from a state',
    problemOf({
      forwardMask(state, mask) {
        sound.forwardMask(state, mask);
        if (state[0] + state[1] === 1) mask.fill(0);
      },
    }),
    /forwardMask allows no action at "\(\d, \d\)"/,
  ],
  [
    'a step that changes nothing',
    problemOf({ step: () => {} }),
    /step leaves "\(0, 0\)" as it is with action \d; it must change the row/,
  ],
  ['walks longer than maxSteps', problemOf({ maxSteps: 1 }), /after 1 actions \(maxSteps\) a walk is at "\(\d, \d\)"/],
  [
    'an end that is not said',
    problemOf({ isTerminal: () => undefined as never }),
    /isTerminal returns undefined at "\(0, 0\)"; it must return true or false/,
  ],
  [
    'a reward that is a text',
    problemOf({}, { name: 'mine', logReward: () => '1' as never }),
    /the log-reward of .* by mine is "1"; it must be/,
  ],
  [
    'an initial state that is an end',
    problemOf({ isTerminal: () => true }),
    /its initial state "\(0, 0\)" is terminal/,
  ],
  [
    'a function that throws',
    problemOf({
      step() {
        throw new TypeError('state.push is not a function');
      },
    }),
    /step with action \d throws at "\(0, 0\)": state\.push is not a function/,
  ],
  [
    'something else that is thrown',
    problemOf({
      backwardMask() {
        throw 'no such state';
      },
    }),
    /backwardMask throws at .*: no such state/,
  ],
  ['an asynchronous step', problemOf({ step: async () => {} }), /step with action \d is asynchronous/],
  [
    'an asynchronous function that fails',
    problemOf({ initial: (async () => Promise.reject(new Error('later'))) as never }),
    /initial is asynchronous/,
  ],
  [
    'a backward mask that is never written',
    problemOf({ backwardMask: () => {} }),
    /backwardMask does not write action 0 at "\(0, 0\)"/,
  ],
  [
    'a backward mask of ones',
    problemOf({ backwardMask: (_, mask) => void mask.fill(1) }),
    /backwardMask allows action 0 at "\(0, 0\)", the initial state/,
  ],
  [
    'a backward mask of ones but at the initial state',
    problemOf({ backwardMask: (state, mask) => void mask.fill(state.some((value) => value !== 0) ? 1 : 0) }),
    /(which is terminal and has no child|and so does backward action \d: both undo action 2|that backwardMask allows lead from .* not to the initial state)/,
  ],
  [
    'a backward mask of zeros',
    problemOf({ backwardMask: (_, mask) => void mask.fill(0) }),
    /backwardMask allows no action at ".*", which is not the initial state/,
  ],
  [
    'a backward action that is not allowed',
    problemOf({ backwardAction: (_, action) => (action === 1 ? 0 : 1) }),
    /where backwardMask does not allow backward action \d, which undoes it \(backwardAction\)/,
  ],
  [
    'a backward action that is none',
    problemOf({ backwardAction: () => 7 }),
    /backwardAction gives 7 at .*not from 0 to 1/,
  ],
  [
    'a backward step that leads elsewhere',
    problemOf({ backwardStep: (state) => void state.fill(2) }),
    /and backward action \d, which undoes it \(backwardAction\), leads to "\(2, 2\)/,
  ],
  [
    'an initial state that is not written',
    problemOf({ initial: () => {} }),
    /initial leaves number 0 of the state as it was/,
  ],
  [
    'a mask that changes the state',
    problemOf({
      forwardMask(state, mask) {
        sound.forwardMask(state, mask);
        state[0]++;
      },
    }),
    /forwardMask changes the state "\(0, 0\)" to "\(1, 0\)"/,
  ],
  [
    'a token beyond the width',
    problemOf({
      observation: tokenObservation({ width: 8, positions: 2, encode: (_, tokens) => void tokens.fill(8) }),
    }),
    /observation\.encode at .*: the token at position 0 is 8, which is not from -1 to 7/,
  ],
  [
    'features of NaN',
    problemOf({
      observation: featureObservation({ width: 2, encode: (_, features) => void features.fill(Number.NaN) }),
    }),
    /observation\.encode at .*: feature 0 is NaN, or not written/,
  ],
  [
    'a reward of 0',
    problemOf({}, { name: 'mine', logReward: () => Math.log(0) }),
    /the log-reward of .* by mine is -Infinity; it must be a finite number/,
  ],
  [
    'a reward that is no number',
    problemOf({}, { name: 'mine', logReward: () => undefined as never }),
    /the log-reward of .* by mine is undefined; it must be/,
  ],
  [
    'a reward to wait for',
    problemOf({}, { name: 'mine', logReward: (async () => 1) as never }),
    /the reward mine is asynchronous/,
  ],
];

describe('an environment of a user with', () => {
  test.each(mistakes)('%s is refused before anything is made ready, in words', async (_, problem, message) => {
    const device = await testDevices[0].open();
    const before = device.counts;
    const training = createTrainer({ device, problem, objective: trajectoryBalance(), steps: 10, batch: 4 });
    const error = await training.then(
      () => undefined,
      (cause: Error) => cause,
    );
    expect(error?.message).toMatch(/^The environment my-grid cannot be trained on: /);
    expect(error?.message).toMatch(message);
    expect(device.counts).toEqual(before);
  });
});

/** What is no environment or reward at all, as a program without types may have it. */
const misshapen: readonly (readonly [string, unknown, RegExp])[] = [
  ['a size that is no size', problemOf({ maxSteps: Number.NaN }), /my-grid: maxSteps is NaN; it must be an integer/],
  [
    'a size that is a text',
    problemOf({ actionCount: '3' as never }),
    /my-grid: actionCount is "3"; it must be an integer/,
  ],
  ...(['stateSize', 'actionCount', 'backwardActionCount'] as const).map(
    (member): readonly [string, unknown, RegExp] => [
      `rows that no device holds, ${member},`,
      problemOf({ [member]: 1e9 }),
      new RegExp(`my-grid: ${member} is 1000000000; it must be an integer from 1 to 4194304`),
    ],
  ),
  [
    'an observation that no device holds',
    problemOf({ observation: tokenObservation({ width: 2, positions: 1e9, encode: () => {} }) }),
    /my-grid: its observation's size is 1000000000; it must be an integer from 1 to 4194304/,
  ],
  [
    'a function under another name',
    problemOf({ step: undefined as never, steps: () => {} } as never),
    /my-grid: step is undefined; it must be a function/,
  ],
  [
    'an environment that was not called',
    { environment: hypergrid, reward },
    /The environment is the function hypergrid; call it, as in hypergrid\(\{/,
  ],
  ['no environment', { reward }, /The environment is undefined; it must be an object/],
  [
    'a reward that is a function',
    { environment: sound, reward: () => 0 },
    /The reward is a function; it must be \{ name, logReward \}/,
  ],
  ['no reward', { environment: sound }, /The problem has no reward: give \{ name, logReward \}/],
  [
    'a reward of another size',
    problemOf({}, hypergridReward({ dimension: 2, side: 5, difficulty: 'easy' })),
    /The reward easy is one of hypergrid \(dimension 2, side 5\), but the environment is my-grid \(dimension 2, side 4\)\. Make both/,
  ],
  [
    'a reward of another environment',
    { environment: tfbind8(), reward },
    /The reward easy is one of hypergrid \(dimension 2, side 4\), but the environment is tfbind8\./,
  ],
];

test.each(misshapen)('%s is refused by name, before anything is called', (_, problem, message) => {
  expect(() => checkFirstWalks(problem as Problem)).toThrow(message);
});

test('a reward that is refused once the networks are ready leaves nothing on the device', async () => {
  // At the far corner alone: the objects are known, and all of them are asked for their rewards.
  const logReward = (state: Int32Array) => (state[0] === 3 && state[1] === 3 ? Number.NaN : 0);
  const problem = problemOf({}, { name: 'mine', logReward });
  for (const { open } of testDevices) {
    const device = await open();
    const refused = async () => {
      const training = createTrainer({ device, problem, objective: trajectoryBalance(), steps: 10, batch: 4 });
      await expect(training).rejects.toThrow(/the log-reward of "\(3, 3\)\." by mine is NaN/);
      return device.counts.bytes;
    };
    // The first time scratch space is made, which all plans of a cpu device share.
    const before = await refused();
    expect(await refused()).toBe(before);
  }
});

/** Were the objects known, all of them would be asked for their rewards, and all states be evaluated, before training. */
const secret: Partial<Environment> = { enumeration: { reason: 'It is a secret.' } };
const encodeSound = (state: Int32Array, tokens: Int32Array) => tokens.set([state[0], 4 + state[1]]);
/** The grid, seen in another way. */
const seenAs = (encode: (state: Int32Array, tokens: Int32Array) => void): Problem =>
  problemOf({ ...secret, observation: tokenObservation({ width: 8, positions: 2, encode }) });

describe('a mistake that shows only at a rare state', () => {
  // The far corner, where the first walks do not come.
  const isRare = (state: Int32Array) => state[0] === 3 && state[1] === 3;
  const rare: readonly (readonly [string, Problem, RegExp])[] = [
    [
      'a state without a way on',
      problemOf({
        forwardMask(state, mask) {
          sound.forwardMask(state, mask);
          if (isRare(state)) mask.fill(0);
        },
      }),
      /forwardMask allows no action at "\(3, 3\)", which is not terminal/,
    ],
    [
      'a reward that is not finite',
      // Were its objects known, all of them would be asked for their rewards before training.
      problemOf(
        { enumeration: { reason: 'It is a secret.' } },
        { name: 'mine', logReward: (state) => (isRare(state) ? Number.NaN : 0) },
      ),
      /the log-reward of "\(3, 3\)\." by mine is NaN; it must be a finite number/,
    ],
    [
      'a function that throws',
      problemOf({
        step(state, action) {
          if (isRare(state)) throw new Error('not written yet');
          sound.step(state, action);
        },
      }),
      /step with action \d throws at "\(3, 3\)": not written yet/,
    ],
    [
      'a mask that throws',
      problemOf({
        forwardMask(state, mask) {
          if (isRare(state)) throw new Error('boom');
          sound.forwardMask(state, mask);
        },
      }),
      /forwardMask throws at "\(3, 3\)": boom/,
    ],
    [
      'an observation that throws',
      seenAs((state, tokens) => {
        if (isRare(state)) throw new Error('boom');
        encodeSound(state, tokens);
      }),
      /observation\.encode throws at "\(3, 3\)": boom/,
    ],
    [
      'a reward that throws',
      problemOf(secret, {
        name: 'mine',
        logReward(state) {
          if (isRare(state)) throw new Error('boom');
          return 0;
        },
      }),
      /the reward mine throws at "\(3, 3\)\.": boom/,
    ],
    [
      'a reward that is a text',
      problemOf(secret, { name: 'mine', logReward: (state) => (isRare(state) ? ('1' as never) : 0) }),
      /the log-reward of "\(3, 3\)\." by mine is "1"; it must be a finite number/,
    ],
    [
      'a reward that changes the object',
      problemOf(secret, {
        name: 'mine',
        logReward(state) {
          if (isRare(state)) state[0] = 0;
          return 0;
        },
      }),
      /the reward mine changes the object that it is given, "\(3, 3\)\."/,
    ],
    [
      'a token beyond the width',
      seenAs((state, tokens) => {
        encodeSound(state, tokens);
        if (isRare(state)) tokens[0] = 99;
      }),
      /observation\.encode at "\(3, 3\)": the token at position 0 is 99, which is not from -1 to 7/,
    ],
    [
      'a step that is asynchronous',
      problemOf({
        step(state, action) {
          sound.step(state, action);
          return (isRare(state) ? Promise.resolve() : undefined) as undefined;
        },
      }),
      /step with action \d is asynchronous at "\(\d, \d\)"/,
    ],
    [
      'a walk without an end',
      problemOf({
        ...secret,
        step(state, action) {
          if (!isRare(state)) sound.step(state, action);
        },
      }),
      /after 7 actions \(maxSteps\) a walk is at "\(3, 3\)", which is not terminal/,
    ],
    [
      'a backward mask that is not written',
      problemOf({
        backwardMask(state, mask) {
          if (!isRare(state)) sound.backwardMask(state, mask);
        },
      }),
      /backwardMask does not write action 0 at "\(3, 3\)/,
    ],
    [
      'no way back from a state',
      problemOf({
        backwardMask(state, mask) {
          if (isRare(state)) mask.fill(0);
          else sound.backwardMask(state, mask);
        },
      }),
      /backwardMask allows no action at "\(3, 3\)/,
    ],
  ];
  const devices = [() => openTestCpuDevice({ threads: 1 }), async () => openReferenceDevice()];
  test.each(rare.flatMap((mistake) => devices.map((open) => [...mistake, open] as const)))(
    'ends training with an error that names it, and keeps what was learnt: %s',
    async (_, problem, message, open) => {
      const device = await open();
      checkFirstWalks(problem);
      const trainer = await createTrainer({
        device,
        problem,
        objective: trajectoryBalance(),
        steps: 500,
        batch: 64,
        seed: 3,
        network: { hidden: [8] },
      });
      const training = (async () => {
        for await (const _ of trainer);
      })();
      const error = await training.then(
        () => undefined,
        (cause: Error) => cause,
      );
      expect(error).toBeInstanceOf(EnvironmentError);
      expect(error?.message).toMatch(/^The environment my-grid cannot be trained on: /);
      expect(error?.message).toMatch(message);
      // The device is as good as before, and the run's last sound state is there.
      await device.finish();
      expect(arraysOf(trainer.lastSnapshot()).every(({ data }) => data.every(Number.isFinite))).toBe(true);
      device.destroy();
    },
  );
});

test('every built-in problem passes with its default options', async () => {
  const { openNodeChemistry } = await import('../../src/node/index.ts');
  for (const definition of problemDefinitions) {
    if (Object.values(definition.options).some(({ kind }) => kind === 'files' || kind === 'text')) continue;
    checkFirstWalks(await definition.create({}, undefined, { chemistry: openNodeChemistry }));
  }
});

test('a problem too large to enumerate is checked only in part', () => {
  const large = { dimension: 4, side: 1_000_000 };
  checkFirstWalks({ environment: hypergrid(large), reward: hypergridReward({ ...large, difficulty: 'easy' }) });
});
