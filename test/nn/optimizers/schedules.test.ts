import { describe, expect, test } from 'vitest';
import { exponential, halving, linear, type Schedule, warmup } from '../../../src/nn/index.ts';
import { compile } from '../../../src/plan/index.ts';
import { createTape, variable } from '../../../src/tape/index.ts';
import { onEach, testDevices } from '../../setup/devices.ts';

const schedules: Readonly<Record<string, Schedule>> = {
  linear: linear(2, 0.5, 4),
  exponential: exponential(3, 0.5),
  halving: halving(0.1, 7),
  'warmup of a number': warmup(3, 0.2),
  'warmup of a schedule': warmup(5, halving(1, 2)),
};

describe('on the host', () => {
  const at = (schedule: Schedule, counts: readonly number[]) => counts.map((count) => schedule.at(count));

  // All of these are sums and products of powers of two, or are said with the steps that round.
  test('linear: from the start at count 0 to the end at its last step, and then the end', () => {
    expect(at(linear(2, 0.5, 4), [0, 1, 2, 3, 4, 5, 1000])).toEqual([2, 1.625, 1.25, 0.875, 0.5, 0.5, 0.5]);
    expect(at(linear(0, 1, 1), [0, 1, 2])).toEqual([0, 1, 1]);
  });

  test('exponential: the start times the factor to the power of the count', () => {
    const found = at(exponential(3, 0.5), [0, 1, 2, 10]);
    // exp and log round: a few units in the last place, of 2^-53 of the number.
    [3, 1.5, 0.75, 3 / 1024].forEach((expected, i) => {
      expect(Math.abs(found[i] - expected)).toBeLessThanOrEqual(16 * 2 ** -53 * expected);
    });
  });

  test('halving: half of the start after each half-life', () => {
    const found = at(halving(0.1, 7), [0, 7, 14, 3.5]);
    [0.1, 0.05, 0.025, 0.1 * Math.SQRT1_2].forEach((expected, i) => {
      expect(Math.abs(found[i] - expected)).toBeLessThanOrEqual(16 * 2 ** -53 * expected);
    });
  });

  test('warmup: its first count is no longer 0, its last is the whole rate', () => {
    expect(at(warmup(4, 2), [0, 1, 2, 3, 4])).toEqual([0.5, 1, 1.5, 2, 2]);
    const followed = linear(4, 0, 8);
    expect(at(warmup(2, followed), [0, 1, 2, 8])).toEqual([2, 3.5, 3, 0]);
  });

  test.each([
    ['linear: the number of steps must be a positive number, not 0.', () => linear(1, 0, 0)],
    ['linear: the end must be a finite number, not NaN.', () => linear(1, Number.NaN, 3)],
    ['linear: the start must be a number that float32 holds; it rounds 1e+39 to Infinity.', () => linear(1e39, 0, 10)],
    ['linear: the end must be a number that float32 holds; it rounds 1e-50 to 0.', () => linear(1, 1e-50, 10)],
    ['exponential: the factor must be above 0 and at most 1, not 1.5.', () => exponential(1, 1.5)],
    ['halving: the half-life must be a positive number, not -1.', () => halving(1, -1)],
    ['halving: the start must be a finite number, not Infinity.', () => halving(Number.POSITIVE_INFINITY, 2)],
    ['warmup: the number of steps must be a positive number, not 0.', () => warmup(0, 1)],
  ])('refuses: %s', (message, make) => {
    expect(make).toThrow(message);
  });
});

onEach(testDevices, (open) => {
  test.each(Object.entries(schedules))('%s has the same values on the device as on the host', async (_, schedule) => {
    const device = await open();
    const tape = createTape();
    const count = variable('count', 'i32', [1]);
    const plan = await device.prepare(compile(tape, { value: schedule.record(tape.read(count)) }));
    for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8, 40]) {
      device.write(count, [n]);
      plan.run();
      const [found] = await plan.read('value');
      const expected = schedule.at(n);
      // Constants are rounded to float32 on every device, and with them the exponent of an exponential: at most
      // 40 ln 2 = 28 times 2^-24 of its size. A GPU's exp is good to (3 + 2 * 28) times 2^-23 besides.
      expect(Math.abs(found - expected), `at ${n}`).toBeLessThanOrEqual(96 * 2 ** -23 * expected);
    }
    plan.release();
  });
});
