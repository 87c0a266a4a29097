import { drawAllowed } from '../random/draw-allowed.ts';
import { randomFrom } from '../random/random-from.ts';
import type { Environment } from './environment.ts';

/**
 * A walk from the initial state by random actions. `states` packs the `actions.length` + 1 rows visited. In a sound
 * environment every walk ends `terminal`.
 */
export interface Walk {
  readonly states: Int32Array;
  readonly actions: Int32Array;
  readonly end: 'terminal' | 'dead end' | 'too long';
}

/**
 * Walks forward until a terminal state, or until no action is allowed, or for `maxSteps` actions. `weights` are
 * unnormalised probabilities of the actions; without them all allowed actions are equally likely.
 */
export function randomWalk(environment: Environment, random: () => number, weights?: ArrayLike<number>): Walk {
  const { stateSize, actionCount, maxSteps } = environment;
  const chances = weights ?? new Float64Array(actionCount).fill(1);
  const state = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const states: number[] = [];
  const actions: number[] = [];
  environment.initial(state);
  states.push(...state);
  const finish = (end: Walk['end']): Walk => ({
    states: Int32Array.from(states),
    actions: Int32Array.from(actions),
    end,
  });
  while (!environment.isTerminal(state)) {
    if (actions.length >= maxSteps) return finish('too long');
    environment.forwardMask(state, mask);
    const action = drawAllowed(mask, chances, random);
    if (action < 0) return finish('dead end');
    environment.step(state, action);
    states.push(...state);
    actions.push(action);
  }
  return finish('terminal');
}

/**
 * A walk with random preferences among the actions, so that walks differ much in length and direction. Uniform walks
 * would hardly ever reach states with few actions left, such as the far border of a grid.
 */
export function variedWalk(environment: Environment, random: () => number): Walk {
  const weights = Float64Array.from({ length: environment.actionCount }, () => random() ** 4 + 1e-6);
  return randomWalk(environment, random, weights);
}

/**
 * `count` state rows, packed, for comparing two implementations of one environment: the initial state first, then
 * alternately a state of a walk and, if the environment can be enumerated, a random state and a random object. Repeats
 * occur.
 */
export function sampleStates(environment: Environment, seed: number, count: number): Int32Array {
  const { stateSize, enumeration } = environment;
  const random = randomFrom(seed);
  const rows = new Int32Array(count * stateSize);
  const row = new Int32Array(stateSize);
  for (let i = 0; i < count; i++) {
    if (i === 0) {
      environment.initial(row);
    } else if ('reason' in enumeration || i % 3 === 1) {
      const { states } = variedWalk(environment, random);
      const at = Math.floor((random() * states.length) / stateSize) * stateSize;
      row.set(states.subarray(at, at + stateSize));
    } else if (i % 3 === 2) {
      enumeration.stateAt(Math.floor(random() * enumeration.stateCount), row);
    } else {
      enumeration.objectAt(Math.floor(random() * enumeration.objectCount), row);
    }
    rows.set(row, i * stateSize);
  }
  return rows;
}

export function sameRow(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
