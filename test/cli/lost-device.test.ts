import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/cli/engine.ts';
import { library } from '../../src/cli/library.ts';
import { DeviceLostError } from '../../src/device/errors.ts';
import { openNodeGpu } from '../../src/node/index.ts';
import { fakeEngine, flowtape } from './fake-engine.ts';

const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-lost-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const checkpointOf = (run: string) => readFileSync(join(run, 'checkpoint.safetensors'));

/** The evaluations of a run, but for their times. */
function metricsOf(run: string): Record<string, unknown>[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { seconds: _, trajectoriesPerSecond: __, loss: ___, ...row } = JSON.parse(line) as Record<string, unknown>;
    return row;
  });
}

describe('a run whose device is lost', () => {
  const words = (out: string) => ['train', 'hypergrid', '--steps', '40', '--checkpoint-every', '7', '--out', out];

  /** An engine whose device is lost ahead of these iterations, once each. */
  function losing(...steps: number[]) {
    return fakeEngine({
      beforeIteration(step) {
        if (step !== steps[0]) return;
        steps.shift();
        throw new DeviceLostError('webgpu device: the GPU was lost (unknown): driver reset', 'lost');
      },
    });
  }

  test('goes on from its last checkpoint on a device opened anew, says so, and leaves what it would have left', async () => {
    await flowtape(words('whole'));
    // The second time there is an evaluation, that after iteration 30, which the checkpoint does not have behind it.
    const engine = losing(27, 33);
    const { code, stdout, stderr } = await flowtape(words('lost'), engine);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /the GPU was lost \(unknown\): driver reset\. The run goes on from the checkpoint after iteration 21, on a dev/,
    );
    expect(stdout).toMatch(/goes on from the checkpoint after iteration 28, on a device opened anew/);
    expect(engine.trained).toHaveLength(3);
    expect(engine.openDevices()).toBe(0);
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
    expect(metricsOf('lost')).toEqual(metricsOf('whole'));
    expect(readdirSync('lost').sort()).toEqual(readdirSync('whole').sort());
  });

  test('begins again where it had no checkpoint yet', async () => {
    await flowtape(words('whole'));
    const { code, stdout } = await flowtape(words('lost'), losing(0));
    expect(code).toBe(0);
    expect(stdout).toContain('The run goes on from its beginning');
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  });

  test('is given up, saved, where the device is lost again and again without a checkpoint in between', async () => {
    const engine = losing(27, 27, 27, 27, 27);
    const { code, stdout, stderr } = await flowtape(words('lost'), engine);
    expect(code).toBe(1);
    expect(stdout.match(/The run goes on/g)).toHaveLength(3);
    expect(engine.trained).toHaveLength(4);
    expect(stderr).toMatch(
      /Training failed after iteration 26: webgpu device: the GPU was lost .* To go on from there: flowtape train --resume lost/,
    );
    expect(engine.openDevices()).toBe(0);
  });

  test('is given up, saved, where no device can be opened any more', async () => {
    const engine = losing(27);
    let opened = 0;
    const once: Engine = {
      ...engine,
      openDevice(...request) {
        if (opened++ > 0) throw new Error('There is no adapter any more');
        return engine.openDevice(...request);
      },
    };
    const { code, stderr } = await flowtape(words('lost'), once);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /driver reset\. It cannot go on by itself: There is no adapter any more\. .* train --resume lost/,
    );
    expect(engine.openDevices()).toBe(0);
    const resumed = await flowtape(['train', '--resume', 'lost'], fakeEngine());
    expect(resumed.code).toBe(0);
    await flowtape(words('whole'));
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  });

  test('ends with the error where it failed of something else', async () => {
    const engine = fakeEngine({
      beforeIteration(step) {
        if (step === 27) throw new Error('a reward that cannot be had');
      },
    });
    const { code, stdout } = await flowtape(words('failed'), engine);
    expect(code).toBe(1);
    expect(stdout).not.toContain('The run goes on');
    expect(engine.trained).toHaveLength(1);
  });
});

test('a run on WebGPU whose GPU is destroyed twice leaves the bytes of one that was left alone', async () => {
  const words = (out: string) =>
    [
      'train',
      'hypergrid',
      '--side',
      '4',
      '--objective',
      'tb',
      '--device',
      'webgpu',
      '--batch',
      '4',
      '--steps',
      '12',
    ].concat(['--evaluate-every', '4', '--checkpoint-every', '3', '--out', out]);
  expect(await flowtape(words('whole'), library)).toMatchObject({ code: 0, stderr: '' });

  await openNodeGpu();
  const gpus: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...request) {
    const gpu = await requestDevice.apply(this, request);
    gpus.push(gpu);
    return gpu;
  };
  const destroyed: number[] = [];
  const engine: Engine = {
    ...library,
    async openDevice(...request) {
      const device = await library.openDevice(...request);
      const gpu = gpus[gpus.length - 1];
      return {
        ...device,
        async train(...run) {
          const training = await device.train(...run);
          return {
            ...training,
            async *[Symbol.asyncIterator]() {
              for await (const progress of training) {
                yield progress;
                // In the middle of the next iterations, once between two checkpoints and once at the last evaluation.
                if (progress.step >= [5, 9][destroyed.length]) {
                  destroyed.push(progress.step);
                  setTimeout(() => gpu.destroy(), 0);
                }
              }
            },
          };
        },
      };
    },
  };
  try {
    const { code, stdout, stderr } = await flowtape(words('lost'), engine);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(destroyed).toHaveLength(2);
    expect(gpus).toHaveLength(3);
    expect(stdout.match(/The run goes on from the checkpoint after iteration \d+/g)).toHaveLength(2);
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
  expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  expect(metricsOf('lost')).toEqual(metricsOf('whole'));
});
