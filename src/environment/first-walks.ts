import { drawAllowed } from '../random/draw-allowed.ts';
import { randomFrom } from '../random/random-from.ts';
import { checkProblemShape } from './check-problem.ts';
import { initialStateOf } from './condition.ts';
import { show } from './conformance-report.ts';
import { type AnyProblem, type Environment, isDeferred } from './environment.ts';
import { EnvironmentError, guardedProblem, unfinishedWalk } from './guarded.ts';
import { sameRow } from './rows.ts';
import type { Refuse } from './ways-back.ts';

/** The number of walks before training, and the mask entries they may inspect in all: milliseconds. */
const walks = 4;
const maxEntries = 2_000_000;

/**
 * Takes a few random walks through a problem before anything is prepared, checks everything that its functions return,
 * and refuses what cannot be trained on: an environment that throws, allows nothing, never ends, writes too little, or
 * whose backward side does not lead back, or a reward that is not finite. Mistakes that only show at rare states are
 * reported when training meets them (`guardedProblem`); `checkEnvironment` searches for them.
 *
 * @throws EnvironmentError that names the environment, the function and the state
 */
export function checkFirstWalks(problem: AnyProblem): void {
  checkProblemShape(problem);
  const guarded = guardedProblem(problem);
  const random = randomFrom(1);
  let entries = 0;
  for (let i = 0; i < walks; i++) entries = checkWalk(guarded, random, entries);
}

function checkWalk(problem: AnyProblem, random: () => number, entriesBefore: number): number {
  const { environment } = problem;
  const { stateSize, actionCount, backwardActionCount, maxSteps } = environment;
  const refuse: Refuse = (what) => {
    throw new EnvironmentError(environment, what);
  };
  const at = (row: Int32Array) => show(environment, row);
  const state = initialRow(environment, refuse);
  const parent = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const backwardMask = new Int32Array(backwardActionCount);
  const seen = environment.observation.rows(1);

  environment.backwardMask(state, backwardMask);
  const undone = backwardMask.indexOf(1);
  if (undone >= 0)
    refuse(`backwardMask allows action ${undone} at ${at(state)}, the initial state, which has no parent`);
  let entries = entriesBefore;
  for (let length = 0; ; length++) {
    if (environment.isTerminal(state)) {
      if (length === 0) refuse(`its initial state ${at(state)} is terminal`);
      break;
    }
    if (length === maxSteps) throw unfinishedWalk(environment, state);
    environment.forwardMask(state, mask);
    environment.observation.encode(state, seen);
    let chosen = Math.floor(random() * mask.reduce((count, entry) => count + entry, 0));
    const action = mask.findIndex((entry) => entry === 1 && chosen-- === 0);
    parent.set(state);
    environment.step(state, action);
    if (sameRow(state, parent)) {
      refuse(`step leaves ${at(state)} as it is with action ${action}; it must change the row it is given`);
    }
    environment.backwardMask(state, backwardMask);
    entries += actionCount + backwardActionCount;
    // Long walks over many actions are cut off; they have shown enough.
    if (entries > maxEntries) return entries;
  }
  checkBackwardWalk(environment, state, random, refuse);
  if (!isDeferred(problem)) problem.reward.logReward(state);
  return entries;
}

/** Walks back from the end of a walk by random allowed backward actions, and refuses if it does not reach the start. */
function checkBackwardWalk(environment: Environment, object: Int32Array, random: () => number, refuse: Refuse): void {
  const initial = new Int32Array(environment.stateSize);
  initialStateOf(environment, object, initial);
  const state = object.slice();
  const mask = new Int32Array(environment.backwardActionCount);
  const even = new Float64Array(mask.length).fill(1);
  for (let length = 0; length < environment.maxSteps; length++) {
    environment.backwardMask(state, mask);
    environment.backwardStep(state, drawAllowed(mask, even, random));
    if (sameRow(state, initial)) return;
  }
  const [from, to] = [object, state].map((row) => show(environment, row));
  refuse(
    `${environment.maxSteps} backward actions (maxSteps) that backwardMask allows lead from ${from} to ${to}, not to the ` +
      'initial state',
  );
}

/** @throws if `initial` leaves a part of the row unwritten */
function initialRow(environment: Environment, refuse: Refuse): Int32Array {
  const [row, other] = [1, 2].map((value) => new Int32Array(environment.stateSize).fill(value));
  environment.initial(row);
  environment.initial(other);
  const differs = row.findIndex((value, i) => value !== other[i]);
  if (differs >= 0) refuse(`initial leaves number ${differs} of the state as it was; it writes all of the row`);
  return row;
}
