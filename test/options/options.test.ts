import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  boundsInWords,
  choice,
  complete,
  completeUnknown,
  defaultsOf,
  files,
  flag,
  type GivenOptions,
  group,
  integer,
  integers,
  type LeafOption,
  number,
  type OptionsOf,
  optional,
  problemOf,
  rate,
  type Schema,
  share,
  text,
} from '../../src/options/index.ts';

const schema = {
  learningRate: rate(1e-3, 'learning rate'),
  updates: integer(4, { min: 1, max: 1024, symbol: 'K', help: 'updates on each batch' }),
  clipRange: share(0.2, { symbol: 'epsilon', help: 'how far the ratio counts' }),
  backward: choice('uniform', ['uniform', 'learned'], {
    help: 'backward policy',
    refusals: { tlm: 'it needs a likelihood' },
  }),
  frozen: flag(false, 'freeze the targets'),
  clipNorm: optional(number(10, { aboveMin: 0, help: 'norm that gradients are scaled down to' })),
  optimizer: group({ beta: number(0.9, { min: 0, belowMax: 1, help: 'decay of the mean' }) }, 'the optimiser'),
  replay: optional(
    group(
      {
        capacity: integer(1000, { min: 1, help: 'objects kept' }),
        kind: choice('fifo', ['fifo', 'prioritised'], 'which objects'),
      },
      'learn again from objects sampled before',
    ),
  ),
  hidden: integers([256, 256], { min: 1, max: 4096, maxLength: 3, help: 'widths' }),
  painting: text({ characters: '0123', maxLength: 4, help: 'levels' }),
  data: files(['scores.bin'], 'folder of the scores'),
} satisfies Schema;

describe('constructors', () => {
  test('return frozen data that survives JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    for (const option of Object.values(schema)) expect(Object.isFrozen(option)).toBe(true);
    expect(Object.isFrozen(schema.backward.choices)).toBe(true);
    expect(Object.isFrozen(schema.optimizer.options)).toBe(true);
  });

  test('have defaults within their own bounds', () => {
    expect(defaultsOf(schema)).toEqual({
      learningRate: 1e-3,
      updates: 4,
      clipRange: 0.2,
      backward: 'uniform',
      frozen: false,
      optimizer: { beta: 0.9 },
      hidden: [256, 256],
    });
  });
});

describe('types', () => {
  test('of complete values: everything but what is optional', () => {
    expectTypeOf<OptionsOf<typeof schema>>().toEqualTypeOf<{
      readonly learningRate: number;
      readonly updates: number;
      readonly clipRange: number;
      readonly backward: 'uniform' | 'learned';
      readonly frozen: boolean;
      readonly optimizer: { readonly beta: number };
      readonly hidden: readonly number[];
      readonly clipNorm?: number | undefined;
      readonly replay?: { readonly capacity: number; readonly kind: 'fifo' | 'prioritised' } | undefined;
      readonly painting?: string | undefined;
      readonly data?: string | undefined;
    }>();
  });

  test('of given values: all are optional, and null turns off what is optional', () => {
    type Given = GivenOptions<typeof schema>;
    expectTypeOf<{ updates: 2; replay: { capacity: 3 }; clipNorm: null }>().toExtend<Given>();
    expectTypeOf<{ replay: null; painting: undefined }>().toExtend<Given>();
    expectTypeOf<{ updates: null }>().not.toExtend<Given>();
    expectTypeOf<{ updates: '2' }>().not.toExtend<Given>();
    expectTypeOf<{ backward: 'other' }>().not.toExtend<Given>();
    expectTypeOf<{ optimizer: { beta: '0' } }>().not.toExtend<Given>();
  });

  test('a default must be one of the choices', () => {
    // @ts-expect-error: z is no choice
    choice('z', ['a', 'b'], 'letters');
  });
});

describe('complete', () => {
  test("keeps the schema's order, whatever the order given", () => {
    const values = complete('x', schema, { painting: '012', frozen: true, learningRate: 0.5 });
    expect(Object.keys(values)).toEqual([
      'learningRate',
      'updates',
      'clipRange',
      'backward',
      'frozen',
      'optimizer',
      'hidden',
      'painting',
    ]);
    expect(values).toMatchObject({ painting: '012', frozen: true, learningRate: 0.5 });
  });

  test('fills in the rest of a group that is given in part', () => {
    expect(complete('x', schema, { replay: { kind: 'prioritised' } }).replay).toEqual({
      capacity: 1000,
      kind: 'prioritised',
    });
    expect(complete('x', schema, { replay: {} }).replay).toEqual({ capacity: 1000, kind: 'fifo' });
  });

  test('takes undefined as left out, and null as off', () => {
    const off = complete('x', schema, { replay: null, clipNorm: null, updates: undefined });
    expect(off).toEqual(defaultsOf(schema));
    expect('replay' in off).toBe(false);
  });

  test('accepts values at inclusive bounds and has one zero', () => {
    expect(complete('x', schema, { clipRange: 1 }).clipRange).toBe(1);
    expect(complete('x', schema, { updates: 1024 }).updates).toBe(1024);
    expect(Object.is(complete('x', schema, { clipRange: -0 }).clipRange, 0)).toBe(true);
  });

  test.each<[GivenOptions<typeof schema> | Record<string, unknown>, string]>([
    [{ lr: 1 }, 'entPpo: unknown option lr. Did you mean learningRate? It takes learningRate, updates,'],
    [{ updatez: 1 }, 'entPpo: unknown option updatez. Did you mean updates?'],
    [{ 'a b': 1 }, 'entPpo: unknown option "a b". It takes'],
    [{ replay: { capacty: 1 } }, 'entPpo: unknown option replay.capacty. Did you mean replay.capacity?'],
    [{ updates: 0 }, 'entPpo: updates must be an integer from 1 to 1024, not 0.'],
    [{ updates: 1.5 }, 'entPpo: updates must be an integer from 1 to 1024, not 1.5.'],
    [{ updates: '4' }, 'entPpo: updates must be an integer from 1 to 1024, not "4".'],
    [{ updates: null }, 'entPpo: updates must be an integer from 1 to 1024, not null.'],
    [{ updates: [4] }, 'entPpo: updates must be an integer from 1 to 1024, not an array.'],
    [{ clipRange: 1.5 }, 'entPpo: clipRange must be a number from 0 to 1, not 1.5.'],
    [{ clipRange: Number.NaN }, 'entPpo: clipRange must be a number from 0 to 1, not NaN.'],
    [{ clipNorm: Number.POSITIVE_INFINITY }, 'entPpo: clipNorm must be a number above 0, not Infinity.'],
    [{ learningRate: 0 }, 'entPpo: learningRate must be a number above 0 and at most 10, not 0.'],
    [{ backward: 'learnt' }, 'one of uniform, learned, not "learnt" (did you mean learned?).'],
    [{ backward: 'tlm' }, 'one of uniform, learned, not "tlm": it needs a likelihood.'],
    [{ backward: 'toString' }, 'one of uniform, learned, not "toString".'],
    [{ frozen: 1 }, 'entPpo: frozen must be true or false, not 1.'],
    [{ hidden: 64 }, 'entPpo: hidden must be a list of 1 to 3 integers from 1 to 4096, not 64.'],
    [{ hidden: [64, 0] }, 'entPpo: hidden must be a list of 1 to 3 integers from 1 to 4096, not [64, 0].'],
    [{ hidden: [] }, 'entPpo: hidden must be a list of 1 to 3 integers from 1 to 4096, not [].'],
    [{ optimizer: 3 }, 'entPpo: optimizer must be an object of options, not 3.'],
    [{ optimizer: null }, 'entPpo: optimizer must be an object of options, not null.'],
    [{ painting: '019' }, 'entPpo: painting must be text of 1 to 4 characters out of 0123, not "019".'],
    [{ painting: '' }, 'entPpo: painting must be text of 1 to 4'],
    [{ data: '' }, 'entPpo: data must be the path of a folder that holds scores.bin, not "".'],
  ])('refuses %j', (given, message) => {
    expect(() => completeUnknown('entPpo', schema, given)).toThrow(message);
  });

  test.each([['text'], [[1]], [null], [7], [new Map()]])('refuses %j instead of options', (given) => {
    expect(() => completeUnknown('entPpo', schema, given)).toThrow(
      'entPpo: options must be an object of options, not ',
    );
  });

  test('names of inherited properties are unknown options', () => {
    expect(() => completeUnknown('x', schema, { toString: 1 })).toThrow('x: unknown option toString.');
    expect(() => completeUnknown('x', schema, JSON.parse('{"__proto__": 1}'))).toThrow('x: unknown option __proto__.');
  });

  test('refuses numbers that float32 cannot hold, by name', () => {
    const huge = { big: number(1, { help: 'any number' }) };
    expect(() => complete('x', huge, { big: 1e39 })).toThrow(
      'x: big must be a finite number; float32 rounds 1e+39 to Infinity.',
    );
    expect(() => complete('x', schema, { learningRate: 1e-50 })).toThrow(
      'x: learningRate must be a number above 0 and at most 10; float32 rounds 1e-50 to 0.',
    );
    expect(() => complete('x', schema, { optimizer: { beta: 1 - 1e-12 } })).toThrow(
      'x: optimizer.beta must be a number of at least 0 and below 1; float32 rounds 0.999999999999 to 1.',
    );
    expect(() => complete('x', schema, { clipRange: 1e-60 })).toThrow('float32 rounds 1e-60 to 0.');
  });
});

describe('boundsInWords', () => {
  const help = 'a number';
  test.each<[LeafOption, string]>([
    [number(0, { help }), 'a finite number'],
    [number(0, { min: 0, help }), 'a number of at least 0'],
    [number(0, { max: 0, help }), 'a number of at most 0'],
    [number(-1, { belowMax: 0, help }), 'a number below 0'],
    [number(1, { aboveMin: 0, help }), 'a number above 0'],
    [number(1, { aboveMin: 0, belowMax: 2, help }), 'a number above 0 and below 2'],
    [number(1, { min: 0, max: 2, help }), 'a number from 0 to 2'],
    [integer(1, { min: -3, help }), 'an integer from -3 to 2147483647'],
  ])('%j', (option, words) => {
    expect(boundsInWords(option)).toBe(words);
    expect(problemOf(option, 'x')).toBe(`must be ${words}, not "x"`);
  });
});
