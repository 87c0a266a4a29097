import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { type ToWorker, trialPort, type WorkerPort } from '../../src/cli/trial-messages.ts';
import { serveTrials } from '../../src/cli/trial-worker.ts';
import { deviceScope, type Replicas } from '../../src/device/index.ts';
import { fakeTerminal, flowtape, small, testContext } from './command-line.ts';
import { commandDevices, type DeviceRun } from './devices.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('seeds');

const words = ['train', 'hypergrid', '--objective', 'tb', ...small];

/** Workers that are this process: what runs in them sees `beforeRun` with the number of the worker. */
function workers(beforeRun: (worker: number, run: DeviceRun) => unknown = () => undefined) {
  const sent: ToWorker[] = [];
  const ports: WorkerPort[] = [];
  const start = (): WorkerPort => {
    const { port1, port2 } = new MessageChannel();
    const worker = ports.length;
    serveTrials(
      trialPort(port2),
      testContext({ devices: commandDevices({ beforeRun: (run) => beforeRun(worker, run) }) }),
    );
    const port: WorkerPort = trialPort(port1);
    ports.push(port);
    return {
      ...port,
      send(message) {
        sent.push(message);
        port.send(message);
      },
    };
  };
  return { start, sent, count: () => ports.length };
}

const seedFolder = (seed: number) => `seeds/hypergrid-tb-seed${seed}`;
const bytesOf = (path: string) => readFileSync(join(path, 'checkpoint.safetensors'));
const rowsOf = (path: string) =>
  readFileSync(join(path, 'metrics.jsonl'), 'utf8').replaceAll(/"(seconds|trajectoriesPerSecond)":[^,}]+,?/g, '');

describe('train --seeds on the cpu device', () => {
  const many = [...words, '--seeds', '3', '--out', 'seeds'];

  test('trains as many at a time as there are threads, each with the numbers of the run alone', async () => {
    const { start, sent, count } = workers();
    const { code, stdout, stderr } = await flowtape([...many, '--threads', '5'], undefined, {
      startTrialWorker: start,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(count()).toBe(3);
    expect(sent.map((each) => each.kind === 'run' && each.order.threads)).toEqual([1, 1, 1]);
    expect(stdout).toContain('3 runs at a time, on one thread each, since the device is cpu');
    expect(stdout).toMatch(/^seed 2: iteration 8\/8 /m);
    expect(stdout).toMatch(/^tb +0, 1, 2 +32 /m);
    // What other programs did beside runs of one process is not known of each.
    const told = (path: string) => JSON.parse(readFileSync(join(path, 'summary.json'), 'utf8'));
    expect(told(seedFolder(2))).not.toHaveProperty('otherCores');
    expect((await flowtape([...words, '--seed', '2', '--out', 'alone'])).code).toBe(0);
    expect(bytesOf(seedFolder(2))).toEqual(bytesOf('alone'));
    expect(rowsOf(seedFolder(2))).toBe(rowsOf('alone'));
  });

  test('refuses a prior, of any kind', async () => {
    for (const objective of ['tb', 'rtb']) {
      const { code, stderr } = await flowtape([...many, '--objective', objective, '--prior', 'uniform']);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/--prior goes with one run/) });
    }
  });

  test('resumes all of them after an interruption, and trains fewer at a time on request', async () => {
    const terminal = fakeTerminal();
    const stopping = workers(
      (worker, { step, trains }) => trains && worker === 1 && step >= 3 && terminal.interrupt(2),
    );
    const first = await flowtape([...many, '--together', '2'], undefined, {
      terminal,
      startTrialWorker: stopping.start,
    });
    expect(first.code).toBe(130);
    expect(stopping.count()).toBe(2);
    expect(terminal.listeners()).toBe(0);
    const rest = workers();
    const second = await flowtape([...many, '--together', '2', '--threads', '5'], undefined, {
      startTrialWorker: rest.start,
    });
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(rest.sent.map((each) => each.kind === 'run' && each.order.threads)).toEqual([2, 2, 2]);
    expect(rest.sent.some((each) => each.kind === 'run' && each.order.isBegun)).toBe(true);
    expect((await flowtape([...words, '--seed', '1', '--out', 'alone'])).code).toBe(0);
    expect(bytesOf(seedFolder(1))).toEqual(bytesOf('alone'));
  });

  test('loses only the run that fails', async () => {
    const { start } = workers((worker, { trains, step, plan, device }) => {
      const parameters = plan.variables.find(({ name }) => name.endsWith('parameters'));
      if (trains && worker === 1 && step > 4 && parameters) {
        device.write(parameters, new Float32Array(parameters.shape[0]).fill(Number.NaN));
      }
    });
    const { code, stderr } = await flowtape([...many, '--threads', '3'], undefined, { startTrialWorker: start });
    expect(code).toBe(1);
    // Whichever run the worker took: that depends on which worker is ready first.
    const failed = /^flowtape: hypergrid-tb-seed(\d): Training failed after iteration 4: iteration 5: /m.exec(
      stderr,
    )?.[1];
    expect(stderr).toMatch(new RegExp(`1 of 3 runs failed or were left to others: hypergrid-tb-seed${failed}\n$`));
    const finished = [0, 1, 2].filter((seed) =>
      /"finished"/.test(readFileSync(`${seedFolder(seed)}/summary.json`, 'utf8')),
    );
    expect(finished).toEqual([0, 1, 2].filter((seed) => seed !== Number(failed)));
    for (const seed of finished) expect(existsSync(`${seedFolder(seed)}/report.html`)).toBe(true);
  });

  test('refuses --together without --seeds, and invalid numbers', async () => {
    expect((await flowtape([...words, '--together', '2'])).stderr).toContain('--together goes with --seeds');
    for (const command of [many, ['sweep', 'none.json'], ['reproduce', 'hypergrid']]) {
      const { stderr } = await flowtape([...command, '--together', '0']);
      expect(stderr).toContain('--together must be an integer from 1');
    }
    expect(existsSync('seeds')).toBe(false);
  });
});

describe('train --seeds on a device with replicas', () => {
  /** A device that says it is a GPU, with parts of it as replicas; what was done with them. */
  function withReplicas() {
    const calls: string[] = [];
    const devices = commandDevices({ kind: 'webgpu' });
    const openDevice: typeof devices.openDevice = async (preference, options) => {
      const choice = await devices.openDevice(preference, options);
      const replicas = async (count: number): Promise<Replicas> => {
        calls.push(`${count} replicas`);
        return {
          count,
          open(replica) {
            calls.push(`open ${replica}`);
            const device = { ...deviceScope(choice.device), kind: 'webgpu' } as const;
            const destroy = () => {
              calls.push(`destroy ${replica}`);
              device.destroy();
            };
            return { ...device, destroy };
          },
          leave: (replica) => calls.push(`leave ${replica}`),
        };
      };
      return { ...choice, device: { ...choice.device, replicas } };
    };
    return { calls, devices: { ...devices, openDevice } };
  }

  test('trains them on its replicas, opens each anew for its next run, and leaves those with none', async () => {
    const { calls, devices } = withReplicas();
    const gpu = words.map((word) => (word === 'cpu' ? 'webgpu' : word));
    const many = [...gpu, '--seeds', '3', '--together', '2', '--out', 'seeds'];
    const { code, stdout, stderr } = await flowtape(many, devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      '2 runs at a time, in the launches of one, since the device is webgpu, because this is a test',
    );
    expect(stdout).toMatch(/^seed 2: iteration 8\/8 /m);
    expect(calls.slice(0, 3).sort()).toEqual(['2 replicas', 'open 0', 'open 1']);
    expect(calls.filter((call) => call.startsWith('open'))).toHaveLength(3);
    expect(calls.filter((call) => call.startsWith('destroy'))).toHaveLength(3);
    expect(calls.filter((call) => call.startsWith('leave')).sort()).toEqual(['leave 0', 'leave 1']);
    expect([devices.opened(), devices.open()]).toEqual([1, 0]);
    expect((await flowtape([...gpu, '--seed', '2', '--out', 'alone'], devices)).code).toBe(0);
    expect(bytesOf(seedFolder(2))).toEqual(bytesOf('alone'));
  });
});
