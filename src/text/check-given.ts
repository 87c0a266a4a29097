import { shown } from './shown.ts';

/** What an argument can be asked to be. */
export type Kind = keyof typeof kinds;

/** A kind, one that may be left out, or an object's members by their kinds. */
export type Wanted = Kind | `${Kind}?` | Readonly<Record<string, Kind>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' && value !== null && !Array.isArray(value)) || typeof value === 'function';

const isList = (value: unknown): boolean =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Each kind: how a message calls it, and whether a value is one, by the members that tell it from others. */
const kinds = {
  object: ['an object', isObject],
  function: ['a function', (value: unknown) => typeof value === 'function'],
  list: ['a list', isList],
  sequence: ['a text or a list', (value: unknown) => typeof value === 'string' || isList(value)],
  text: ['a text', (value: unknown) => typeof value === 'string'],
  number: ['a number', (value: unknown) => typeof value === 'number'],
  bytes: ['a Uint8Array', (value: unknown) => value instanceof Uint8Array],
  device: ['an opened device', has('prepare', 'forget')],
  environment: ['an environment, as defineEnvironment makes it', has('stateSize', 'step', 'isTerminal')],
  problem: ['a problem { environment, reward }', has('environment', 'reward')],
  tape: ['a tape, as createTape makes it', has('record', 'read')],
  tensor: ['a tensor', has('shape', 'dtype', 'tape')],
  variable: ['a variable', has('name', 'shape', 'dtype')],
  network: ['a network', has('parameters', 'apply')],
  parameters: ['parameters, as initializeParameters makes them', has('network', 'values', 'offsets')],
  molecule: ['a molecule, as readSmiles makes it', has('atoms', 'bonds')],
} satisfies Record<string, readonly [string, (value: unknown) => boolean]>;

function has(...members: readonly string[]): (value: unknown) => boolean {
  return (value) => isObject(value) && members.every((member) => value[member] !== undefined && value[member] !== null);
}

/**
 * The one look at what a program without types may hand to a function: that each argument is there, and is of its kind. What
 * is in it the function checks itself.
 * @param owner the function
 * @param given its arguments by name
 * @throws Error that names the function, the argument and what it has to be
 */
export function checkGiven(owner: string, given: Readonly<Record<string, unknown>>, wanted: Wanted): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof wanted === 'object') {
      if (!isObject(value)) refuse(owner, name, value, 'an object');
      for (const [member, kind] of Object.entries(wanted)) check(owner, `${name}.${member}`, value[member], kind);
    } else if (!wanted.endsWith('?')) check(owner, name, value, wanted as Kind);
    else if (value !== undefined) check(owner, name, value, wanted.slice(0, -1) as Kind);
  }
}

function check(owner: string, name: string, value: unknown, kind: Kind): void {
  const [called, fits] = kinds[kind];
  if (!fits(value)) refuse(owner, name, value, called);
}

function refuse(owner: string, name: string, value: unknown, called: string): never {
  // Members of what has no name of its own are named by themselves.
  const what = name === 'given' ? 'what it is given' : name.replace(/^given\./, '');
  throw new Error(`${owner}: ${what} is ${shown(value)}; it must be ${called}.`);
}
