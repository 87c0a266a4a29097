import { describe, expect, test } from 'vitest';
import type { Device, DevicePreference } from '../../src/device/index.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { tabularPolicy } from '../../src/metrics/policies.ts';
import { openPageDevice } from '../../src/page/worker/open-device.ts';
import { createPace } from '../../src/page/worker/pace.ts';
import { drawWalks } from '../../src/page/worker/walks.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { gridProblem, namedProblem } from '../rollout/problems.ts';

describe('the device', () => {
  const cpu = { kind: 'cpu' } as Device;
  const choosing = (gpu: 'broken' | 'there') => {
    const asked: DevicePreference[] = [];
    const open = async (preference: DevicePreference) => {
      asked.push(preference);
      if (preference !== 'cpu' && gpu === 'broken') throw new Error('requestDevice failed');
      return { device: cpu, why: 'so it is' };
    };
    return { asked, open };
  };

  test('is the cpu with the reason where there is a GPU that does not open', async () => {
    const { asked, open } = choosing('broken');
    const { device, why } = await openPageDevice('auto', open, () => true);
    expect([device, why]).toEqual([cpu, 'the GPU could not be opened (requestDevice failed)']);
    expect(asked).toEqual(['auto', 'cpu']);
  });

  test('is what was asked for, or none', async () => {
    expect(await openPageDevice('auto', choosing('there').open, () => true)).toEqual({ device: cpu, why: 'so it is' });
    await expect(openPageDevice('webgpu', choosing('broken').open, () => true)).rejects.toThrow('requestDevice failed');
    await expect(openPageDevice('webgpu', choosing('there').open, () => false)).rejects.toThrow('no WebGPU');
  });
});

test('a repeated task respects its interval and its share of the time', () => {
  const pace = createPace({ interval: 100, share: 0.2 });
  expect(pace.isDue(0)).toBe(true);
  pace.took(0, 10);
  expect([pace.isDue(99), pace.isDue(100)]).toEqual([false, true]);
  // 60 of 300 milliseconds are a fifth.
  pace.took(100, 160);
  expect([pace.isDue(399), pace.isDue(400)]).toEqual([false, true]);
});

test('walks are trajectories of the policy', async () => {
  const problem = gridProblem(2, 3);
  const { environment, reward } = problem;
  const random = randomFrom(1);
  const logitsOf = tabularPolicy(
    environment,
    Float64Array.from({ length: 27 }, () => 2 * random()),
  );
  const { probability } = await exactTerminalDistribution(environment, logitsOf);
  const walks = await drawWalks(problem, logitsOf, 4000, random);
  const found = new Float64Array(9);
  for (const { states, object, logReward } of walks) {
    expect(states[0]).toEqual([0, 0, 0]);
    for (const [i, state] of states.slice(1).entries()) {
      // A move or a stop adds 1 to one number of the row.
      const differences = state.map((value, place) => value - states[i][place]);
      expect(differences.toSorted()).toEqual([0, 0, 1]);
    }
    const last = Int32Array.from(states.at(-1) as number[]);
    expect(environment.isTerminal(last)).toBe(true);
    expect([object, logReward]).toEqual([environment.text(last), reward.logReward(last)]);
    found[last[0] * 3 + last[1]] += 1 / walks.length;
  }
  // Shares of 4,000 draws are off by their standard error of at most 0.008; five of them.
  for (const [object, share] of found.entries()) expect(Math.abs(share - probability[object])).toBeLessThan(0.04);
});

test('actions have names', async () => {
  const grid = await namedProblem('hypergrid', { dimension: 2, side: 3 });
  expect([0, 1, 2].map((action) => grid.actionText?.(action, new Int32Array(3)))).toEqual([
    '+1 along axis 0',
    '+1 along axis 1',
    'stop',
  ]);
  expect([0, 1, 2].map((action) => grid.endsInPlace?.(action))).toEqual([false, false, true]);
  const strings = await namedProblem('tfbind8-synthetic');
  expect(strings.actionText?.(2, new Int32Array(9))).toBe('write G');
  const words = await namedProblem('bit-sequence', { length: 8, wordSize: 2 });
  expect(words.actionText?.(2 * 4 + 1, Int32Array.of(-1, -1, 1, -1, 1))).toBe('bits from 5 on are 01');
  const bits = await namedProblem('bit-sequence', { length: 3, wordSize: 1 });
  expect(bits.actionText?.(2 * 1 + 1, Int32Array.of(-1, 1, -1, 1))).toBe('bit 2 is 1');
});
