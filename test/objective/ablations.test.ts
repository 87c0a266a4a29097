import { describe, expect, test } from 'vitest';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { type EntPpoOptions, entPpo, normalizedAdvantage } from '../../src/objective/index.ts';
import { compact, gatherRows, select, sum, toFloat } from '../../src/ops/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** The diagnostics of the first iteration, on the same trajectories whatever the options. */
async function firstFigures(dimension: number, options: Partial<EntPpoOptions>) {
  const size = { dimension, side: 5 };
  const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const device = await openCpuDevice();
  const objective = entPpo({ policyUpdates: 1, ...options });
  const network = { hidden: [8] };
  for await (const { diagnostics } of await createTrainer({
    device,
    problem,
    objective,
    steps: 1,
    batch: 8,
    network,
  })) {
    return diagnostics;
  }
  throw new Error('nothing was reported');
}

describe('rewards of the terminal state alone', () => {
  test('are the soft rewards where there is one way back, log P_B being 0', async () => {
    expect(await firstFigures(1, { terminalRewardOnly: true })).toEqual(await firstFigures(1, {}));
  });

  test('are larger by - log P_B where there are more', async () => {
    const terminal = await firstFigures(3, { terminalRewardOnly: true });
    const soft = await firstFigures(3, {});
    expect(terminal.meanSoftReturn).toBeGreaterThan(soft.meanSoftReturn);
  });
});

onEach(testDevices, (open) => {
  test('normalised advantages have mean 0 and deviation 1 over the rows in use', async () => {
    const tape = createTape();
    const numbers = [3, 100, -1, 4, 1e6, -5];
    const all = tape.read(variable('advantages', 'f32', [6], Float32Array.from(numbers)));
    const used = tape.read(variable('used', 'i32', [6], Int32Array.of(1, 0, 1, 1, 0, 1)));
    const { index, rank } = compact(used);
    const normalized = gatherRows(normalizedAdvantage(gatherRows(all, index)), rank);
    const { found, total } = await evaluate(await open(), tape, {
      found: normalized,
      total: sum(select(used, normalized, toFloat(used))),
    });
    const kept = [3, -1, 4, -5];
    const mean = kept.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(kept.reduce((a, b) => a + (b - mean) ** 2, 0) / 4);
    const expected = [3, 0, -1, 4, 0, -5].map((x, i) => (i === 1 || i === 4 ? 0 : (x - mean) / deviation));
    // A handful of float32 roundings of numbers below 2.
    for (let i = 0; i < 6; i++) expect(found[i]).toBeCloseTo(expected[i], 5);
    expect(Math.abs(total[0])).toBeLessThan(1e-5);
  });
});
