import { messageOf } from '../text/message-of.ts';
import { initialStateOf } from './condition.ts';
import { show } from './conformance-report.ts';
import { type AnyProblem, type Environment, isDeferred, type Reward } from './environment.ts';
import type { Observation, ObservationRow } from './observation.ts';
import { rowFunctionsOf } from './row-functions.ts';
import { sameRow } from './rows.ts';
import { waysBackChecks } from './ways-back.ts';

/**
 * An environment or a reward did something that cannot be trained on: says which function, at which state, and what to
 * do.
 */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor({ name }: Pick<Environment, 'name'>, problem: string, options?: ErrorOptions) {
    super(
      `The environment ${name} cannot be trained on: ${problem}. assertConformance(environment, reward) lists all that ` +
        'is amiss with an environment.',
      options,
    );
  }
}

/** The error of a walk that did not end within `maxSteps` actions. */
export function unfinishedWalk(environment: Environment, state: Int32Array): EnvironmentError {
  const { maxSteps } = environment;
  const at = show(environment, state);
  return new EnvironmentError(
    environment,
    `after ${maxSteps} actions (maxSteps) a walk is at ${at}, which is not terminal`,
  );
}

/** Marks entries that a function has yet to write: neither a mask value nor a token. */
const unwritten = -7;

/**
 * The same problem with checked functions that say where they fail. Errors name the function and the state; masks must
 * hold 0 and 1 and allow something; tokens and features must be valid for a network; nothing may be asynchronous, and
 * read-only functions must not change the state; and the ways back from visited states are walked (`waysBackChecks`).
 * The cost is a pass over everything written, small beside writing it.
 */
export function guardedProblem<T extends AnyProblem>(problem: T): T {
  const environment = guardedEnvironment(problem.environment);
  if (isDeferred(problem)) return { ...problem, environment };
  return { ...problem, environment, reward: guardedReward(problem.environment, problem.reward) };
}

/** Marks environments that are already guarded. */
const guardedOnes = Symbol('guarded');

/**
 * The environment of `guardedProblem`; returned as it is if it is already guarded.
 * @throws EnvironmentError from its functions
 */
export function guardedEnvironment(environment: Environment): Environment {
  if (guardedOnes in environment) return environment;
  const { stateSize, actionCount, backwardActionCount } = environment;
  const [before, start, given] = [0, 1, 2].map(() => new Int32Array(stateSize));
  const taken = { parent: new Int32Array(stateSize), action: -1, child: new Int32Array(stateSize) };
  const faults = faultsOf(environment);
  const { refuse, at } = faults;
  const inverse = (called: string, found: number, count: number, state: Int32Array): number => {
    if (Number.isInteger(found) && found >= 0 && found < count) return found;
    if (isThenable(found)) faults.asynchronous(called, found, state);
    return refuse(`${called} gives ${String(found)} at ${at(state)}, which is not from 0 to ${count - 1}`);
  };
  /** Calls a function that may only read the state. */
  const reads = <Result>(called: () => string, state: Int32Array, call: () => Result): Result => {
    given.set(state);
    let returned: Result;
    try {
      returned = call();
    } catch (cause) {
      return faults.thrown(called(), given, cause);
    }
    if (!sameRow(state, given)) faults.changed(called(), given, state);
    return returned;
  };
  /** Calls a function that writes a mask. */
  const masks = (called: string, state: Int32Array, mask: Int32Array, call: () => unknown): number => {
    mask.fill(unwritten);
    const returned = reads(() => called, state, call);
    if (isThenable(returned)) faults.asynchronous(called, returned, state);
    return allowedIn(mask, called, state, faults);
  };
  /** Calls a function that changes the state. */
  const moves = (called: () => string, state: Int32Array, call: () => unknown) => {
    before.set(state);
    let returned: unknown;
    try {
      returned = call();
    } catch (cause) {
      faults.thrown(called(), before, cause);
    }
    if (isThenable(returned)) faults.asynchronous(called(), returned, before);
  };

  const guarded = {
    observation: guardedObservation(environment.observation, stateSize, faults),
    initial(state: Int32Array) {
      moves(
        () => 'initial',
        state,
        () => environment.initial(state),
      );
    },
    isTerminal(state: Int32Array) {
      const terminal = reads(
        () => 'isTerminal',
        state,
        () => environment.isTerminal(state),
      );
      if (terminal !== true && terminal !== false) {
        if (isThenable(terminal)) faults.asynchronous('isTerminal', terminal, state);
        refuse(`isTerminal returns ${String(terminal)} at ${at(state)}; it must return true or false`);
      }
      return terminal;
    },
    forwardMask(state: Int32Array, mask: Int32Array) {
      if (masks('forwardMask', state, mask, () => environment.forwardMask(state, mask)) > 0) return;
      if (!guarded.isTerminal(state)) refuse(`forwardMask allows no action at ${at(state)}, which is not terminal`);
    },
    step(state: Int32Array, action: number) {
      moves(
        () => `step with action ${action}`,
        state,
        () => environment.step(state, action),
      );
      taken.parent.set(before);
      taken.child.set(state);
      taken.action = action;
    },
    backwardMask(state: Int32Array, mask: Int32Array) {
      const allowed = masks('backwardMask', state, mask, () => environment.backwardMask(state, mask));
      if (allowed === 0) {
        start.fill(0);
        initialStateOf(environment, state, start);
        if (sameRow(start, state)) return;
        refuse(`backwardMask allows no action at ${at(state)}, which is not the initial state`);
      }
      if (taken.action < 0 || !sameRow(taken.child, state)) return;
      // A step that changes nothing shows as a walk without an end, on every device alike.
      if (sameRow(taken.child, taken.parent)) return;
      const { action } = taken;
      taken.action = -1;
      checkWays({ parent: taken.parent.slice(), action, child: state.slice() }, mask.slice());
      taken.action = -1;
    },
    backwardStep(state: Int32Array, action: number) {
      moves(
        () => `backwardStep with action ${action}`,
        state,
        () => environment.backwardStep(state, action),
      );
    },
    backwardAction(state: Int32Array, action: number) {
      const found = reads(
        () => `backwardAction of action ${action}`,
        state,
        () => environment.backwardAction(state, action),
      );
      return inverse('backwardAction', found, backwardActionCount, state);
    },
    forwardAction(state: Int32Array, action: number) {
      const found = reads(
        () => `forwardAction of backward action ${action}`,
        state,
        () => environment.forwardAction(state, action),
      );
      return inverse('forwardAction', found, actionCount, state);
    },
    [guardedOnes]: true,
  };
  // It has the same recorded programs, which are identified by the original functions.
  const functions = rowFunctionsOf(environment);
  const rows = functions ? { rows: { ...functions, host: guarded } } : {};
  // Derived from the environment itself, so that a class's instance keeps its own methods and fields.
  const whole = Object.create(environment, Object.getOwnPropertyDescriptors({ ...guarded, ...rows })) as Environment;
  const checkWays = waysBackChecks(whole, refuse);
  return whole;
}

/** The errors by which an environment is refused. */
interface Faults {
  refuse(problem: string, cause?: unknown): never;
  /** A function has thrown. */
  thrown(called: string, state: Int32Array, cause: unknown): never;
  /** A function has returned a promise. */
  asynchronous(called: string, promise: PromiseLike<unknown>, state: Int32Array): never;
  /** A function has changed a state that it may only read. */
  changed(called: string, from: Int32Array, to: Int32Array): never;
  /** The state in readable form. */
  at(state: Int32Array): string;
}

function faultsOf(environment: Environment): Faults {
  const at = (state: Int32Array) => show(environment, state);
  const refuse = (problem: string, cause?: unknown): never => {
    throw new EnvironmentError(environment, problem, cause === undefined ? {} : { cause });
  };
  return {
    at,
    refuse,
    thrown(called, state, cause) {
      if (cause instanceof EnvironmentError) throw cause;
      return refuse(`${called} throws at ${at(state)}: ${messageOf(cause).replace(/\.$/, '')}`, cause);
    },
    changed: (called, from, to) => refuse(`${called} changes the state ${at(from)} to ${at(to)}; it may only read it`),
    asynchronous(called, promise, state) {
      promise.then(undefined, () => undefined);
      return refuse(`${called} is asynchronous at ${at(state)}, and what it returns is not waited for`);
    },
  };
}

/** Checks a mask just written, and counts its allowed actions. */
function allowedIn(mask: Int32Array, called: string, state: Int32Array, { refuse, at }: Faults): number {
  let allowed = 0;
  for (let action = 0; action < mask.length; action++) {
    const entry = mask[action];
    if (entry === 1) allowed++;
    else if (entry !== 0) {
      const found = entry === unwritten ? 'does not write' : `writes ${entry} for`;
      refuse(`${called} ${found} action ${action} at ${at(state)}; a mask has 0 or 1 for each action`);
    }
  }
  return allowed;
}

function guardedObservation(observation: Observation, stateSize: number, faults: Faults): Observation {
  const called = 'observation.encode';
  const given = new Int32Array(stateSize);
  return {
    ...observation,
    encode(state: Int32Array, row: ObservationRow) {
      let returned: unknown;
      given.set(state);
      row.fill(observation.unwritten);
      try {
        returned = observation.encode(state, row);
      } catch (cause) {
        faults.thrown(called, given, cause);
      }
      if (!sameRow(state, given)) faults.changed(called, given, state);
      if (isThenable(returned)) faults.asynchronous(called, returned, state);
      const problem = observation.problemIn(row);
      if (problem !== undefined) faults.refuse(`${called} at ${faults.at(state)}: ${problem}`);
    },
  };
}

/** @throws EnvironmentError if the log-reward is not finite, or the reward changes the object */
export function guardedReward(environment: Environment, reward: Reward): Reward {
  const object = new Int32Array(environment.stateSize);
  const faults = faultsOf(environment);
  const refuse = (problem: string, cause?: unknown) => faults.refuse(`the reward ${reward.name} ${problem}`, cause);
  const logReward = (state: Int32Array): number => {
    object.set(state);
    let found: number;
    try {
      found = reward.logReward(state);
    } catch (cause) {
      return faults.thrown(`the reward ${reward.name}`, object, cause);
    }
    if (isThenable(found)) {
      found.then(undefined, () => undefined);
      refuse(
        `is asynchronous at ${faults.at(object)}, and what it returns is not waited for; a reward with prepare() may be`,
      );
    }
    if (!sameRow(state, object)) {
      refuse(`changes the object that it is given, ${faults.at(object)}; it may only read it`);
    }
    // Devices compute in float32, whose numbers end at 3.4e38.
    if (typeof found === 'number' && Number.isFinite(Math.fround(found))) return found;
    return faults.refuse(
      `the log-reward of ${faults.at(object)} by ${reward.name} is ${typeof found === 'string' ? `"${found}"` : String(found)}; ` +
        'it must be a finite number. Where a reward can be 0, add a small floor before the logarithm, such as 1e-6',
    );
  };
  return Object.create(reward, Object.getOwnPropertyDescriptors({ logReward })) as Reward;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}
