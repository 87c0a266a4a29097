import { messageOf } from '../text/message-of.ts';
import { backwardActions, forwardActions, type Subject, show } from './conformance-report.ts';
import { rewardRowsOf, rowFunctionsOf } from './row-functions.ts';
import { sameRow } from './rows.ts';

/**
 * A call of one of the environment's functions at a state, given the row and a function that makes the arrays to write.
 */
interface Call {
  readonly name: string;
  readonly changesState: boolean;
  run(row: Int32Array, watch: Watch): void;
}

type Watch = <T extends Int32Array | Float32Array>(array: T, what: string) => T;

/**
 * Rules `row bounds`, `row values` and `arguments`: calls every function at one state, on arrays that notice misuse.
 */
export function checkCalls(subject: Subject, state: Int32Array): void {
  const { environment, report } = subject;
  const where = `at ${show(environment, state)}`;
  for (const call of callsAt(subject, state)) {
    report.attempt(`${call.name} ${where}`, () => {
      const row = state.slice();
      call.run(row, (array) => array);
      if (!call.changesState && !sameRow(row, state)) {
        report.add('arguments', `${call.name} ${where} changes the state it is given, to [${row.join(', ')}].`);
      }
    });
    checkBounds(subject, call, state);
  }
}

/**
 * Rule `row bounds` for an environment in the row language, where training clamps indices: returns a function that runs
 * its programs at a state and notices an index outside. Conditions of actions are skipped, since all their parts are
 * computed, so that a later part may index outside where an earlier one does not hold.
 */
export function indexChecks({ environment, reward, report }: Subject): (state: Int32Array) => void {
  const functions = rowFunctionsOf(environment)?.checked?.();
  const logReward = reward && rewardRowsOf(reward)?.checked?.();
  if (!functions) return () => undefined;
  const { isTerminal, step, observation } = functions;
  const seen = observation.rows(1);
  return (state) => {
    const attempt = (what: string, run: (row: Int32Array) => void) => {
      try {
        run(state.slice());
      } catch (error) {
        report.add('row bounds', `${what} at ${show(environment, state)}: ${messageOf(error)}`);
      }
    };
    attempt('isTerminal', isTerminal);
    attempt('observation.encode', (row) => observation.encode(row, seen));
    for (const action of forwardActions(environment, state)) {
      attempt(`step by action ${action}`, (row) => step(row, action));
    }
    if (logReward && environment.isTerminal(state.slice())) attempt('logReward', logReward);
  };
}

function checkBounds({ environment, report }: Subject, call: Call, state: Int32Array): void {
  const watch: Watch = (array, what) =>
    watched(array, (index, value) => {
      const where = `${call.name} at ${show(environment, state)}`;
      if (index < 0 || index >= array.length) {
        report.add('row bounds', `${where} writes entry ${index} of ${what}, which has ${array.length}.`);
      } else {
        report.add(
          'row values',
          `${where} writes ${String(value)} to entry ${index} of ${what}, of ${array.constructor.name}.`,
        );
      }
    });
  try {
    call.run(watch(state.slice(), 'the state'), watch);
  } catch {
    // Some functions that take typed arrays do not take a watched one. Exceptions are found without it.
  }
}

/**
 * `array`, with calls of `wrong` for what JavaScript ignores: writes to entries it does not have (which WGSL
 * redirects), and values it cannot hold, which are truncated to integers.
 */
function watched<T extends Int32Array | Float32Array>(array: T, wrong: (index: number, value: unknown) => void): T {
  return new Proxy(array, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set(target, key, value) {
      const index = typeof key === 'string' && /^-?\d+$/.test(key) ? Number(key) : undefined;
      if (index === undefined) return Reflect.set(target, key, value, target);
      if (index < 0 || index >= target.length) {
        wrong(index, value);
        return true;
      }
      // true and false as 1 and 0 are intended, as in `mask[i] = state[i] === 0`.
      const isHeld = typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value));
      const isCut = target instanceof Int32Array && typeof value === 'number' && (value | 0) !== value;
      if (!isHeld || isCut) wrong(index, value);
      return Reflect.set(target, key, value, target);
    },
  });
}

function callsAt({ environment, reward }: Subject, state: Int32Array): Call[] {
  const { observation, enumeration, actionCount, backwardActionCount } = environment;
  const terminal = environment.isTerminal(state.slice());
  const reads = (name: string, run: Call['run']): Call => ({ name, changesState: false, run });
  const writes = (name: string, run: Call['run']): Call => ({ name, changesState: true, run });
  const text = environment.text(state.slice());

  const calls: Call[] = [
    reads('isTerminal', (row) => environment.isTerminal(row)),
    reads('text', (row) => environment.text(row)),
    reads('forwardMask', (row, watch) => environment.forwardMask(row, watch(new Int32Array(actionCount), 'the mask'))),
    reads('backwardMask', (row, watch) =>
      environment.backwardMask(row, watch(new Int32Array(backwardActionCount), 'the mask')),
    ),
    reads('observation.encode', (row, watch) =>
      observation.encode(row, watch(observation.rows(1), 'what is observed')),
    ),
    writes('initial', (row) => environment.initial(row)),
    writes('parse', (row) => environment.parse?.(text, row)),
  ];
  for (const action of forwardActions(environment, state)) {
    calls.push(reads(`backwardAction of action ${action}`, (row) => environment.backwardAction(row, action)));
    calls.push(writes(`step by action ${action}`, (row) => environment.step(row, action)));
  }
  for (const action of backwardActions(environment, state)) {
    calls.push(reads(`forwardAction of backward action ${action}`, (row) => environment.forwardAction(row, action)));
    calls.push(writes(`backwardStep by backward action ${action}`, (row) => environment.backwardStep(row, action)));
  }
  if (!('reason' in enumeration)) {
    if (terminal) {
      const index = enumeration.objectIndexOf(state.slice());
      calls.push(reads('enumeration.objectIndexOf', (row) => enumeration.objectIndexOf(row)));
      calls.push(writes('enumeration.objectAt', (row) => enumeration.objectAt(index, row)));
    } else {
      const index = enumeration.indexOf(state.slice());
      calls.push(reads('enumeration.indexOf', (row) => enumeration.indexOf(row)));
      calls.push(writes('enumeration.stateAt', (row) => enumeration.stateAt(index, row)));
    }
  }
  if (terminal && reward !== undefined) calls.push(reads('logReward', (row) => reward.logReward(row)));
  return calls;
}
