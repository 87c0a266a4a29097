import { expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { createRun, defineEnvironment, entPpo, exactTarget, train } from '../../src/index.ts';
import { uniformPolicy } from '../../src/metrics/policies.ts';
import { evaluateExactly } from '../../src/train/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { rucksack as recordedRucksack, worth as recordedWorth } from './row-rucksack.ts';

const items = [
  { name: 'rope', weight: 3, worth: 4 },
  { name: 'tent', weight: 5, worth: 6 },
  { name: 'map', weight: 1, worth: 3 },
];
const closed = items.length;
const total = (state: Int32Array, key: 'weight' | 'worth') =>
  items.reduce((sum, item, i) => sum + state[i] * item[key], 0);

const rucksack = defineEnvironment({
  name: 'rucksack',
  stateSize: items.length + 1,
  actions: items.length + 1,
  maxSteps: items.length + 1,
  isTerminal: (state) => state[closed] === 1,
  allowed: (state, action) => state[action] === 0,
  step: (state, action) => {
    state[action] = 1;
  },
  undoable: (state, action) => state[action] === 1 && (action === closed || state[closed] === 0),
  undo: (state, action) => {
    state[action] = 0;
  },
  observe: { inputs: items.length, hot: (state, i) => state[i] === 1 },
  text: (state) =>
    items
      .filter((_, i) => state[i] === 1)
      .map(({ name }) => name)
      .join(' '),
});
const logReward = (state: Int32Array) => (total(state, 'weight') > 8 ? -5 : total(state, 'worth'));
const reward = { name: 'worth', logReward };

test('an environment of a dozen lines conforms, is trained with exact metrics, and sampled', async () => {
  assertConformance(rucksack, reward);
  const device = await openTestCpuDevice({ threads: 1 });
  await using run = await train({
    ...{ device, environment: rucksack, logReward },
    ...{ objective: entPpo(), steps: 400, batch: 32, seed: 1 },
  });
  const uniform = await evaluateExactly(rucksack, uniformPolicy(rucksack), exactTarget(rucksack, reward));
  expect(run.metrics.totalVariation).toBeLessThan((uniform.metrics.totalVariation ?? 0) / 4);
  for (const { text, logReward: found } of await run.sample(3)) {
    const packed = items.filter(({ name }) => text.split(' ').includes(name));
    expect(text).toBe(packed.map(({ name }) => name).join(' '));
    const weight = packed.reduce((sum, item) => sum + item.weight, 0);
    expect(found).toBe(weight > 8 ? -5 : packed.reduce((sum, item) => sum + item.worth, 0));
  }
});

onEach(trainingDevices, (open) => {
  test('the same environment in the row language, with its reward, trains without the host', async () => {
    const device = await open();
    const problem = { environment: recordedRucksack, reward: recordedWorth };
    const isSlow = device.kind === 'webgpu';
    const run = await train({
      ...{ device, ...problem, objective: entPpo({ learningRate: 3e-3 }), network: { hidden: [32] } },
      ...{ steps: isSlow ? 4 : 300, batch: 32, seed: 1 },
    });
    expect(run.onHost).toBeUndefined();
    // By uniform actions it is at 0.72.
    expect(run.metrics.totalVariation).toBeLessThan(isSlow ? 0.8 : 0.15);
    const plain = await createRun({ device, environment: rucksack, reward, objective: entPpo(), steps: 1, batch: 2 });
    expect(plain.onHost).toBe(
      'The environment rucksack is stepped on the host, by one thread: it is TypeScript, and not in the row language (rowEnvironment).',
    );
    await plain.close();
    await run.close();
  });
});
