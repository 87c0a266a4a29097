import { randomFrom } from '../random/random-from.ts';
import { backwardActions, forwardActions, type Subject, show } from './conformance-report.ts';
import type { Enumeration } from './environment.ts';
import { sameRow, type Walk } from './rows.ts';

// How many numbers to check if there are too many to check all.
const SAMPLED_NUMBERS = 500;

/**
 * The rules on the numbering of states: at all numbers if there are few enough (then `exhaustive`), otherwise at some
 * of them and along the walks.
 */
export function checkEnumeration(
  subject: Subject,
  enumeration: Enumeration,
  { walks, exhaustive, seed }: { walks: readonly Walk[]; exhaustive: boolean; seed: number },
): void {
  const { report } = subject;
  const counts = [enumeration.stateCount, enumeration.objectCount];
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) {
    report.add('state numbers', `There are ${counts[0]} states and ${counts[1]} objects; each is at least 1.`);
    return;
  }
  report.attempt('numbering states', () => {
    const random = randomFrom(seed);
    const numbersBelow = (count: number): number[] =>
      Array.from({ length: exhaustive ? count : SAMPLED_NUMBERS }, (_, i) =>
        exhaustive ? i : Math.floor(random() * count),
      );
    checkNumbers(subject, enumeration, 'state', numbersBelow(enumeration.stateCount));
    checkNumbers(subject, enumeration, 'object', numbersBelow(enumeration.objectCount));
  });
  report.attempt('numbering the states of walks', () => {
    for (const walk of walks) checkWalkNumbers(subject, enumeration, walk);
  });
  if (exhaustive && !report.has('state numbers', 'topological order', 'exceptions')) {
    report.attempt('counting paths', () => checkPaths(subject, enumeration));
  }
}

function checkNumbers(
  { environment, report }: Subject,
  enumeration: Enumeration,
  kind: 'state' | 'object',
  numbers: number[],
): void {
  const write = (number: number, state: Int32Array): void =>
    kind === 'state' ? enumeration.stateAt(number, state) : enumeration.objectAt(number, state);
  const read = (state: Int32Array): number =>
    kind === 'state' ? enumeration.indexOf(state) : enumeration.objectIndexOf(state);
  for (const number of numbers) {
    const state = new Int32Array(environment.stateSize);
    const other = new Int32Array(environment.stateSize).fill(-7);
    write(number, state);
    write(number, other);
    const where = `${kind} ${number}, ${show(environment, state)},`;
    if (!sameRow(state, other)) {
      report.add('state numbers', `The row of ${where} is not written in full.`);
    } else if (environment.isTerminal(state.slice()) !== (kind === 'object')) {
      report.add('state numbers', `The row of ${where} is ${kind === 'object' ? 'not terminal' : 'terminal'}.`);
    } else if (read(state.slice()) !== number) {
      report.add('state numbers', `The row of ${where} has the number ${read(state.slice())}.`);
    }
  }
}

function checkWalkNumbers({ environment, report }: Subject, enumeration: Enumeration, walk: Walk): void {
  const { stateSize } = environment;
  let previous = -1;
  for (let at = 0; at < walk.states.length; at += stateSize) {
    const state = walk.states.slice(at, at + stateSize);
    const terminal = environment.isTerminal(state.slice());
    const number = terminal ? enumeration.objectIndexOf(state.slice()) : enumeration.indexOf(state.slice());
    const count = terminal ? enumeration.objectCount : enumeration.stateCount;
    const where = `${terminal ? 'object' : 'state'} ${show(environment, state)}`;
    if (!(Number.isInteger(number) && number >= 0 && number < count)) {
      report.add('state numbers', `The ${where} has the number ${number}, of ${count}.`);
      return;
    }
    const read = new Int32Array(stateSize);
    if (terminal) enumeration.objectAt(number, read);
    else enumeration.stateAt(number, read);
    if (!sameRow(read, state)) {
      report.add(
        'state numbers',
        `The ${where} has the number ${number}, which is the number of ${show(environment, read)}.`,
      );
      return;
    }
    if (terminal) continue;
    if (at === 0 ? number !== 0 : number <= previous) {
      const rule = at === 0 ? 'The initial state is number 0' : `Its parent has the number ${previous}`;
      report.add('topological order', `The ${where} has the number ${number}. ${rule}.`);
    }
    previous = number;
  }
}

/** Rules `topological order`, `reachability` and `path counts`, over every edge. */
function checkPaths(subject: Subject, enumeration: Enumeration): void {
  const { environment, report } = subject;
  const { stateCount, objectCount } = enumeration;
  const { stateSize } = environment;
  const row = (number: number, kind: 'state' | 'object'): Int32Array => {
    const state = new Int32Array(stateSize);
    if (kind === 'state') enumeration.stateAt(number, state);
    else enumeration.objectAt(number, state);
    return state;
  };

  // Big integers: a grid of 20 by 20 has more paths than a float64 can count exactly.
  const forward = new Array<bigint>(stateCount).fill(0n);
  const forwardToObject = new Array<bigint>(objectCount).fill(0n);
  forward[0] = 1n;
  for (let number = 0; number < stateCount; number++) {
    const state = row(number, 'state');
    for (const action of forwardActions(environment, state)) {
      const child = state.slice();
      environment.step(child, action);
      if (environment.isTerminal(child.slice())) {
        forwardToObject[enumeration.objectIndexOf(child)] += forward[number];
        continue;
      }
      const next = enumeration.indexOf(child);
      if (!(next > number && next < stateCount)) {
        const [from, to] = [show(environment, state), show(environment, child)];
        report.add(
          'topological order',
          `Action ${action} leads from ${from}, number ${number}, to ${to}, number ${next}.`,
        );
        return;
      }
      forward[next] += forward[number];
    }
  }

  const backward = new Array<bigint>(stateCount).fill(0n);
  const pathsBack = (state: Int32Array): bigint => {
    let paths = 0n;
    for (const action of backwardActions(environment, state)) {
      const parent = state.slice();
      environment.backwardStep(parent, action);
      paths += backward[enumeration.indexOf(parent)] ?? 0n;
    }
    return paths;
  };
  const compare = (kind: 'state' | 'object', number: number, along: bigint, back: bigint): void => {
    const where = `${kind} ${number}, ${show(environment, row(number, kind))},`;
    if (along === 0n)
      report.add('reachability', `No action of another state leads to ${where} from the initial state.`);
    if (along !== back && !environment.upToSymmetry)
      report.add(
        'path counts',
        `To ${where} lead ${along} paths along actions, and ${back} back along backward actions.`,
      );
  };
  for (let number = 0; number < stateCount; number++) {
    backward[number] = number === 0 ? 1n : pathsBack(row(number, 'state'));
    compare('state', number, forward[number], backward[number]);
  }
  for (let number = 0; number < objectCount; number++) {
    compare('object', number, forwardToObject[number], pathsBack(row(number, 'object')));
  }
}
