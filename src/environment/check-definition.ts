import { isRecord } from '../text/is-record.ts';
import { nearestName } from '../text/nearest.ts';
import { shown } from '../text/shown.ts';
import type { EnvironmentDefinition } from './define.ts';

type Kind = 'text' | 'size' | 'action' | 'function' | 'record' | 'flag' | 'initial' | 'observe' | 'enumeration';

/** Each member with its notation in messages and whether it is required. */
const members: Readonly<Record<keyof EnvironmentDefinition, readonly [kind: Kind, written: string, required?: true]>> =
  {
    name: ['text', 'name, a text', true],
    stateSize: ['size', 'stateSize, the numbers in a state', true],
    actions: ['size', 'actions, how many there are', true],
    maxSteps: ['size', 'maxSteps, the most actions of a walk', true],
    initial: ['initial', 'initial, a row of numbers or a function'],
    isTerminal: ['function', 'isTerminal(state), a function', true],
    allowed: ['function', 'allowed(state, action), a function', true],
    step: ['function', 'step(state, action), a function', true],
    undoable: ['function', 'undoable(state, backwardAction), a function', true],
    undo: ['function', 'undo(state, backwardAction), a function', true],
    backwardActions: ['size', 'backwardActions, how many there are'],
    backwardAction: ['function', 'backwardAction(state, action), a function'],
    forwardAction: ['function', 'forwardAction(state, backwardAction), a function'],
    observe: ['observe', 'observe: { inputs, hot(state, input) }, { inputs, value(state, input) } or an observation'],
    text: ['function', 'text(state), a function'],
    parse: ['function', 'parse(text, state), a function'],
    options: ['record', 'options, an object'],
    enumeration: ['enumeration', 'enumeration: all states by number, { reason } or { maxStates }'],
    horizon: ['size', 'horizon, a number of steps'],
    condition: ['record', 'condition, an object'],
    upToSymmetry: ['flag', 'upToSymmetry, true or false'],
    stopAction: ['action', 'stopAction, the number of the action that ends a walk where it is'],
    shader: ['record', 'shader: { code }'],
  };

/**
 * Refuses an invalid definition of an environment, before calling anything in it.
 * @throws Error that names the member that is missing, unknown or of the wrong type
 */
export function checkDefinition(given: unknown): void {
  if (!isRecord(given)) {
    throw new Error(`defineEnvironment takes an object of the environment's members, not ${shown(given)}.`);
  }
  const owner = typeof given.name === 'string' ? `The environment ${given.name}` : 'The environment';
  const names = Object.keys(members);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    throw new Error(
      `${owner} has an unknown member ${name}.${nearest === undefined ? ` Members are ${names.join(', ')}.` : ` Did you mean ${nearest}?`}`,
    );
  }
  for (const [name, [kind, written, required]] of Object.entries(members)) {
    const value = given[name];
    if (value === undefined && !required) continue;
    if (isOfKind[kind](value, given)) continue;
    const found = value === undefined ? 'is missing' : `is ${shown(value)}`;
    throw new Error(
      `${owner}: ${name} ${found}. It needs ${written}.${kind === 'size' ? ' Sizes are integers of at least 1.' : ''}`,
    );
  }
  const { actions, backwardActions, backwardAction, forwardAction } = given;
  const isPaired = typeof backwardAction === 'function' && typeof forwardAction === 'function';
  if (backwardActions !== undefined && backwardActions !== actions && !isPaired) {
    throw new Error(
      `${owner} has ${String(actions)} actions and ${String(backwardActions)} backward actions: give ` +
        'backwardAction(state, action), which of them undoes an action, and forwardAction(state, backwardAction), which action it undoes.',
    );
  }
  if ((backwardAction === undefined) !== (forwardAction === undefined)) {
    throw new Error(`${owner} has one of backwardAction and forwardAction; give both or neither.`);
  }
}

const isOfKind: Readonly<Record<Kind, (value: unknown, definition: Readonly<Record<string, unknown>>) => boolean>> = {
  text: (value) => typeof value === 'string' && value !== '',
  size: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  action: (value, { actions }) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < Number(actions),
  function: (value) => typeof value === 'function',
  record: isRecord,
  flag: (value) => typeof value === 'boolean',
  initial: (value, { stateSize }) => typeof value === 'function' || isRow(value, stateSize),
  observe: (value) =>
    isRecord(value) &&
    (typeof value.kind === 'string' ||
      (isOfKind.size(value.inputs, {}) && (typeof value.hot === 'function') !== (typeof value.value === 'function'))),
  enumeration: (value) =>
    isRecord(value) &&
    (typeof value.reason === 'string' || isOfKind.size(value.maxStates, {}) || typeof value.stateAt === 'function'),
};

function isRow(value: unknown, length: unknown): boolean {
  if (!Array.isArray(value) && !(value instanceof Int32Array)) return false;
  return value.length === length && Array.from<unknown>(value).every((number) => Number.isInteger(number));
}
