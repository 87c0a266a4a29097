import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, type Rows, type Tensor, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const capacity = 16;

/**
 * A loop over windows of `first`, `first` - 1, ... rows, one behind the other, that ends when a window is empty.
 * Row n of `filled` becomes 2 x[n] + the number of times the loop has run before.
 */
async function countDown(device: Device, first: number, max: number) {
  const tape = createTape();
  const window = variable('window', 'i32', [2], Int32Array.of(0, first));
  const times = variable('times', 'i32', [1]);
  const x = variable(
    'x',
    'f32',
    [capacity, 1],
    Float32Array.from({ length: capacity }, (_, n) => n),
  );
  const two = ops.scan(tape.read(variable('two', 'f32', [1], Float32Array.of(2))));
  const filled = tape.loop('countdown', max, window, () => {
    const now = tape.read(window);
    const rows: Rows = { capacity, max: first, window: now };
    const run = ops.toFloat(tape.read(times));
    const y = ops.add(ops.multiply(tape.read(x, { offset: 0, shape: x.shape, rows }), two), run);
    // [start, count] becomes [start + count, count - 1]; an empty window stays empty.
    const counts = ops.gatherRows(now, tape.constant('i32', [2], [1, 1]));
    const next = ops.add(now, ops.multiply(counts, tape.constant('i32', [2], [1, 0])));
    const less = ops.minimum(counts, tape.constant('i32', [2], [0, 1]));
    ops.assign(times, ops.add(tape.read(times), ops.slice(ops.minimum(counts, 1), 0, 0, 1)));
    ops.assign(window, ops.subtract(next, less));
    return y;
  });
  const whole: Tensor = {
    ...filled,
    rows: { capacity, max: capacity, window: tape.constant('i32', [2], [0, capacity]) },
  };
  const executable = await device.prepare(compile(tape, { whole, two }));
  const before = device.counts.launches;
  executable.run();
  const result = {
    filled: [...(await executable.read('whole'))],
    two: [...(await executable.read('two'))],
    times: [...(await device.read(times))],
    launches: device.counts.launches - before,
    bound: executable.launches,
  };
  executable.release();
  return result;
}

onEach(testDevices, (open) => {
  test('a loop fills its rows window by window and ends when a window is empty', async () => {
    const { filled, times, two } = await countDown(await open(), 4, 9);
    expect(times).toEqual([4]);
    const runs = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3];
    expect(filled.slice(0, 10)).toEqual(runs.map((run, n) => 2 * n + run));
    expect(two).toEqual([2]);
  });

  test('a loop ends after its maximum of runs even if rows are left', async () => {
    const { filled, times } = await countDown(await open(), 4, 2);
    expect(times).toEqual([2]);
    expect(filled.slice(0, 8)).toEqual([0, 2, 4, 6, 9, 11, 13, 0]);
  });

  test('the inputs of a loop keep their memory through all of its runs', async () => {
    const tape = createTape();
    const numbers = Float32Array.of(1, 2, 3, 4);
    const window = variable('window', 'i32', [2], Int32Array.of(0, 1));
    const sums = variable('sums', 'f32', [4]);
    const entering = ops.scan(tape.read(variable('source', 'f32', [4], numbers)));
    tape.loop('adding', 3, window, () => {
      // Read at the start of each run alone; what is made behind it would find room there.
      const again = ops.scan(ops.scan(ops.scan(entering)));
      ops.assign(sums, ops.add(tape.read(sums), again));
    });
    const device = await open();
    const executable = await device.prepare(compile(tape, {}));
    executable.run();
    const expected = [0, 1, 2, 3].reduce(
      (row) => row.map((_, i) => row.slice(0, i + 1).reduce((a, b) => a + b)),
      [...numbers],
    );
    expect([...(await device.read(sums))]).toEqual(expected.map((value) => 3 * value));
    executable.release();
  });

  test('a loop whose first window is empty does nothing', async () => {
    const { filled, times } = await countDown(await open(), 0, 3);
    expect(times).toEqual([0]);
    expect(filled).toEqual(new Array(capacity).fill(0));
  });
});

describe('the cost of a loop', () => {
  onEach(
    testDevices.filter(({ name }) => name !== 'webgpu'),
    (open) => {
      test('is that of the runs that had rows', async () => {
        const device = await open();
        const [short, long] = [await countDown(device, 2, 9), await countDown(device, 4, 9)];
        const body = (long.launches - short.launches) / 2;
        expect(body).toBeGreaterThan(0);
        expect(long.bound - long.launches).toBe(5 * body);
      });
    },
  );
});

test('loops do not nest, and need a bound', () => {
  const tape = createTape();
  const window = variable('window', 'i32', [2]);
  const inner = () => tape.loop('inner', 3, window, () => {});
  expect(() => tape.loop('outer', 3, window, inner)).toThrow('loop inner: loops do not nest');
  expect(() => tape.loop('endless', 0, window, () => {})).toThrow(
    'loop endless: the maximum number of iterations must be a positive integer, not 0',
  );
  expect(() => tape.loop('after a failure', 1, window, () => {})).not.toThrow();
});
