import { isRecord } from './is-record.ts';
import { shown } from './shown.ts';

/** The kinds of arguments. */
export type Kind = keyof typeof plain | keyof typeof withMembers;

/** A kind, an optional kind (`?`), or the kinds of an object's members. */
export type Wanted = Kind | `${Kind}?` | Readonly<Record<string, Kind>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) || typeof value === 'function';

const isList = (value: unknown): boolean =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Kinds recognised by type. */
const plain = {
  object: isObject,
  function: (value: unknown) => typeof value === 'function',
  list: isList,
  sequence: (value: unknown) => typeof value === 'string' || isList(value),
  text: (value: unknown) => typeof value === 'string',
  number: (value: unknown) => typeof value === 'number',
  bytes: (value: unknown) => value instanceof Uint8Array,
};

/** Kinds recognised by members that others lack. */
const withMembers = {
  device: 'prepare forget',
  environment: 'stateSize step isTerminal',
  problem: 'environment reward',
  tape: 'record read',
  tensor: 'shape dtype tape',
  variable: 'name shape dtype',
  network: 'parameters apply',
  parameters: 'network values offsets',
  molecule: 'atoms bonds',
};

/** The names in messages of kinds that are not called by their own name with an article. */
const called: { readonly [kind in Kind]?: string } = {
  object: 'an object',
  sequence: 'a text or a list',
  bytes: 'a Uint8Array',
  environment: 'an environment',
  parameters: 'parameters',
};

/**
 * Checks the arguments of a function called from a program without types: that each is given and of the right kind. The
 * function itself checks their contents.
 * @param owner the function
 * @param given its arguments by name
 * @throws Error that names the function, the argument and its kind
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
  const members = kind in plain ? [] : withMembers[kind as keyof typeof withMembers].split(' ');
  const fits =
    kind in plain
      ? plain[kind as keyof typeof plain](value)
      : isObject(value) && members.every((member) => (value[member] ?? undefined) !== undefined);
  if (fits) return;
  const having = members.length > 0 ? ` with ${members.join(', ')}` : '';
  refuse(owner, name, value, (called[kind] ?? `a ${kind}`) + having);
}

function refuse(owner: string, name: string, value: unknown, wanted: string): never {
  // Members of an unnamed argument are named by themselves.
  const what = name === 'given' ? 'what it is given' : name.replace(/^given\./, '');
  throw new Error(`${owner}: ${what} is ${shown(value)}; it must be ${wanted}.`);
}
