import { initialStateOf } from '../environment/condition.ts';
import type { Environment } from '../environment/environment.ts';
import { sameRow } from '../environment/rows.ts';
import { log } from '../numeric/elementary.ts';
import { drawAllowed } from '../random/draw-allowed.ts';
import { countAllowed } from './allowed.ts';

/** Trajectories as rows of steps, one trajectory after another, each from the initial state on. */
export interface PackedTrajectories {
  /** The number of trajectories. */
  readonly count: number;
  /** i32 [count + 1]: trajectory n has the rows first[n] .. first[n + 1] - 1. */
  readonly first: Int32Array;
  /** i32 [rows, stateSize]: the non-terminal states in which the actions were taken. */
  readonly states: Int32Array;
  /** i32 [rows]. */
  readonly actions: Int32Array;
  /** f64 [rows]: log P_B(state | child) under the uniform backward policy. */
  readonly logBackward: Float64Array;
}

/**
 * Samples trajectories that end at given objects with the uniform backward policy: from an object, allowed backward
 * actions are taken with equal probability until the initial state is reached. Backward actions that lead to the same
 * parent are different edges, like the actions that they undo.
 *
 * @param objects terminal state rows, packed.
 * @param each trajectories for each object; those of object i are i each .. (i + 1) each - 1.
 * @param random numbers in [0, 1).
 * @throws Error if `objects` does not consist of whole rows of terminal states; or if a walk gets stuck or does not
 * end, which is a fault in the environment.
 */
export function sampleBackwardTrajectories(
  environment: Environment,
  objects: Int32Array,
  random: () => number,
  each = 1,
): PackedTrajectories {
  const { stateSize, maxSteps, backwardActionCount } = environment;
  checkEach(each);
  const count = objectCountOf(environment, objects) * each;
  const max = count * maxSteps;
  const states = new Int32Array(max * stateSize);
  const actions = new Int32Array(max);
  const logBackward = new Float64Array(max);
  const first = new Int32Array(count + 1);
  const state = new Int32Array(stateSize);
  const initial = new Int32Array(stateSize);
  const mask = new Int32Array(backwardActionCount);
  const alike = new Float64Array(backwardActionCount).fill(1);

  // Walks go back in time, so rows are written from the last one on, and no walk has to be reversed.
  let row = max;
  first[count] = max;
  for (let n = count - 1; n >= 0; n--) {
    const object = Math.floor(n / each) * stateSize;
    state.set(objects.subarray(object, object + stateSize));
    initialStateOf(environment, state, initial);
    if (!environment.isTerminal(state)) {
      throw new Error(`${environment.text(state)} is not a terminal state of ${environment.name}.`);
    }
    while (!sameRow(state, initial)) {
      environment.backwardMask(state, mask);
      const backward = drawAllowed(mask, alike, random);
      if (backward < 0 || first[n + 1] - row >= maxSteps) throw faultyWalk(environment, state, backward);
      row--;
      logBackward[row] = -log(countAllowed(mask));
      actions[row] = environment.forwardAction(state, backward);
      environment.backwardStep(state, backward);
      states.set(state, row * stateSize);
    }
    first[n] = row;
  }
  return {
    count,
    first: first.map((start) => start - row),
    states: states.subarray(row * stateSize),
    actions: actions.subarray(row),
    logBackward: logBackward.subarray(row),
  };
}

/** The number of packed state rows. @throws Error if there are none, or a part of a row. */
export function objectCountOf({ name, stateSize }: Environment, states: Int32Array): number {
  const count = states.length / stateSize;
  if (!Number.isInteger(count) || count === 0) {
    throw new Error(
      `${states.length} numbers do not make a whole number of state rows of ${stateSize} (${name}), or none at all.`,
    );
  }
  return count;
}

/** @throws Error unless the number of trajectories for each object is a positive integer. */
export function checkEach(each: number): void {
  if (!Number.isInteger(each) || each < 1) throw new Error(`Each object has at least 1 trajectory, not ${each}.`);
}

function faultyWalk(environment: Environment, state: Int32Array, backward: number): Error {
  const { name, maxSteps } = environment;
  const where = `${environment.text(state)} of ${name}`;
  return new Error(
    backward < 0
      ? `No backward action is allowed at ${where}, which is not the initial state. checkEnvironment says more.`
      : `A walk back by ${maxSteps} actions, the most that ${name} allows, is still at ${where}.`,
  );
}
