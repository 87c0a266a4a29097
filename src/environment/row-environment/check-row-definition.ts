import { isRecord } from '../../text/is-record.ts';
import { nearestName } from '../../text/nearest.ts';
import type { Fields } from './fields.ts';
import { refuse } from './refuse.ts';
import type { RowEnvironmentDefinition } from './row-environment.ts';

type Member = keyof RowEnvironmentDefinition<Fields>;

/** Each member with its notation in messages and whether it is required. */
const members: Readonly<
  Record<Member, readonly [isRight: (value: unknown) => boolean, written: string, required?: true]>
> = {
  name: [(value) => typeof value === 'string' && value !== '', 'name, a text', true],
  state: [isFilled, 'state: fields by name, such as { packed: bits(6), closed: flag() }', true],
  actions: [isFilled, 'actions: groups by name, such as { pack: { count, allowed, changes } }', true],
  isTerminal: [isFunction, 'isTerminal(state), a function', true],
  maxSteps: [isSize, 'maxSteps, the most actions of a walk, an integer of at least 1', true],
  stop: [(value) => typeof value === 'string', 'stop: the name of the actions, one alone, that end a walk where it is'],
  observe: [
    (value) => Array.isArray(value) || isRecord(value),
    'observe: names of fields, { inputs, tokens, token }, { inputs, hot } or { inputs, value }',
  ],
  text: [isFunction, 'text(state), a function'],
  parse: [isFunction, 'parse(text, row), a function'],
  enumeration: [isRecord, 'enumeration: all states by number, { reason } or { maxStates }'],
  options: [isRecord, 'options, an object'],
  horizon: [isSize, 'horizon, a number of steps'],
  perceptron: [isRecord, 'perceptron: { hidden, projection }'],
};
const groupMembers = ['count', 'counts', 'allowed', 'changes', 'step', 'undo', 'undoable', 'sharesBackward'];

/** Refuses an invalid definition before recording any of it. @throws Error that names the member */
export function checkRowDefinition(given: unknown): void {
  if (!isRecord(given)) throw new Error("rowEnvironment takes an object of the environment's members.");
  const owner = typeof given.name === 'string' ? given.name : '(without a name)';
  refuseUnknown(owner, '', given, Object.keys(members));
  for (const [name, [isRight, written, required]] of Object.entries(members)) {
    const value = given[name];
    if (value === undefined ? !required : isRight(value)) continue;
    const found =
      value === undefined ? 'is missing' : `is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
    throw refuse(owner, `${name} ${found}. It needs ${written}.`);
  }
  for (const [name, field] of Object.entries(given.state as object)) {
    if (isRecord(field) && 'initial' in field) continue;
    throw refuse(owner, `the field ${name} is not one: make it with bits, flag, cells, counter or integers.`);
  }
  for (const [name, group] of Object.entries(given.actions as object)) {
    if (!isRecord(group)) throw refuse(owner, `the actions ${name} have to be an object { count, allowed, changes }.`);
    refuseUnknown(owner, `actions ${name}, `, group, groupMembers);
  }
}

function refuseUnknown(owner: string, where: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `Members are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
    throw refuse(owner, `${where}unknown member ${name}. ${hint}`);
  }
}
function isFilled(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length > 0;
}
function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
