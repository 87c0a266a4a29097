import { randomFrom } from '../random/random-from.ts';
import { messageOf } from '../text/message-of.ts';
import { checkProblemShape } from './check-problem.ts';
import { show } from './conformance-report.ts';
import { type AnyProblem, type Environment, isDeferred } from './environment.ts';
import { sameRow } from './rows.ts';

/** Walks taken before training, and how many entries of masks they may look at all together: milliseconds. */
const walks = 4;
const maxEntries = 2_000_000;

/**
 * Takes a few random walks through a problem before anything is made ready for it, and refuses what cannot be trained on: an
 * environment that throws, allows nothing, never ends, writes too little, or whose reward is no finite number. The
 * mistakes that only show at rare states, and those that show in no walk forwards, are for `checkEnvironment` to find.
 *
 * @throws Error that names the environment, the function and the state
 */
export function checkFirstWalks(problem: AnyProblem): void {
  const { environment } = problem;
  checkProblemShape(problem);
  checkObservationSizes(environment);
  const random = randomFrom(1);
  let entries = 0;
  for (let i = 0; i < walks; i++) entries = checkWalk(problem, random, entries);
}

function checkWalk(problem: AnyProblem, random: () => number, entriesBefore: number): number {
  const { environment } = problem;
  const { stateSize, actionCount, maxSteps, name } = environment;
  const state = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const refuse = (problem: string): never => {
    throw new Error(
      `The environment ${name} cannot be trained on: ${problem}. assertConformance(environment, reward) lists all ` +
        'that is amiss with an environment.',
    );
  };
  const call = <Result>(what: string, run: () => Result): Result => {
    let result: Result;
    try {
      result = run();
    } catch (cause) {
      const reason = messageOf(cause);
      throw new Error(
        `The environment ${name} cannot be trained on: ${what} throws at ${show(environment, state)}: ${reason}`,
        {
          cause,
        },
      );
    }
    if (result instanceof Promise) {
      result.catch(() => undefined);
      refuse(`${what} is asynchronous, and what it returns is not waited for`);
    }
    return result;
  };

  call('initial', () => environment.initial(state));
  let entries = entriesBefore;
  for (let length = 0; ; length++) {
    const ends = call('isTerminal', () => environment.isTerminal(state));
    if (typeof ends !== 'boolean') {
      refuse(`isTerminal returns ${String(ends)} at ${show(environment, state)}; it must return true or false`);
    }
    if (ends) {
      if (length === 0) refuse(`its initial state ${show(environment, state)} is terminal`);
      break;
    }
    if (length === maxSteps) {
      refuse(`after ${maxSteps} actions (maxSteps) a walk is at ${show(environment, state)}, which is not terminal`);
    }
    mask.fill(-7);
    call('forwardMask', () => environment.forwardMask(state, mask));
    const wrong = mask.findIndex((entry) => entry !== 0 && entry !== 1);
    if (wrong >= 0) {
      const found = mask[wrong] === -7 ? 'does not write' : `writes ${mask[wrong]} for`;
      refuse(`forwardMask ${found} action ${wrong} at ${show(environment, state)}; a mask has 0 or 1 for each action`);
    }
    const allowed = mask.reduce((count, entry) => count + entry, 0);
    if (allowed === 0) refuse(`forwardMask allows no action at ${show(environment, state)}, which is not terminal`);
    const unseen = call('observation.encode', () => environment.observation.problemAt(state.slice()));
    if (unseen !== undefined) refuse(`observation.encode at ${show(environment, state)}: ${unseen}`);
    let chosen = Math.floor(random() * allowed);
    const action = mask.findIndex((entry) => entry === 1 && chosen-- === 0);
    const before = state.slice();
    call(`step with action ${action}`, () => environment.step(state, action));
    if (sameRow(state, before)) {
      refuse(
        `step leaves ${show(environment, state)} as it is with action ${action}; it must change the row it is given`,
      );
    }
    call('backwardMask', () => environment.backwardMask(state, new Int32Array(environment.backwardActionCount)));
    entries += actionCount;
    // Long walks over many actions are cut: they have shown enough.
    if (entries > maxEntries) return entries;
  }
  if (isDeferred(problem)) return entries;
  const { reward } = problem;
  const logReward: unknown = call(`the reward ${reward.name}`, () => reward.logReward(state));
  // Devices compute in float32, whose numbers end at 3.4e38.
  if (typeof logReward !== 'number' || !Number.isFinite(Math.fround(logReward))) {
    refuse(
      `the log-reward of ${show(environment, state)} by ${reward.name} is ${String(logReward)}; it must be a finite number`,
    );
  }
  return entries;
}

function checkObservationSizes({ name, observation }: Environment): void {
  const { width, size } = observation;
  for (const [member, value] of Object.entries({ width, size })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new Error(
      `The environment ${name} cannot be trained on: its observation's ${member} is ${String(value)}; it must be an integer of at least 1.`,
    );
  }
}
