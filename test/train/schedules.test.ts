import { expect, test } from 'vitest';
import { linear } from '../../src/nn/index.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { numbersOf, reportsOf, smallRun } from './runs.ts';

const rate = 0.25;
const objective = trajectoryBalance({ learningRate: rate, logPartitionLearningRate: 0.5 });

test('after n iterations, the learning rates and the exploration are those of iteration n', async () => {
  const device = await openTestCpuDevice();
  const exploration = { start: 0.75, end: 0.25, iterations: 4, temperature: 2 };
  const schedules = { learningRate: { end: 0.5, steps: 2 }, exploration };
  const trainer = await smallRun(device, { objective, steps: 5, reportEvery: 1, ...schedules });
  const found: number[][] = [];
  const look = async () => {
    const numbers = await numbersOf(trainer);
    found.push([
      numbers['policy/optimizer/learning-rate'][0],
      numbers['log-partition/optimizer/learning-rate'][0],
      ...numbers['rollout/exploration'],
    ]);
  };
  await look();
  for await (const _ of trainer) await look();
  const [annealing, epsilon] = [linear(1, 0.5, 2), linear(0.75, 0.25, 4)];
  // Sums of powers of two throughout, exact in float32.
  expect(found).toEqual(
    [0, 1, 2, 3, 4, 5].map((n) => [rate * annealing.at(n), 0.5 * annealing.at(n), epsilon.at(n), 2]),
  );
  device.destroy();
});

test('the first iteration has the whole learning rate, the next what the schedule leaves of it', async () => {
  const device = await openTestCpuDevice();
  const annealed = await smallRun(device, { objective, steps: 2, learningRate: { end: 0.25, steps: 1 } });
  await reportsOf(annealed);

  const first = await smallRun(device, { objective, steps: 1 });
  await reportsOf(first);
  const snapshot = await first.snapshot();
  const lowered = Object.entries(snapshot.networks).map(([name, network]) => [
    name,
    {
      ...network,
      optimizer: network.optimizer.map((array) =>
        array.name === 'learning-rate' && array.dtype === 'F32'
          ? { ...array, data: array.data.map((value) => value / 4) }
          : array,
      ),
    },
  ]);
  const from = { ...snapshot, networks: Object.fromEntries(lowered) };
  const second = await smallRun(device, { objective, steps: 2, learningRate: { end: 0.25, steps: 1 }, from });
  await reportsOf(second);
  // Bit for bit: a quarter of a float32 is exact.
  expect((await numbersOf(annealed))['policy/parameters']).toEqual((await numbersOf(second))['policy/parameters']);
  device.destroy();
});

test('a learning rate that ends at 0 in float32 is refused', async () => {
  const device = await openTestCpuDevice();
  const going = smallRun(device, {
    objective: trajectoryBalance({ learningRate: 1e-38 }),
    learningRate: { end: 1e-10 },
  });
  await expect(going).rejects.toThrow('learningRate.end 1e-10 of the learning rate 1e-38 of policy is 1e-48');
  device.destroy();
});
