import { describe, expect, test } from 'vitest';
import { evaluate, gradcheck } from '../../src/gradcheck/index.ts';
import {
  type ResidualLossName,
  residualLosses,
  residualLossNames,
  subTrajectoryLoss,
  subTrajectoryPairLoss,
} from '../../src/objective/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { referenceDevice, testDevices } from '../setup/devices.ts';

/** The formulas, in plain float64. */
const plain: Readonly<Record<ResidualLossName, (r: number) => number>> = {
  squared: (r) => r ** 2,
  'half-squared': (r) => r ** 2 / 2,
  huber: (r) => (Math.abs(r) <= 1 ? r ** 2 / 2 : Math.abs(r) - 0.5),
  'shifted-cosh': (r) => Math.exp(r) + Math.exp(-r) - 2,
  linex: (r) => Math.exp(r) - r - 1,
};
const residuals = [-7.5, -1.5, -0.4, 0, 1e-3, 0.7, 1.25, 6];

describe.each(residualLossNames)('%s', (name) => {
  test('is its formula, 0 at 0 and above 0 elsewhere', async () => {
    const device = await referenceDevice.open();
    const tape = createTape();
    // A variable: what depends on constants alone is computed in float32.
    const r = variable('r', 'f32', [residuals.length]);
    device.write(r, residuals);
    const { y } = await evaluate(device, tape, { y: residualLosses[name](tape.read(r)) });
    residuals.forEach((given, i) => {
      // A few roundings of numbers up to e^7.5, in float64.
      const expected = plain[name](given);
      expect(Math.abs(y[i] - expected)).toBeLessThanOrEqual(1e-12 * (1 + Math.exp(Math.abs(given))));
      expect(y[i] > 0 || given === 0).toBe(true);
    });
  });

  test('has the derivative of its formula', async () => {
    // No residual at a kink: huber has none, and its second derivative jumps at 1.
    const { comparisons } = await gradcheck(
      (_tape, [r]) => residualLosses[name](r),
      [{ shape: [residuals.length], values: residuals }],
    );
    expect(comparisons).toBeGreaterThan(0);
  });

  test('stays finite however large a residual is', async () => {
    const tape = createTape();
    const { y } = await evaluate(await testDevices[0].open(), tape, {
      y: residualLosses[name](tape.constant('f32', [2], [-1e4, 1e4])),
    });
    expect(Array.from(y, Number.isFinite)).toEqual([true, true]);
  });
});

test('sub-trajectory balance by pairs is that by sums over time, for squares', async () => {
  const [states, batch] = [7, 3];
  const lengths = [6, 3, 1];
  const random = (i: number) => Math.sin(12.9898 * (i + 1)) * 3;
  const exists = Array.from({ length: states * batch }, (_, i) =>
    Math.floor(i / batch) <= lengths[i % batch] ? 1 : 0,
  );
  const numbers = (from: number) => exists.map((one, i) => (one === 0 ? 0 : random(from + i)));
  for (const decay of [0, 0.5, 1]) {
    const device = await referenceDevice.open();
    const tape = createTape();
    const grid = (name: string, values: readonly number[]) => {
      const numbers = variable(name, 'f32', [states, batch]);
      device.write(numbers, values);
      return tape.read(numbers);
    };
    const chain = {
      logFlow: grid('logFlow', numbers(0)),
      logRatio: grid('logRatio', numbers(100)),
      exists: grid('exists', exists),
    };
    const { bySums, byPairs } = await evaluate(device, tape, {
      bySums: subTrajectoryLoss(chain, decay),
      byPairs: subTrajectoryPairLoss(chain, decay, residualLosses.squared),
    });
    // 21 squares of numbers up to 12, in float64.
    for (let b = 0; b < batch; b++) expect(Math.abs(bySums[b] - byPairs[b])).toBeLessThanOrEqual(1e-12);
  }
});
