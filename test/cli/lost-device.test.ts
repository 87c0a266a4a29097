import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DeviceLostError } from '../../src/device/errors.ts';
import { openNodeDevice, openNodeGpu } from '../../src/node/index.ts';
import { flowtape, small } from './command-line.ts';
import { commandDevices, type DeviceRun, observed } from './devices.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('lost');

const checkpointOf = (run: string) => readFileSync(join(run, 'checkpoint.safetensors'));

/** The evaluations of a run, but for their times. */
function metricsOf(run: string): Record<string, unknown>[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    const { seconds: _, trajectoriesPerSecond: __, loss: ___, gradientNorm: ____, ...metrics } = row;
    return metrics;
  });
}

describe('a run whose device is lost', () => {
  const words = (out: string, objective = 'tb') => [
    'train',
    'hypergrid',
    ...small,
    '--objective',
    objective,
    '--checkpoint-every',
    '2',
    '--out',
    out,
  ];

  /** Devices that are lost, one after the other, when such a run begins. */
  function losing(...runs: ((run: DeviceRun) => boolean)[]) {
    return commandDevices({
      beforeRun(run) {
        if (!runs[0]?.(run)) return;
        runs.shift();
        throw new DeviceLostError('webgpu device: the GPU was lost (unknown): driver reset', 'lost');
      },
    });
  }

  /** The first training behind so many iterations. Reports stand behind every multiple of 2 and of 3. */
  const behind =
    (done: number) =>
    ({ trains, step }: DeviceRun) =>
      trains && step > done;

  test('continues from its last checkpoint on a newly opened device, says so, and leaves the same files', async () => {
    await flowtape(words('whole'));
    // The first time there is an evaluation, that after iteration 3, which the checkpoint does not have behind it.
    const devices = losing(behind(3), behind(4));
    const { code, stdout, stderr } = await flowtape(words('lost'), devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /the GPU was lost \(unknown\): driver reset\. The run continues from the checkpoint after iteration 2, on a newly/,
    );
    expect(stdout).toMatch(/continues from the checkpoint after iteration 4, on a newly opened device/);
    expect([devices.opened(), devices.open()]).toEqual([3, 0]);
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
    expect(metricsOf('lost')).toEqual(metricsOf('whole'));
    expect(readdirSync('lost').sort()).toEqual(readdirSync('whole').sort());
  });

  test('restarts if it had no checkpoint yet', async () => {
    await flowtape(words('whole'));
    const { code, stdout } = await flowtape(
      words('lost'),
      losing(({ trains }) => !trains),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('The run continues from its beginning');
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  });

  test('restarts with its prior and its data set', async () => {
    await flowtape(['train', 'hypergrid', ...small, '--objective', 'tb', '--out', 'prior']);
    writeFileSync('objects.txt', '(0, 2).\n(1, 1).\n');
    const tuned = (out: string) => [...words(out, 'rtb'), '--prior', 'prior', '--offline', 'objects.txt'];
    expect(await flowtape(tuned('whole'))).toMatchObject({ code: 0, stderr: '' });
    // The first evaluation of the run itself: what its prior is worth was computed before there was a configuration.
    const devices = losing(({ trains }) => !trains && existsSync(join('lost', 'config.json')));
    const { code, stdout, stderr } = await flowtape(tuned('lost'), devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The run continues from its beginning');
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  });

  test('is saved and given up if the device is lost again and again without a checkpoint in between', async () => {
    const devices = losing(behind(5), behind(4), behind(4), behind(4), behind(4));
    const { code, stdout, stderr } = await flowtape(words('lost'), devices);
    expect(code).toBe(1);
    expect(stdout.match(/The run continues/g)).toHaveLength(3);
    expect(stderr).toMatch(
      /Training failed after iteration 4: .*webgpu device: the GPU was lost .* To resume from there: flowtape train --resume lost/,
    );
    expect([devices.opened(), devices.open()]).toEqual([4, 0]);
  });

  test('is saved and given up if no device can be opened any more', async () => {
    const devices = losing(behind(4));
    const once: typeof devices = {
      ...devices,
      async openDevice(...request) {
        if (devices.opened() > 0) throw new Error('There is no adapter any more');
        return devices.openDevice(...request);
      },
    };
    const { code, stderr } = await flowtape(words('lost'), once);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /driver reset\. It cannot continue by itself: There is no adapter any more\. .* train --resume lost/,
    );
    expect([devices.opened(), devices.open()]).toEqual([1, 0]);
    const resumed = await flowtape(['train', '--resume', 'lost']);
    expect(resumed.code).toBe(0);
    await flowtape(words('whole'));
    expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  });

  test('ends with the error if another failure caused it', async () => {
    const devices = commandDevices({
      beforeRun({ step }) {
        if (step > 4) throw new Error('a reward that cannot be had');
      },
    });
    const { code, stdout } = await flowtape(words('failed'), devices);
    expect(code).toBe(1);
    expect(stdout).not.toContain('The run goes on');
    expect([devices.opened(), devices.open()]).toEqual([1, 0]);
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
      '--network-hidden',
      '8',
    ].concat(['--evaluate-every', '4', '--checkpoint-every', '3', '--out', out]);
  expect(await flowtape(words('whole'), { openDevice: openNodeDevice })).toMatchObject({ code: 0, stderr: '' });

  await openNodeGpu();
  const gpus: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...request) {
    const gpu = await requestDevice.apply(this, request);
    gpus.push(gpu);
    return gpu;
  };
  const destroyed: number[] = [];
  const devices = {
    async openDevice(...request: Parameters<typeof openNodeDevice>) {
      const { device, why } = await openNodeDevice(...request);
      const gpu = gpus[gpus.length - 1];
      // In the middle of iterations, once between two checkpoints and once at the last evaluation.
      const beforeRun = ({ trains, step }: DeviceRun) => {
        if (!trains || !(step > [5, 9][destroyed.length])) return;
        destroyed.push(step);
        setTimeout(() => gpu.destroy(), 0);
      };
      return { device: observed(device, { kind: 'webgpu', beforeRun }), why };
    },
  };
  try {
    const { code, stdout, stderr } = await flowtape(words('lost'), devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(destroyed).toHaveLength(2);
    expect(gpus).toHaveLength(3);
    expect(stdout.match(/The run continues from the checkpoint after iteration \d+/g)).toHaveLength(2);
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
  expect(checkpointOf('lost').equals(checkpointOf('whole'))).toBe(true);
  expect(metricsOf('lost')).toEqual(metricsOf('whole'));
});
