import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTrainer } from '../../src/train/index.ts';
import { onEach, referenceDevice, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed, objectiveNames, priorOf } from '../setup/objectives.ts';

const size = { dimension: 2, side: 4 };
const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };

/** The diagnostics of two iterations: the first on the start values, the second on what the first made of them. */
async function diagnosticsOf(device: Device, name: string): Promise<Readonly<Record<string, number>>[]> {
  const options = { steps: 2, batch: 4, seed: 5, reportEvery: 1, network: { hidden: [8] } };
  const trainer = await createTrainer({
    device,
    problem,
    objective: objectiveNamed(name),
    ...priorOf(name),
    ...options,
  });
  const diagnostics: Readonly<Record<string, number>>[] = [];
  for await (const progress of trainer) diagnostics.push(progress.diagnostics);
  return diagnostics;
}

/**
 * float32 against float64: losses here are sums of some 30 terms below 10 with a few hundred roundings behind each, so
 * off by at most about 1e-4. After an update they may differ a little more: Adam divides by the root of the second
 * moment, so that a gradient of nearly 0 moves its parameter by the learning rate either way.
 */
const allowed = [1e-3, 2e-2];

onEach(trainingDevices, (open) => {
  test.each(objectiveNames)('%s gives the same for a batch as in float64', async (name) => {
    const found = await diagnosticsOf(await open(), name);
    const expected = await diagnosticsOf(await referenceDevice.open(), name);
    expect(found.length).toBe(2);
    expected.forEach((diagnostics, iteration) => {
      expect(Object.keys(found[iteration]).sort()).toEqual(Object.keys(diagnostics).sort());
      for (const [figure, value] of Object.entries(diagnostics)) {
        const difference = Math.abs(found[iteration][figure] - value);
        expect(difference, `${figure} of iteration ${iteration + 1}`).toBeLessThan(
          allowed[iteration] * Math.max(1, Math.abs(value)),
        );
      }
    });
  });
});
