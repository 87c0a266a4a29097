import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numpyConstructors } from '../../src/data/numpy-pickle.ts';
import { type PickleConstructors, readPickle } from '../../src/data/pickle.ts';
import { float32, float32Type, opcode, pickleOf, pickleScores, scalarFunction } from './pickle-writer.ts';

const read = (bytes: Uint8Array, constructors: PickleConstructors = numpyConstructors) =>
  readPickle(bytes, constructors);

describe('a pickle', () => {
  test('of a dictionary of NumPy float32 is a Map of numbers', () => {
    const scores = new Map([
      ['00000', 8.5],
      ['0000a', -2.75],
      ['aaaaa', Math.fround(0.1)],
    ]);
    expect(read(pickleScores(scores))).toEqual(scores);
  });

  test.each<[string, readonly number[], unknown]>([
    ['None', opcode.none, null],
    ['True', opcode.true, true],
    ['False', opcode.false, false],
    ['a negative integer', opcode.int(-2), -2],
    ['an integer of one byte', opcode.byte(255), 255],
    ['a string', opcode.string('abc'), 'abc'],
    ['bytes', opcode.bytes([0, 255]), Uint8Array.of(0, 255)],
    ['an integer of two bytes', opcode.short(65_535), 65_535],
    ['a long string', opcode.longString('abc'), 'abc'],
    ['long bytes', opcode.longBytes([0, 255]), Uint8Array.of(0, 255)],
    ['a tuple of one', [...opcode.byte(1), ...opcode.tuple1], [1]],
    ['a list', [...opcode.list, ...opcode.mark, ...opcode.byte(1), ...opcode.byte(2), ...opcode.append], [1, 2]],
    [
      'a value put at a place',
      [...opcode.string('x'), ...opcode.put(0), ...opcode.get(0), ...opcode.tuple2],
      ['x', 'x'],
    ],
    ['a pair', [...opcode.byte(1), ...opcode.byte(2), ...opcode.tuple2], [1, 2]],
    ['a triple', [...opcode.byte(1), ...opcode.byte(2), ...opcode.byte(3), ...opcode.tuple3], [1, 2, 3]],
    ['an empty tuple', [...opcode.mark, ...opcode.tuple], []],
    ['an empty dictionary', opcode.dictionary, new Map()],
    ['a value remembered', [...opcode.string('x'), ...opcode.memoize, ...opcode.get(0), ...opcode.tuple2], ['x', 'x']],
  ])('of %s is read', (_, parts, value) => {
    expect(read(pickleOf(parts))).toEqual(value);
  });

  test('that runs a command of the system is refused, and so is every name but those given', () => {
    const command = [
      ...opcode.string('posix'),
      ...opcode.string('system'),
      ...opcode.global,
      ...opcode.mark,
      ...opcode.string('true'),
      ...opcode.tuple,
      ...opcode.reduce,
    ];
    expect(() => read(pickleOf(command))).toThrow(
      'Cannot read the pickle: at byte 26 there is the name posix.system, which is refused.',
    );
    for (const [module, name] of [
      ['builtins', 'eval'],
      ['numpy', 'load'],
      ['numpy.core.multiarray', '_reconstruct'],
      ['__proto__', 'constructor'],
    ]) {
      const named = [...opcode.string(module), ...opcode.string(name), ...opcode.global];
      expect(() => read(pickleOf(named))).toThrow(`the name ${module}.${name}, which is refused`);
    }
  });

  test('with any opcode but the few of such tables is refused', () => {
    const known = [
      ...[0x28, 0x2e, 0x43, 0x4a, 0x4b, 0x4e, 0x52, 0x62, 0x68, 0x74, 0x75, 0x7d],
      ...[0x85, 0x86, 0x87, 0x88, 0x89, 0x8c, 0x93, 0x94, 0x95],
      // Those of protocol 3 that arrays are written with.
      ...[0x42, 0x4d, 0x58, 0x5d, 0x63, 0x65, 0x71],
    ];
    for (let code = 0; code < 256; code++) {
      const refusal = `at byte 2 there is the opcode 0x${code.toString(16).padStart(2, '0')}, which is refused`;
      const attempt = () => read(Uint8Array.of(0x80, 4, code, 0, 0, 0, 0, 0, 0, 0, 0, 0x2e));
      if (known.includes(code)) expect(attempt).not.toThrow(refusal);
      else expect(attempt).toThrow(refusal);
    }
  });

  test.each<[string, readonly number[], RegExp]>([
    ['calls a string', [...opcode.string('f'), ...opcode.mark, ...opcode.tuple, ...opcode.reduce], /cannot be called/],
    ['calls with no tuple', [...scalarFunction, ...opcode.none, ...opcode.reduce], /cannot be called/],
    ['changes a string', [...opcode.string('f'), ...opcode.none, ...opcode.build], /cannot be changed/],
    ['sets an item of a number', [...opcode.byte(1), ...opcode.mark, ...opcode.setItems], /for no dictionary/],
    ['sets half an item', [...opcode.dictionary, ...opcode.mark, ...opcode.none, ...opcode.setItems], /no dictionary/],
    [
      'has a key that is no string',
      [...opcode.dictionary, ...opcode.mark, ...opcode.byte(1), ...opcode.none, ...opcode.setItems],
      /a dictionary key that is not a string/,
    ],
    ['remembers nothing', opcode.memoize, /finds nothing to use/],
    [
      'reaches below a mark',
      [...opcode.none, ...opcode.mark, ...opcode.none, ...opcode.tuple2],
      /finds nothing to use/,
    ],
    ['recalls what was never remembered', opcode.get(7), /a place in memory that holds nothing/],
    ['ends a tuple that was not begun', opcode.tuple, /needs a mark, but there is none/],
    ['holds nothing', [], /finds nothing to use/],
    ['holds two values', [...opcode.none, ...opcode.none], /something left over/],
  ])('that %s is refused', (_, parts, reason) => {
    expect(() => read(pickleOf(parts))).toThrow(reason);
  });

  test('of another protocol, or none, is refused', () => {
    expect(() => read(Uint8Array.of(0x80, 2, 0x4e, 0x2e))).toThrow('not a pickle of protocol 3 or 4');
    expect(() => read(new TextEncoder().encode('<!DOCTYPE html>'))).toThrow('not a pickle of protocol 3 or 4');
  });

  test('that is cut off anywhere, or goes on after its end, is refused', () => {
    const whole = pickleScores([
      ['00000', 1],
      ['00001', 2],
    ]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => read(whole.subarray(0, length))).toThrow(/^Cannot read the pickle: at byte \d+ there is/);
    }
    expect(() => read(Uint8Array.of(...whole, 0x2e))).toThrow('something left over');
  });

  test('of any bytes gives a value or that error', () => {
    const codes = fc.constantFrom(...Object.values(opcode).flatMap((part) => (Array.isArray(part) ? part[0] : [])));
    fc.assert(
      fc.property(fc.array(fc.oneof(codes, fc.nat({ max: 255 }))), (body) => {
        try {
          read(Uint8Array.of(0x80, 4, ...body));
        } catch (error) {
          expect((error as Error).message).toMatch(/^Cannot read the pickle: at byte/);
        }
      }),
    );
  });
});

describe('a NumPy number in a pickle', () => {
  const number = (type: readonly number[], bytes: readonly number[]) =>
    pickleOf(scalarFunction, type, opcode.bytes(bytes), opcode.tuple2, opcode.reduce);

  test('is a float32', () => {
    expect(read(number(float32Type, float32(1.5)))).toBe(1.5);
  });

  test('of another type or byte order, or with too few bytes, is refused', () => {
    const replaced = (from: string, to: string) => [
      ...Buffer.from(Buffer.from(float32Type).toString('latin1').replace(from, to), 'latin1'),
    ];
    expect(() => read(number(replaced('f4', 'i4'), float32(1)))).toThrow('a NumPy type "i4", not f4');
    expect(() => read(number(replaced('<', '>'), float32(1)))).toThrow(
      'a NumPy type that is not little-endian float32',
    );
    expect(() => read(number(float32Type, [0, 0, 0]))).toThrow('that is not 4 bytes of little-endian float32');
    expect(() => read(number(opcode.none, float32(1)))).toThrow('that is not 4 bytes of little-endian float32');
  });
});
