import { expect, test } from 'vitest';
import { assertConformance, createTrainer, defineEnvironment, entPpo } from '../../src/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';

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
const reward = {
  name: 'worth',
  logReward: (state: Int32Array) => (total(state, 'weight') > 8 ? -5 : total(state, 'worth')),
};

test('an environment of a dozen lines conforms and is trained on, with exact metrics', async () => {
  assertConformance(rucksack, reward);
  const device = await openTestCpuDevice({ threads: 1 });
  const problem = { environment: rucksack, reward };
  const trainer = await createTrainer({
    device,
    problem: problem,
    objective: entPpo(),
    steps: 400,
    batch: 32,
    seed: 1,
  });
  for await (const _ of trainer);
  const { metrics, distributions } = await trainer.evaluate();
  expect(distributions?.target).toHaveLength(8);
  // A sampler that ends wherever it is, by uniform actions, is at 0.72.
  expect(metrics.totalVariation).toBeLessThan(0.1);
  device.destroy();
});
