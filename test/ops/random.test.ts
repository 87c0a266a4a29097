import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { threefry } from '../../src/random/threefry.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, sizeOrNone } from '../setup/arbitraries.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** Words as the signed integers that devices hold. */
const signed = (...words: number[]) => words.map((word) => word | 0);

onEach(testDevices, (open) => {
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])("random bits are Threefry2x32-20's published known answers: key %j, counter %j", async (key, counter, answer) => {
    const device = await open();
    const tape = createTape();
    const y = ops.randomBits(given(tape, [4], Int32Array.from(signed(...key, ...counter))), 2);
    expect(Array.from((await evaluate(device, tape, { y })).y)).toEqual(signed(...answer));
  });

  test("random bits equal the host generator's, bit for bit, for every key and number of words", async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { minLength: 4, maxLength: 4 }),
        fc.oneof(sizeOrNone, fc.constant(1001)),
        async (key, count) => {
          const tape = createTape();
          const y = ops.randomBits(given(tape, [4], Int32Array.from(key)), count);
          const expected = Array.from({ length: count }, (_, word) => {
            return threefry([key[0], key[1]], [key[2], (key[3] + Math.floor(word / 2)) >>> 0])[word % 2] | 0;
          });
          expect(Array.from((await evaluate(device, tape, { y })).y)).toEqual(expected);
        },
      ),
      cases(4, device),
    );
  });

  test('the counter wraps around at 32 bits', async () => {
    const device = await open();
    const tape = createTape();
    const y = ops.randomBits(given(tape, [4], Int32Array.of(5, 6, 7, -1)), 4);
    const expected = [...threefry([5, 6], [7, 0xffffffff]), ...threefry([5, 6], [7, 0])];
    expect(Array.from((await evaluate(device, tape, { y })).y)).toEqual(signed(...expected));
  });
});

describe('recording', () => {
  const tape = createTape();
  test('a key that is not four integers is refused', () => {
    expect(() => ops.randomBits(tape.constant('i32', [2], [1, 2]), 3)).toThrow(/the key must be i32 \[4\]/);
  });
  test('settings and shapes that do not fit are refused', () => {
    const [logits, key] = [tape.constant('f32', [1, 2], [1, 2]), tape.constant('i32', [4], [1, 2, 3, 4])];
    const [mask, lane] = [tape.constant('i32', [1, 2], [1, 1]), tape.constant('i32', [1], [0])];
    expect(() => ops.sampleAction(logits, mask, key, lane, tape.constant('f32', [1], [1]))).toThrow(
      /settings must be f32 \[2\]/,
    );
    expect(() => ops.sampleAction(logits, lane, key, lane, drawn(tape, [2], createDraw(0)))).toThrow(
      /takes logits \[N, A\]/,
    );
  });
});
