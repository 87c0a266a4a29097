import { drawAllowed } from '../random/draw-allowed.ts';
import { randomFrom } from '../random/random-from.ts';
import { checkProblemShape } from './check-problem.ts';
import { initialStateOf } from './condition.ts';
import { show } from './conformance-report.ts';
import { type AnyProblem, type Environment, isDeferred } from './environment.ts';
import { EnvironmentError, guardedProblem, unfinishedWalk } from './guarded.ts';
import { sameRow } from './rows.ts';

/** Walks taken before training, and how many entries of masks they may look at all together: milliseconds. */
const walks = 4;
const maxEntries = 2_000_000;

/**
 * Takes a few random walks through a problem before anything is made ready for it, looks at what every function gives back,
 * and refuses what cannot be trained on: an environment that throws, allows nothing, never ends, writes too little, whose
 * backward side does not lead back to where its forward side came from, or whose reward is no finite number. The
 * mistakes that only show at rare states are named when training meets them (`guardedProblem`); `checkEnvironment` looks for
 * them.
 *
 * @throws EnvironmentError that names the environment, the function and the state
 */
export function checkFirstWalks(problem: AnyProblem): void {
  checkProblemShape(problem);
  checkObservationSizes(problem.environment);
  const guarded = guardedProblem(problem);
  const random = randomFrom(1);
  let entries = 0;
  for (let i = 0; i < walks; i++) entries = checkWalk(guarded, random, entries);
}

type Refuse = (problem: string) => never;

function checkWalk(problem: AnyProblem, random: () => number, entriesBefore: number): number {
  const { environment } = problem;
  const { stateSize, actionCount, backwardActionCount, maxSteps } = environment;
  const refuse: Refuse = (what) => {
    throw new EnvironmentError(environment, what);
  };
  const at = (row: Int32Array) => show(environment, row);
  const state = initialRow(environment, refuse);
  const [parent, back] = [new Int32Array(stateSize), new Int32Array(stateSize)];
  const mask = new Int32Array(actionCount);
  const backwardMask = new Int32Array(backwardActionCount);
  const seen = environment.observation.rows(1);
  /** Calls a function that may not change the state. */
  const read = <Result>(what: string, run: () => Result): Result => {
    back.set(state);
    const result = run();
    if (!sameRow(state, back)) refuse(`${what} changes the state ${at(back)} to ${at(state)}; it may only read it`);
    return result;
  };

  read('backwardMask', () => environment.backwardMask(state, backwardMask));
  const undone = backwardMask.indexOf(1);
  if (undone >= 0)
    refuse(`backwardMask allows action ${undone} at ${at(state)}, the initial state, which has no parent`);
  let entries = entriesBefore;
  for (let length = 0; ; length++) {
    if (read('isTerminal', () => environment.isTerminal(state))) {
      if (length === 0) refuse(`its initial state ${at(state)} is terminal`);
      break;
    }
    if (length === maxSteps) throw unfinishedWalk(environment, state);
    read('forwardMask', () => environment.forwardMask(state, mask));
    read('observation.encode', () => environment.observation.encode(state, seen));
    let chosen = Math.floor(random() * mask.reduce((count, entry) => count + entry, 0));
    const action = mask.findIndex((entry) => entry === 1 && chosen-- === 0);
    const undo = read('backwardAction', () => environment.backwardAction(state, action));
    parent.set(state);
    environment.step(state, action);
    if (sameRow(state, parent)) {
      refuse(`step leaves ${at(state)} as it is with action ${action}; it must change the row it is given`);
    }
    read('backwardMask', () => environment.backwardMask(state, backwardMask));
    const taken = `action ${action} leads from ${at(parent)} to ${at(state)}`;
    if (backwardMask[undo] !== 1) {
      refuse(`${taken}, where backwardMask does not allow backward action ${undo}, which undoes it (backwardAction)`);
    }
    back.set(state);
    environment.backwardStep(back, undo);
    if (!sameRow(back, parent)) {
      refuse(
        `${taken}, and backward action ${undo}, which undoes it (backwardAction), leads to ${at(back)} (backwardStep)`,
      );
    }
    entries += actionCount + checkWaysBack(environment, state, backwardMask, refuse);
    // Long walks over many actions are cut: they have shown enough.
    if (entries > maxEntries) return entries;
  }
  checkBackwardWalk(environment, state, random, refuse);
  if (!isDeferred(problem)) problem.reward.logReward(state);
  return entries;
}

/** Each backward action allowed at a state leads to a parent from which an action leads back. Returns what that looked at. */
function checkWaysBack(environment: Environment, child: Int32Array, backwardMask: Int32Array, refuse: Refuse): number {
  const at = (row: Int32Array) => show(environment, row);
  const mask = new Int32Array(environment.actionCount);
  let entries = backwardMask.length;
  const known = new Map<string, number>();
  for (let undo = 0; undo < backwardMask.length; undo++) {
    if (backwardMask[undo] !== 1) continue;
    const redo = environment.forwardAction(child, undo);
    const parent = child.slice();
    environment.backwardStep(parent, undo);
    const undone = `backward action ${undo}, which backwardMask allows at ${at(child)}, leads to ${at(parent)}`;
    if (environment.isTerminal(parent)) refuse(`${undone}, which is terminal and has no child`);
    environment.forwardMask(parent, mask);
    if (mask[redo] !== 1) {
      refuse(`${undone}, where forwardMask does not allow action ${redo}, which redoes it (forwardAction)`);
    }
    const again = parent.slice();
    environment.step(again, redo);
    if (!sameRow(again, child)) {
      refuse(`${undone}, from where action ${redo}, which redoes it (forwardAction), leads to ${at(again)}`);
    }
    const way = `${redo} ${parent.join()}`;
    const same = known.get(way);
    if (same !== undefined && !environment.upToSymmetry) {
      refuse(`${undone}, and so does backward action ${same}: both undo action ${redo}, and one alone may be allowed`);
    }
    known.set(way, undo);
    entries += mask.length;
  }
  return entries;
}

/** Walks back from the end of a walk, by allowed backward actions at random, and refuses what does not come to the start. */
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

/** @throws where `initial` leaves a part of the row as it was */
function initialRow(environment: Environment, refuse: Refuse): Int32Array {
  const [row, other] = [1, 2].map((value) => new Int32Array(environment.stateSize).fill(value));
  environment.initial(row);
  environment.initial(other);
  const differs = row.findIndex((value, i) => value !== other[i]);
  if (differs >= 0) refuse(`initial leaves number ${differs} of the state as it was; it writes all of the row`);
  return row;
}

function checkObservationSizes(environment: Environment): void {
  const { width, size } = environment.observation;
  for (const [member, value] of Object.entries({ width, size })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new EnvironmentError(
      environment,
      `its observation's ${member} is ${String(value)}; it must be an integer of at least 1`,
    );
  }
}
