import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, type Tensor, variable } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size } from '../setup/arbitraries.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';

function rolloutVariables(batch: number, steps: number): ops.RolloutVariables {
  const grid = batch * steps;
  return {
    window: variable('window', 'i32', [2]),
    total: variable('total', 'i32', [2]),
    time: variable('time', 'i32', [1]),
    trajectory: variable('trajectory', 'i32', [grid]),
    gridIndex: variable('gridIndex', 'i32', [grid]),
    rowOfGrid: variable('row-of-grid', 'i32', [grid]),
  };
}

/** What the variables must hold for trajectories of given lengths after a number of steps, by plain loops. */
function expectedRows(lengths: readonly number[], steps: number, done: number) {
  const batch = lengths.length;
  const [trajectory, gridIndex]: number[][] = [[], []];
  const rowOfGrid = new Array<number>(batch * steps).fill(-1);
  let window = [0, 0];
  for (let time = 0; time <= done; time++) {
    const start = trajectory.length;
    for (let b = 0; b < batch; b++) {
      if (time > 0 && time >= lengths[b]) continue;
      rowOfGrid[time * batch + b] = trajectory.length;
      trajectory.push(b);
      gridIndex.push(time * batch + b);
    }
    window = [start, trajectory.length - start];
  }
  return { window, total: [0, trajectory.length], time: [done], trajectory, gridIndex, rowOfGrid };
}

async function expectRows(device: Device, variables: ops.RolloutVariables, expected: ReturnType<typeof expectedRows>) {
  const rows = expected.trajectory.length;
  for (const name of ['window', 'total', 'time', 'rowOfGrid'] as const) {
    expect(Array.from(await device.read(variables[name])), name).toEqual(expected[name]);
  }
  expect(Array.from((await device.read(variables.trajectory)).slice(0, rows)), 'trajectory').toEqual(
    expected.trajectory,
  );
  expect(Array.from((await device.read(variables.gridIndex)).slice(0, rows)), 'gridIndex').toEqual(expected.gridIndex);
}

/** Trajectories that have a next step. */
function stillActive(time: Tensor, lengths: Tensor): Tensor {
  return ops.less(ops.add(time, 1), lengths);
}

onEach(kernelDevices, (open) => {
  test('rows are numbered by time first, then by trajectory, without gaps', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(size, fc.constantFrom(256, 300)),
        fc.integer({ min: 1, max: 6 }),
        seeds,
        async (batch, steps, seed) => {
          const lengths = createDraw(seed).integers(batch, 1, steps);
          const variables = rolloutVariables(batch, steps);
          const attributes = { batch, steps };
          const first = createTape();
          ops.beginRows(first, variables, attributes);
          const begin = await device.prepare(compile(first, {}));
          const following = createTape();
          ops.nextRows(
            stillActive(following.read(variables.time), given(following, [batch], lengths)),
            variables,
            attributes,
          );
          const next = await device.prepare(compile(following, {}));
          // A second batch begins as the first one did, whatever the first one left.
          for (let times = 0; times < 2; times++) {
            begin.run();
            await expectRows(device, variables, expectedRows(Array.from(lengths), steps, 0));
            for (let time = 1; time < steps; time++) {
              next.run();
              await expectRows(device, variables, expectedRows(Array.from(lengths), steps, time));
            }
          }
          begin.release();
          next.release();
        },
      ),
      cases(2, device),
    );
  });

  test('after the last step the window is empty, whatever is active, and nothing is written out of bounds', async () => {
    const device = await open();
    const [batch, steps] = [5, 3];
    const variables = rolloutVariables(batch, steps);
    const attributes = { batch, steps };
    const tape = createTape();
    ops.beginRows(tape, variables, attributes);
    const always = given(tape, [batch], new Int32Array(batch).fill(1));
    for (let time = 1; time <= steps + 1; time++) ops.nextRows(always, variables, attributes);
    const executable = await device.prepare(compile(tape, {}));
    executable.run();
    const all = batch * steps;
    expect(Array.from(await device.read(variables.window))).toEqual([all, 0]);
    expect(Array.from(await device.read(variables.total))).toEqual([0, all]);
    for (const rows of [variables.gridIndex, variables.rowOfGrid]) {
      expect(Array.from(await device.read(rows))).toEqual(Array.from({ length: all }, (_, row) => row));
    }
    executable.release();
  });

  test('a bounded loop runs until its window holds no rows, and fills every row once', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        size,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        seeds,
        async (batch, longest, spare, seed) => {
          const steps = longest + spare;
          const lengths = createDraw(seed).integers(batch, 1, longest);
          lengths[0] = longest;
          const variables = rolloutVariables(batch, steps);
          const capacity = batch * steps;
          // How often each row was visited, and what was computed there.
          const visits = variable('visits', 'i32', [capacity]);
          const tape = createTape();
          ops.beginRows(tape, variables, { batch, steps });
          const lengthOf = given(tape, [batch], lengths);
          const value = tape.loop('steps', steps, variables.window, () => {
            const window = tape.read(variables.window);
            const rows = { capacity, max: batch, window };
            const trajectory = tape.read(variables.trajectory, { offset: 0, shape: [capacity], rows });
            const old = tape.read(visits, { offset: 0, shape: [capacity], rows });
            ops.assign(visits, ops.add(old, 1));
            const left = ops.subtract(ops.gatherRows(lengthOf, trajectory), tape.read(variables.time));
            const value = ops.multiply(left, 10);
            ops.nextRows(stillActive(tape.read(variables.time), lengthOf), variables, { batch, steps });
            return value;
          });
          const all = { capacity, max: capacity, window: tape.read(variables.total) };
          const total = ops.sum(ops.toFloat({ ...value, rows: all }), 0);
          const executable = await device.prepare(compile(tape, { value, total }));
          for (let times = 1; times <= 2; times++) {
            executable.run();
            const expected = expectedRows(Array.from(lengths), steps, longest - 1);
            const rows = expected.total[1];
            const seen = await device.read(visits);
            expect(Array.from(seen)).toEqual(Array.from({ length: capacity }, (_, row) => (row < rows ? times : 0)));
            expect(Array.from(await device.read(variables.total))).toEqual([0, rows]);
            expect((await device.read(variables.window))[1]).toBe(0);
            const left = expected.gridIndex.map(
              (gridIndex, row) => 10 * (lengths[expected.trajectory[row]] - Math.floor(gridIndex / batch)),
            );
            expect(Array.from((await executable.read('value')).slice(0, rows))).toEqual(left);
            expect(Array.from(await executable.read('total'))).toEqual([left.reduce((a, b) => a + b, 0)]);
          }
          executable.release();
        },
      ),
      cases(2, device),
    );
  });
});
