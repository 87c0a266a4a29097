import { expect, test } from 'vitest';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { loadRun } from '../../src/run/load.ts';
import { createRun } from '../../src/run/run.ts';
import { gridProblem, namedProblem } from '../rollout/problems.ts';

test('a data set is replayed, saved with the run, and no sample is added to it', async () => {
  const device = await openCpuDevice();
  const problem = gridProblem(2, 4);
  const settings = { device, problem, objective: trajectoryBalance(), batch: 4, network: { hidden: [8] }, steps: 3 };
  const offline = Int32Array.of(0, 3, 1, 3, 0, 1);
  const replay = { kind: 'offline', capacity: 5 } as const;
  const run = await createRun({ ...settings, replay, offline });
  const { diagnostics } = await run.step(2);
  expect(diagnostics.replayedLoss).toBeGreaterThan(0);
  expect(Array.from((await run.snapshot()).replay?.states ?? [])).toEqual([...offline]);
  const again = await loadRun(await run.save(), { device, problem });
  await Promise.all([again.step(1), run.step(1)]);
  expect(await again.save()).toEqual(await run.save());

  await expect(createRun({ ...settings, replay })).rejects.toThrow('go together');
  await expect(createRun({ ...settings, offline })).rejects.toThrow('go together');
  await expect(createRun({ ...settings, replay, offline: Int32Array.of(0, 3, 0) })).rejects.toThrow(
    '(0, 3) of the data set is not finished: the walk is not at its end.',
  );
  await expect(createRun({ ...settings, replay, offline: Int32Array.of(0, 3) })).rejects.toThrow('is no 1 to 5');
  device.destroy();
});

test.each([
  [
    'dag',
    { variables: 3, edges: 1 },
    ['0>1 1>2.', 'no edges', '2>0'],
    '0>1 1>0.',
    'the edge 1>0 is there twice, or closes a cycle',
  ],
  [
    'sets',
    { items: 4, size: 2, upTo: true },
    ['{0, 3}.', '{}', '{2}'],
    '{1, 1}',
    'is no set of up to 2 out of 4 items',
  ],
  ['ising', { side: 2 }, ['+-/.+', '--/--'], '+-', 'is not a torus of 2 by 2'],
  ['chain', { variables: 3, values: 2 }, ['0 - 1', '1 1 1'], '0 1 2', 'is not a chain of 3 variables'],
] as const)('objects of %s are read as they are written, and refused', async (name, options, texts, wrong, message) => {
  const { environment } = await namedProblem(name, options);
  const row = new Int32Array(environment.stateSize);
  for (const text of texts) {
    environment.parse?.(text, row);
    expect(environment.text(row)).toBe(text);
  }
  expect(() => environment.parse?.(wrong, row)).toThrow(message);
});
