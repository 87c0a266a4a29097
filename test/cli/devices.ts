import type { Context } from '../../src/cli/context.ts';
import { type Device, DeviceLostError, deviceScope } from '../../src/device/index.ts';
import { randomStreams } from '../../src/objective/index.ts';
import type { Plan } from '../../src/plan/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';

/** What a device is about to run. */
export interface DeviceRun {
  /** Whether it trains; else it evaluates or samples. */
  readonly trains: boolean;
  /** Iterations of the last training plan prepared that are done behind this run. */
  readonly step: number;
  readonly plan: Plan;
  readonly device: Device;
}

export interface DeviceBehaviour {
  /** What the device says that it is, instead of what it is. */
  readonly kind?: Device['kind'];
  /** Called ahead of whatever runs: it may interrupt the program, look at files, or throw. */
  readonly beforeRun?: (run: DeviceRun) => unknown;
  /** Called ahead of whatever is prepared. */
  readonly beforePreparing?: () => void;
}

/** Devices that commands of a test open: parts of one cpu device of a thread, which all tests of a file share. */
export interface CommandDevices extends Pick<Context, 'openDevice'> {
  /** Devices that were opened. */
  readonly opened: () => number;
  /** Those of them that were not closed. */
  readonly open: () => number;
}

let shared: Promise<Device> | undefined;

export function commandDevices(behaviour: DeviceBehaviour = {}): CommandDevices {
  const counts = { opened: 0, open: 0 };
  return {
    opened: () => counts.opened,
    open: () => counts.open,
    async openDevice(preference) {
      if (preference === 'webgpu' && behaviour.kind === undefined)
        throw new Error('There is no WebGPU adapter. Use --device cpu.');
      shared ??= openTestCpuDevice({ threads: 1 });
      const device = observed(deviceScope(await shared), behaviour);
      counts.opened++;
      counts.open++;
      const destroy = () => {
        counts.open--;
        device.destroy();
      };
      return { device: { ...device, destroy }, why: 'this is a test' };
    },
  };
}

/** A device that tells what it is about to do. One that was lost stays lost. */
export function observed(device: Device, { kind = device.kind, beforeRun, beforePreparing }: DeviceBehaviour): Device {
  let step = 0;
  let loss: unknown;
  const alive = () => {
    if (loss !== undefined) throw loss;
  };
  return {
    ...device,
    kind,
    get counts() {
      return device.counts;
    },
    async prepare(plan) {
      alive();
      beforePreparing?.();
      const executable = await device.prepare(plan);
      const hasKey = plan.variables.some(({ name }) => name === 'rollout/key');
      const trains = hasKey && !('logRatio' in plan.outputs);
      if (trains) step = 0;
      const before = (times: number) => {
        alive();
        if (trains) step += times;
        try {
          beforeRun?.({ trains, step, plan, device });
        } catch (error) {
          if (error instanceof DeviceLostError) loss = error;
          throw error;
        }
      };
      return {
        ...executable,
        run(times = 1) {
          before(times);
          executable.run(times);
        },
        async runChecked() {
          before(1);
          await executable.runChecked();
        },
        async read(output) {
          alive();
          return executable.read(output);
        },
      };
    },
    write(variable, data) {
      alive();
      // A state that the run goes on from has the iterations done in its random key.
      if (variable.name === 'rollout/key' && data[1] === randomStreams.rollout) step = data[2];
      device.write(variable, data);
    },
    async read(variable) {
      alive();
      return device.read(variable);
    },
    async finish() {
      alive();
      return device.finish();
    },
  };
}
