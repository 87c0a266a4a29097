import { expect, test } from 'vitest';
import { trajectoryBalance } from '../../src/objective/tb/tb.ts';
import { torusPairs } from '../../src/problems/ising/exact.ts';
import { sampleSpins } from '../../src/problems/ising/sample-spins.ts';
import { parseSpins } from '../../src/problems/ising-couplings/data.ts';
import { type LearntCouplings, learnCouplings } from '../../src/problems/ising-couplings/learn-couplings.ts';
import { problem as definition } from '../../src/problems/ising-couplings/problem.ts';
import { makeProblem } from '../../src/problems/problem.ts';
import { loadRun, loadSampler } from '../../src/run/load.ts';
import { createRun } from '../../src/run/run.ts';
import { trainingDevices } from '../setup/devices.ts';

const pairs = torusPairs(3);
const agreement = (spins: ArrayLike<number>, at: number) =>
  pairs.reduce((sum, [a, b]) => sum + spins[9 * at + a] * spins[9 * at + b], 0);

test('spins are drawn as the Ising model has them, ordered ones too', () => {
  const count = 4000;
  for (const [sigma, mean] of [
    // The specification's mean of the sum over pairs, and of an antiferromagnet by enumeration below.
    [0.1, 4.842892001],
    [-0.2, enumeratedMean(-0.2)],
    [0.4, enumeratedMean(0.4)],
  ]) {
    const drawn = sampleSpins({ side: 3, sigma, count, seed: 1, burnIn: 100, between: 5 });
    let [sum, squares] = [0, 0];
    for (let n = 0; n < count; n++) {
      sum += agreement(drawn, n);
      squares += agreement(drawn, n) ** 2;
    }
    const deviation = Math.sqrt((squares / count - (sum / count) ** 2) / count);
    // Five sweeps apart configurations are all but independent: five standard errors, for one seed that is fixed.
    expect(Math.abs(sum / count - mean)).toBeLessThanOrEqual(5 * deviation);
  }
});

function enumeratedMean(sigma: number): number {
  let [total, sum] = [0, 0];
  for (let n = 0; n < 512; n++) {
    const spins = Array.from({ length: 9 }, (_, i) => 2 * ((n >> i) & 1) - 1);
    const weight = Math.exp(2 * sigma * agreement(spins, 0));
    total += weight;
    sum += weight * agreement(spins, 0);
  }
  return sum / total;
}

test('couplings are learnt from configurations: neighbours’ come near the true one, others stay small', async () => {
  const sigma = 0.2;
  const data = sampleSpins({ side: 3, sigma, count: 2000, seed: 2, burnIn: 100, between: 3 });
  let last: LearntCouplings | undefined;
  for await (const found of learnCouplings({
    ...{ device: await trainingDevices[0].open(), side: 3, data, steps: 80, batch: 64, seed: 3 },
    ...{ learningRate: 8e-3, policyLearningRate: 5e-3, logPartitionLearningRate: 0.1, sparsity: 0.01, hidden: [32] },
  })) {
    last = found;
  }
  const couplings = last?.couplings ?? new Float64Array(81);
  const isPair = (i: number, j: number) => pairs.some(([a, b]) => (a === i && b === j) || (a === j && b === i));
  let [error, before] = [0, 0];
  for (let i = 0; i < 9; i++) {
    for (let j = 0; j < 9; j++) {
      if (i === j) continue;
      const truth = isPair(i, j) ? sigma : 0;
      error += (couplings[9 * i + j] - truth) ** 2;
      before += truth ** 2;
      expect(couplings[9 * i + j]).toBe(couplings[9 * j + i]);
    }
  }
  // Couplings of 0 are off by 0.14 on average; these by less than half of it.
  expect(Math.sqrt(error / before)).toBeLessThanOrEqual(0.5);
});

test('invalid configurations are refused', async () => {
  const device = await trainingDevices[0].open();
  const learning = learnCouplings({ device, side: 3, data: Int32Array.of(1, -1, 0), steps: 1 });
  await expect(learning.next()).rejects.toThrow('configurations of 9 spins (side 3), each -1 or 1');
});

const lines = (text: string) => new TextEncoder().encode(text);

test('configurations are read from a table, with -1 or 0 for spins that are down', () => {
  const spins = Int32Array.of(1, -1, 1, 1, 1, 1, -1, 1);
  expect(parseSpins(lines('a,b,c,d\n1,-1,1,1\n\n1,1,-1,1\n'), 'file')).toEqual({ side: 2, spins });
  expect(parseSpins(lines('1;0;1;1\n1;1;0;1\n'), 'file')).toEqual({ side: 2, spins });
});

test.each([
  ['1,-1,1,1\n1,1,0,1\n', 'Line 2, column 3 of file is 0, but spins are -1 and 1 in the lines before it.'],
  ['1,-1,1,1\n1,1,0.5,1\n', 'Line 2, column 3 of file is 0.5'],
  ['1,1,2,1\n', 'Line 1, column 3 of file is 2, but spins are -1 and 1, or 0 and 1.'],
  ['1,-1,1,1\n1,,-1,1\n', 'Line 2, column 2 of file is empty.'],
  ['1,-1,1\n', 'file has 3 columns, which are no torus of N by N spins. Give each line N x N cells'],
  ['a,b,c,d\n', 'file has no configurations below its header.'],
])('%j is refused', (text, message) => {
  expect(() => parseSpins(lines(text), 'file')).toThrow(message);
});

test('a saved run learns on to the same couplings, and its sampler has them', async () => {
  const device = await trainingDevices[0].open();
  const made = () => makeProblem(definition, { side: 2, configurations: 20 });
  const problem = await made();
  const objective = trajectoryBalance();
  const settings = { device, objective, steps: 4, batch: 4, network: { hidden: [4] } };
  await expect(createRun({ ...settings, problem, keepBest: 5 })).rejects.toThrow('keepBest keeps log-rewards');
  const whole = await createRun({ ...settings, problem });
  await expect(createRun({ ...settings, problem })).rejects.toThrow('Another run learns these couplings');
  await whole.step(2);
  const half = await whole.save();
  await whole.step(2);
  const { couplingError, neighbourCoupling } = (await whole.evaluate()).metrics as Record<string, number>;
  // Without other pairs than neighbours, whose true coupling is the default of 0.2.
  expect(couplingError).toBeGreaterThan(0);
  expect(neighbourCoupling).not.toBe(0);
  const resumed = await loadRun(half, { device, problem: await made() });
  await resumed.step(2);
  expect(await resumed.save()).toEqual(await whole.save());
  const sampler = await loadSampler(await whole.save(), { device, problem: await made() });
  expect((await sampler.evaluate()).metrics).toMatchObject({ couplingError, neighbourCoupling });
  await whole.close();
  // A run begins without what another has learnt.
  const next = await createRun({ ...settings, problem });
  expect((await next.evaluate()).metrics).toMatchObject({ neighbourCoupling: 0 });
  await Promise.all([next.close(), resumed.close(), sampler.close()]);
});
