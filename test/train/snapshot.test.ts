import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { fastDevices, onEach } from '../setup/devices.ts';
import { numbersOf, reportsOf, smallRun } from './runs.ts';

onEach(fastDevices, (open) => {
  test('a run that goes on from a snapshot ends, bit for bit, where one that never stopped does', async () => {
    const device = await open();
    const whole = await smallRun(device, { reportEvery: 4 });
    await reportsOf(whole);

    const first = await smallRun(device, { reportEvery: 4 });
    for await (const { step } of first) if (step === 4) break;
    const snapshot = await first.snapshot();
    expect(snapshot.step).toBe(4);
    // The snapshot is a copy: what its run does afterwards leaves it alone.
    await reportsOf(first);

    const second = await smallRun(device, { from: snapshot, reportEvery: 5, seed: 77 });
    const reports = await reportsOf(second);
    expect(reports.map(({ step, trajectories }) => [step, trajectories])).toEqual([[9, 36]]);
    expect(await numbersOf(second)).toEqual(await numbersOf(whole));
  });
});

test('a snapshot that is asked for during an iteration is of its end, evaluation included', async () => {
  const opened = await fastDevices[0].open();
  /** One that answers after a while, as a GPU does. */
  const device: Device = {
    ...opened,
    async read(variable) {
      const numbers = await opened.read(variable);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return numbers;
    },
  };
  const replay = { kind: 'fifo', capacity: 7, every: 1 } as const;
  const objective = trajectoryBalance({ learningRate: 0.01 });
  const trainer = await smallRun(device, { objective, replay, reportEvery: 2, evaluateEvery: 2 });
  const training = reportsOf(trainer);
  for (let taken = 0; taken < 20; taken++) {
    const { step, arrays, metrics } = await trainer.snapshot();
    for (const name of ['rollout/key', 'replay/key']) {
      expect(arrays.find((array) => array.name === name)?.data[2]).toBe(step);
    }
    const again = await smallRun(device, { objective, replay, from: { step, arrays } });
    if (metrics) expect((await again.evaluate()).metrics).toEqual(metrics);
    await new Promise((resolve) => setTimeout(resolve, taken % 3));
  }
  await training;
});

test('a snapshot of another run is refused, and nothing of it is taken over', async () => {
  const device = await fastDevices[0].open();
  const trainer = await smallRun(device);
  const { step, arrays } = await trainer.snapshot();
  const without = arrays.filter(({ name }) => name !== 'value/second-moment');
  await expect(smallRun(device, { from: { step, arrays: without } })).rejects.toThrow(
    'the checkpoint has no array value/second-moment',
  );
  await expect(smallRun(device, { from: { step, arrays }, network: { hidden: [9] } })).rejects.toThrow(
    /the checkpoint's array policy\/parameters is F32 \[\d+\], but this run needs F32 \[\d+\]/,
  );
});

test('a snapshot at the end has nothing left to do', async () => {
  const device = await fastDevices[0].open();
  const trainer = await smallRun(device);
  await reportsOf(trainer);
  const again = await smallRun(device, { from: await trainer.snapshot() });
  expect(await reportsOf(again)).toEqual([]);
  expect(await numbersOf(again)).toEqual(await numbersOf(trainer));
});
