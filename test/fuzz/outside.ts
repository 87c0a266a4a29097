import fc from 'fast-check';
import { expect } from 'vitest';

/** Of a fuzz test: the same cases every time, so that what fails in one run fails in the next. */
export const parameters = { seed: 20260101 } as const;

/**
 * Calls a reader on something from outside. It may read it or refuse it with an Error that was meant: one that the language
 * throws (a TypeError, a RangeError of a stack that is too deep...) is a crash. Returns the message of the refusal.
 */
export function readOrRefused<Result>(read: () => Result): { value: Result } | { refused: string } {
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  try {
    return { value: read() };
  } catch (error) {
    expectRefusal(error);
    return { refused: (error as Error).message };
  } finally {
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), 'the prototype of all objects').toBe(
      prototype,
    );
  }
}

/** An Error that was meant: of this project, with words for a person, and no longer than one reads. */
export function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
  const { name, message, stack } = error as Error;
  expect(['Error', 'DeviceLimitError'], `${name}: ${message}\n${stack}`).toContain(name);
  expect(message).not.toMatch(/undefined|is not a function|not iterable|\[object|call stack/);
  expect(message.length).toBeLessThan(1000);
}

/** A text cut, lengthened, with a part written over or twice: nearly what it was. */
export function altered(text: string, pieces: readonly string[] = []): fc.Arbitrary<string> {
  const part = fc.oneof(fc.string({ maxLength: 4 }), ...(pieces.length > 0 ? [fc.constantFrom(...pieces)] : []));
  const place = fc.nat({ max: text.length });
  const change = fc.record({ at: place, removed: fc.nat({ max: 6 }), put: part });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let result = text;
    for (const { at, removed, put } of changes) result = result.slice(0, at) + put + result.slice(at + removed);
    return result;
  });
}

/** The same of bytes. */
export function alteredBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: bytes.length });
  const change = fc.record({ at: place, removed: fc.nat({ max: 6 }), put: fc.uint8Array({ maxLength: 4 }) });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let result = bytes;
    for (const { at, removed, put } of changes) {
      result = Uint8Array.from([...result.subarray(0, at), ...put, ...result.subarray(at + removed)]);
    }
    return result;
  });
}

/** JSON with something in it replaced, removed or added, names that objects have among it. */
export function alteredJson(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length'), fc.string());
  const change = fc.record({
    path: fc.constantFrom(...paths),
    key,
    value: fc.oneof(fc.jsonValue(), odd),
    kind: fc.nat(2),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let result = structuredClone(value);
    for (const { path, key, value: put, kind } of changes) {
      if (path.length === 0) {
        if (kind === 0) result = put;
        continue;
      }
      const parent = path.slice(0, -1).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), result);
      const last = path[path.length - 1];
      if (!isObject(parent)) continue;
      if (kind === 0) parent[last] = put;
      else if (kind === 1) delete parent[last];
      else if (Array.isArray(parent)) parent.push(put);
      else Object.defineProperty(parent, key, { value: put, enumerable: true, configurable: true, writable: true });
    }
    return result;
  });
}

/** What JSON can hold that programs stumble over. */
const odd = fc.constantFrom<unknown>(
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  '../../x',
  [],
  {},
  null,
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
);

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (!isObject(value)) return [path];
  return [path, ...Object.keys(value).flatMap((key) => pathsOf(value[key], [...path, key]))];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A text repeated to 300,000 characters. What takes a time that grows as the square of that, 10^11, takes minutes. */
export function long(text: string): string {
  return text.repeat(Math.ceil(300_000 / text.length));
}
