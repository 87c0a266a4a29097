import { backwardActions, forwardActions, type Subject, show } from './conformance-report.ts';
import { sameRow } from './rows.ts';

/** A call of one of the environment's functions at a state, given the row and a way to make the arrays it writes. */
interface Call {
  readonly name: string;
  readonly changesState: boolean;
  run(row: Int32Array, watch: Watch): void;
}

type Watch = <T extends Int32Array | Float32Array>(array: T, what: string) => T;

/** Rules `row bounds` and `arguments`: every function at one state, on arrays that notice what is done to them. */
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

function checkBounds({ environment, report }: Subject, call: Call, state: Int32Array): void {
  const watch: Watch = (array, what) =>
    watched(array, (index) =>
      report.add(
        'row bounds',
        `${call.name} at ${show(environment, state)} writes entry ${index} of ${what}, which has ${array.length}.`,
      ),
    );
  try {
    call.run(watch(state.slice(), 'the state'), watch);
  } catch {
    // A watched array is not a typed array to every function that takes one. Exceptions are found without it.
  }
}

/** `array`, with writes to entries that it does not have (which JavaScript ignores, and WGSL redirects) told to `outside`. */
function watched<T extends Int32Array | Float32Array>(array: T, outside: (index: number) => void): T {
  return new Proxy(array, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set(target, key, value) {
      const index = typeof key === 'string' && /^-?\d+$/.test(key) ? Number(key) : undefined;
      if (index !== undefined && (index < 0 || index >= target.length)) {
        outside(index);
        return true;
      }
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
    writes('initial', (row) => environment.initial(row)),
    writes('parse', (row) => environment.parse(text, row)),
  ];
  if (observation.kind !== 'features') {
    calls.push(
      reads('observation.encode', (row, watch) =>
        observation.encode(row, watch(new Int32Array(observation.positions), 'the tokens')),
      ),
    );
  } else {
    calls.push(
      reads('observation.encode', (row, watch) =>
        observation.encode(row, watch(new Float32Array(observation.width), 'the features')),
      ),
    );
  }
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
