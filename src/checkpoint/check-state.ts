import { isRecord } from '../text/is-record.ts';
import { shown } from '../text/shown.ts';
import type { RunState } from './run-state.ts';

/** A member of a state: its name, its kind, and the test for valid values. */
type Member = readonly [name: string, kind: string, fits: (value: unknown) => boolean];

const floats: readonly [string, Member[2]] = ['a Float32Array', (value) => value instanceof Float32Array];
const integers: readonly [string, Member[2]] = ['an Int32Array', (value) => value instanceof Int32Array];
const doubles: readonly [string, Member[2]] = ['a Float64Array', (value) => value instanceof Float64Array];
const count: readonly [string, Member[2]] = [
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
];
const shape: readonly [string, Member[2]] = [
  'a list of lengths',
  (value) => Array.isArray(value) && value.every(count[1]),
];
const list: readonly [string, Member[2]] = ['a list', Array.isArray];
const text: readonly [string, Member[2]] = ['a text', (value) => typeof value === 'string'];
const object: readonly [string, Member[2]] = ['an object', isRecord];

/**
 * Checks that a run's state has all members, each of the right type. The run that adopts it checks its numbers.
 * @throws Error that names the member that is missing or has the wrong type
 */
export function checkState(state: unknown): asserts state is RunState {
  const whole = check('it', state, [
    ['step', ...count],
    ['key', ...integers],
    ['exploration', ...floats],
    ['networks', ...object],
    ['objective', ...list],
  ]);
  for (const [name, network] of Object.entries(whole.networks as object)) {
    const at = `its network ${name}`;
    const { layers, optimizer } = check(at, network, [
      ['layers', ...list],
      ['parameters', ...floats],
      ['optimizer', ...list],
    ]);
    for (const layer of layers as unknown[])
      check(`a layer of ${at}`, layer, [
        ['name', ...text],
        ['shape', ...shape],
      ]);
    checkArrays(`the optimiser of ${at}`, optimizer as unknown[]);
    checkOptional(at, network, 'average', floats);
  }
  checkArrays('its objective', whole.objective as unknown[]);
  const { replay, best, recent, reward } = whole;
  if (replay !== undefined) {
    check('its replay', replay, [
      ['stateSize', ...count],
      ['states', ...integers],
      ['logRewards', ...floats],
      ['key', ...integers],
    ]);
    checkOptional('its replay', replay, 'residuals', floats);
  }
  if (best !== undefined) {
    check('its best', best, [
      ['stateSize', ...count],
      ['states', ...integers],
      ['logRewards', ...doubles],
      ['scores', ...doubles],
    ]);
  }
  if (recent !== undefined)
    check('its recent', recent, [
      ['shape', ...shape],
      ['data', ...integers],
    ]);
  if (reward !== undefined) {
    check('it', whole, [['reward', ...list]]);
    checkArrays('its reward', reward as unknown[]);
  }
}

function checkArrays(what: string, arrays: readonly unknown[]): void {
  for (const array of arrays) {
    check(`an array of ${what}`, array, [
      ['name', ...text],
      ['dtype', ...text],
      ['shape', ...shape],
      ['data', 'a typed array', (value) => ArrayBuffer.isView(value)],
    ]);
  }
}

function checkOptional(what: string, value: unknown, name: string, [kind, fits]: readonly [string, Member[2]]): void {
  const found = Object(value)[name];
  if (found !== undefined) check(what, value, [[name, kind, fits]]);
}

function check(what: string, value: unknown, members: readonly Member[]): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`${what} is ${shown(value)}, not an object as a snapshot has it.`);
  for (const [name, kind, fits] of members) {
    if (fits(value[name])) continue;
    throw new Error(`${what === 'it' ? 'its' : `${what}:`} ${name} is ${shown(value[name])}, not ${kind}.`);
  }
  return value;
}
