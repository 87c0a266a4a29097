import type { ConformanceRule } from '../../src/environment/conformance.ts';
import type { Enumeration, Environment, Reward } from '../../src/environment/environment.ts';
import { featureObservation, tokenObservation } from '../../src/environment/observation.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';

/** An environment with one fault, and the rule that has to name it. */
export interface BrokenEnvironment {
  readonly fault: string;
  readonly rule: ConformanceRule;
  readonly environment: Environment;
  readonly reward?: Reward;
}

const sound = hypergrid({ dimension: 2, side: 4 });
const numbers = sound.enumeration as Enumeration;
const broken = (
  rule: ConformanceRule,
  fault: string,
  change: Partial<Environment>,
  reward?: Reward,
): BrokenEnvironment => ({
  fault,
  rule,
  environment: { ...sound, ...change },
  ...(reward === undefined ? {} : { reward }),
});

let calls = 0;

export const brokenEnvironments: readonly BrokenEnvironment[] = [
  broken('stop action', 'a move for a stop', { stopAction: 0 }),
  broken('sizes', 'a horizon shorter than the longest trajectory', { horizon: 3 }),
  broken('initial state', 'an initial state that leaves a part of the row as it was', {
    initial: (state) => {
      state[0] = 0;
      state[1] = 0;
    },
  }),
  broken('initial state', 'an initial state that can be undone', {
    backwardMask: (state, mask) => {
      sound.backwardMask(state, mask);
      if (state[0] + state[1] + state[2] === 0) mask[1] = 1;
    },
  }),
  broken('mask values', 'a mask that says 2 for yes', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      mask[0] *= 2;
    },
  }),
  broken('mask values', 'a mask whose last entry is not written', {
    forwardMask: (state, mask) => {
      const last = mask[2];
      sound.forwardMask(state, mask);
      mask[2] = last;
    },
  }),
  broken('terminal states', 'a terminal state that goes on', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      if (state[2] !== 0) mask[2] = 1;
    },
  }),
  broken('dead ends', 'a state that is not terminal and allows nothing', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      if (state[0] === 3) mask.fill(0);
    },
  }),
  broken('dead ends', 'a state other than the initial one without a way back', {
    backwardMask: (state, mask) => {
      sound.backwardMask(state, mask);
      if (state[0] === 2) mask.fill(0);
    },
  }),
  broken('forward then back', 'a backward step that goes two cells back', {
    backwardStep: (state, action) => {
      sound.backwardStep(state, action);
      if (state[action] > 0) state[action] -= 1;
    },
  }),
  broken('forward then back', 'two actions with their backward actions exchanged', {
    backwardAction: (_state, action) => (action === 2 ? 0 : 1 - action),
  }),
  broken('back then forward', 'a mask that forgets the last cell of an axis', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      if (state[0] === 2) mask[0] = 0;
    },
  }),
  broken('distinct parents', 'two backward actions that undo the stop alike', {
    backwardMask: (state, mask) => {
      sound.backwardMask(state, mask);
      if (state[2] !== 0) mask[1] = 1;
    },
    backwardStep: (state, action) => {
      if (state[2] !== 0) state[2] = 0;
      else sound.backwardStep(state, action);
    },
    forwardAction: (state, action) => (state[2] !== 0 ? 2 : sound.forwardAction(state, action)),
  }),
  broken('walk length', 'a maximum of steps that walks exceed', { maxSteps: 4 }),
  broken('backward walk', 'backward actions that go round in a circle', {
    backwardStep: (state, action) => {
      state[state[2] === 0 ? action : 2] -= 1;
      if (state[0] === 0 && state[1] === 0) state[0] = 3;
    },
  }),
  broken('retracing', 'a step that loses the way', {
    step: (state, action) => {
      sound.step(state, action);
      if (action === 2 && state[0] > 0) state[0] -= 1;
    },
  }),
  broken('repeatability', 'a step that depends on what was done before', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      calls++;
      if (calls % 3 === 0 && state[2] === 0) mask[0] = 0;
    },
  }),
  broken('state numbers', 'a number that two states share', {
    enumeration: { ...numbers, indexOf: (state: Int32Array) => state[0] * 4 + Math.min(state[1], 2) },
  }),
  broken('topological order', 'states numbered backwards', {
    enumeration: {
      ...numbers,
      indexOf: (state: Int32Array) => 15 - numbers.indexOf(state),
      stateAt: (index, state) => numbers.stateAt(15 - index, state),
    },
  }),
  broken('reachability', 'actions and backward actions that leave out the same states', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      if (state[0] === 2) mask[0] = 0;
    },
    backwardMask: (state, mask) => {
      sound.backwardMask(state, mask);
      if (state[0] === 3) mask[0] = 0;
    },
  }),
  broken('path counts', 'a backward mask that forgets one of two parents', {
    backwardMask: (state, mask) => {
      sound.backwardMask(state, mask);
      if (state[0] > 0) mask[1] = 0;
      if (state[2] !== 0) mask[0] = 1;
    },
  }),
  broken('text', 'a text without the terminal flag', {
    text: (state) => `(${state[0]}, ${state[1]})`,
  }),
  broken('text', 'a reader that takes any text', {
    parse: (text, state) => {
      if (/\d/.test(text)) sound.parse?.(text, state);
      else state.fill(0);
    },
  }),
  broken('observation', 'a token beyond the width', {
    observation: tokenObservation({
      width: 8,
      positions: 2,
      encode: (state, tokens) => tokens.set([state[0], 4 + state[1] + state[2] * 4]),
    }),
  }),
  broken('observation', 'features that are not written', {
    observation: featureObservation({
      width: 2,
      encode: (state, features) => {
        features[0] = state[0];
      },
    }),
  }),
  broken('log-reward', 'a reward of 0', {}, { name: 'zero', logReward: (state) => Math.log(state[0]) }),
  broken('row bounds', 'a mask written beyond its end', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      mask[3] = 0;
    },
  }),
  broken('row bounds', 'a step that writes beyond its row', {
    step: (state, action) => {
      sound.step(state, action);
      state[3] = action;
    },
  }),
  broken('shape', 'a function that is missing', { step: undefined as never }),
  broken(
    'shape',
    'a reward of a grid of another side',
    {},
    hypergridReward({ dimension: 2, side: 5, difficulty: 'easy' }),
  ),
  broken('row values', 'a step that writes half a number', {
    step: (state, action) => {
      sound.step(state, action);
      state[action] += 0.5;
    },
  }),
  broken('row values', 'a mask with nothing in it', {
    forwardMask: (state, mask) => {
      sound.forwardMask(state, mask);
      if (mask[0] === 0) mask[0] = undefined as never;
    },
  }),
  broken('arguments', 'an observation that changes the state', {
    observation: tokenObservation({
      width: 8,
      positions: 2,
      encode: (state, tokens) => {
        if (state[1] > 0) state[1] -= 1;
        tokens.set([state[0], 4 + state[1]]);
      },
    }),
  }),
  broken('shader', 'a shader without a function', { shader: { code: 'fn initial(state: ptr<function, State>) {}' } }),
  broken('exceptions', 'a function that throws', {
    backwardAction: () => {
      throw new Error('not written yet');
    },
  }),
];
