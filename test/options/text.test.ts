import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choice,
  describeOption,
  flag,
  flagName,
  flatten,
  fromText,
  group,
  helpOf,
  integer,
  integers,
  keyOf,
  leavesOf,
  merge,
  number,
  optionAt,
  optional,
  pathOfKey,
  placeholderOf,
  readText,
  type Schema,
  text,
  unflatten,
  valueAt,
  withValueAt,
} from '../../src/options/index.ts';

const count = integer(4, { min: 1, max: 9, symbol: 'K', help: 'how often' });
const schema = {
  count,
  optimizer: group({ clipNorm: optional(number(1, { aboveMin: 0, help: 'largest norm' })) }, 'the optimiser'),
  replay: optional(
    group({ maxAge: integer(1, { help: 'age' }), order: group({ by: choice('a', ['a'], 'by') }, 'order') }, 'again'),
  ),
} satisfies Schema;

describe('text', () => {
  test.each([
    [count, ' 7 ', 7],
    [number(0, { help: '' }), '-.5e1', -5],
    [number(0, { help: '' }), '-0', 0],
    [flag(false, ''), 'true', true],
    [flag(true, ''), 'false', false],
    [choice('a', ['a', 'b'], ''), 'b', 'b'],
    [integers([1], { min: 1, max: 9, maxLength: 2, help: '' }), '8, 9', [8, 9]],
    [text({ maxLength: 3, help: '' }), 'abc', 'abc'],
  ])('%j reads %j as %j', (option, written, value) => {
    expect(readText(option, written)).toEqual({ ok: true, value });
    const read = fromText('x', option, written);
    expect(read).toEqual(value);
    expect(Object.is(read, -0)).toBe(false);
  });

  test.each([
    [count, '0x3', 'must be an integer from 1 to 9, not "0x3"'],
    [count, '10', 'must be an integer from 1 to 9, not 10'],
    [count, '2.0', 'must be an integer from 1 to 9, not "2.0"'],
    [count, '', 'must be an integer from 1 to 9, not ""'],
    [number(0, { help: '' }), 'Infinity', 'must be a finite number, not "Infinity"'],
    [number(0, { help: '' }), '1e999', 'must be a finite number, not Infinity'],
    [
      integers([1], { min: 1, max: 9, maxLength: 2, help: '' }),
      '8,x',
      'must be a list of 1 to 2 integers from 1 to 9, not "8,x"',
    ],
    [flag(false, ''), 'yes', 'must be true or false, not "yes"'],
  ])('%j refuses %j', (option, written, problem) => {
    expect(readText(option, written)).toEqual({ ok: false, problem });
    expect(() => fromText('--it', option, written)).toThrow(`--it ${problem}.`);
  });

  test('every finite float32 that JavaScript writes is read back', () => {
    const any = number(0, { help: '' });
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readText(any, String(value))).toEqual({ ok: true, value: value === 0 ? 0 : value });
      }),
    );
  });

  test('names on the command line and in addresses', () => {
    expect(keyOf('replay.maxAge')).toBe('replay-max-age');
    expect(flagName('clipRange')).toBe('--clip-range');
    expect(pathOfKey(schema, 'replay-max-age')).toBe('replay.maxAge');
    expect(pathOfKey(schema, 'replay')).toBeUndefined();
  });

  test('help', () => {
    expect(helpOf(count)).toBe('how often (K)');
    expect(describeOption(count)).toBe('how often (K); an integer from 1 to 9, 4 by default');
    expect(describeOption(schema.optimizer.options.clipNorm)).toBe('largest norm; a number above 0, absent by default');
    expect(describeOption(optional(integer(5, { help: 'waits', absent: 'a second' })))).toBe(
      'waits; an integer from 0 to 2147483647, a second by default',
    );
    expect([count, flag(true, ''), choice('a', ['a', 'b'], '')].map(placeholderOf)).toEqual(['N', '', 'a|b']);
  });
});

describe('groups', () => {
  test('leavesOf names every option by its path, and the optional group that it turns on', () => {
    expect(leavesOf(schema).map(({ path, within }) => [path, within])).toEqual([
      ['count', undefined],
      ['optimizer.clipNorm', undefined],
      ['replay.maxAge', 'replay'],
      ['replay.order.by', 'replay'],
    ]);
  });

  test('optionAt and valueAt follow paths, and return undefined for unknown ones', () => {
    expect(optionAt(schema, 'replay.maxAge')).toBe(schema.replay.options.maxAge);
    expect(optionAt(schema, 'replay')).toBe(schema.replay);
    expect(optionAt(schema, 'replay.toString')).toBeUndefined();
    expect(optionAt(schema, 'count.x')).toBeUndefined();
    expect(valueAt({ replay: { maxAge: 3 } }, 'replay.maxAge')).toBe(3);
    expect(valueAt({ replay: null }, 'replay.maxAge')).toBeUndefined();
    expect(valueAt({}, 'toString')).toBeUndefined();
  });

  test('withValueAt makes the groups that it needs and changes nothing in place', () => {
    const before = { count: 1, replay: { maxAge: 2 } };
    expect(withValueAt(before, 'replay.order.by', 'a')).toEqual({
      count: 1,
      replay: { maxAge: 2, order: { by: 'a' } },
    });
    expect(withValueAt({ replay: null }, 'replay.maxAge', 1)).toEqual({ replay: { maxAge: 1 } });
    expect(before).toEqual({ count: 1, replay: { maxAge: 2 } });
  });

  test('unflatten undoes flatten', () => {
    const leaf = fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean(), fc.constant(null));
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const values = fc.letrec<{ group: Record<string, never> }>((tie) => ({
      group: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, leaf, tie('group')) as fc.Arbitrary<never>, {
        noNullPrototype: true,
      }),
    })).group;
    fc.assert(
      fc.property(values, (given) => {
        expect(unflatten(flatten(given))).toEqual(given);
      }),
    );
  });

  test('merge: later layers win within groups, undefined changes nothing, null turns off and a value on again', () => {
    expect(merge({ a: 1, g: { b: 2, c: 3 } }, { g: { c: 4 } })).toEqual({ a: 1, g: { b: 2, c: 4 } });
    expect(merge({ a: 1 }, { a: undefined })).toEqual({ a: 1 });
    expect(merge({ a: [1, 2] }, { a: [3] })).toEqual({ a: [3] });
    expect(flatten({ a: { b: [1] } })).toEqual({ 'a.b': [1] });
    expect(merge({ g: { b: 2 } }, { g: null })).toEqual({ g: null });
    expect(merge({ g: { b: 2 } }, { g: null }, { g: { c: 1 } })).toEqual({ g: { c: 1 } });
  });
});
