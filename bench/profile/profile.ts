import { cpuKernels } from '../../kernels/cpu.ts';
import type { Device } from '../../src/device/index.ts';
import { createObjective } from '../../src/objective/index.ts';
import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { KernelName, KernelStep } from '../../src/plan/step.ts';
import { createTrainer } from '../../src/train/index.ts';
import { problemOf, type TrainTask } from '../train/train.ts';
import { productFlops } from './least.ts';
import { measureThreadCeiling } from './thread-ceiling.ts';

/** What one kernel takes of an iteration. */
export interface KernelShare {
  readonly kernel: string;
  readonly launches: number;
  readonly microseconds: number;
  /** The least time for the operations of its products, in microseconds; 0 of kernels without. */
  readonly least: number;
}

export interface ProfileRecord {
  readonly device: string;
  /** Processor time of an iteration without looking at its kernels, the least of many. */
  readonly iteration: number;
  readonly kernels: readonly KernelShare[];
  /** Operations that one thread makes in a nanosecond at most. */
  readonly ceiling: number;
}

/** One launch of an iteration: the least time over all iterations, and the least that it could take. */
interface Launch {
  nanoseconds: number;
  least: number;
}

const warmUp = 50;

/**
 * Trains on one thread, and times every launch of an iteration. Other programs only ever add to a time, so each launch
 * counts with the least of its times. Trajectories have to have one length, so that the n-th launch of a step is the same
 * in every iteration.
 */
export async function profileTraining(device: Device, task: TrainTask, seconds: number): Promise<ProfileRecord> {
  const ceiling = await measureThreadCeiling();
  const launches = new Map<KernelName, Launch[][]>();
  let isTiming = false;
  let counters: { count: number }[] = [];
  const timed =
    (name: KernelName, kernel: CpuKernel<KernelName>): CpuKernel<KernelName> =>
    (step: KernelStep, context: CpuContext) => {
      const run = kernel(step, context);
      const found: Launch[] = [];
      launches.set(name, [...(launches.get(name) ?? []), found]);
      const counter = { count: 0 };
      counters = [...counters, counter];
      return () => {
        if (!isTiming) return run();
        const begun = process.hrtime.bigint();
        run();
        const nanoseconds = Number(process.hrtime.bigint() - begun);
        const least = productFlops(step, context) / ceiling;
        const known = found[counter.count++];
        if (!known) found.push({ nanoseconds, least });
        else known.nanoseconds = Math.min(known.nanoseconds, nanoseconds);
      };
    };
  // Only this process, which ends with the measurement, has its kernels timed.
  const kernels = cpuKernels as Record<KernelName, CpuKernel<KernelName>>;
  for (const name of Object.keys(kernels) as KernelName[]) kernels[name] = timed(name, kernels[name]);

  const { objective, objectiveOptions, trainingOptions, batch } = task;
  const problem = await problemOf(task);
  const made = await createObjective(objective, objectiveOptions);
  const length = { steps: 2 ** 31 - 1, batch, seed: 1 };
  const trainer = await createTrainer({ ...trainingOptions, device, problem, objective: made, ...length });
  await trainer.iteration.run(warmUp);
  const iteration = await within(seconds / 2, async () => {
    const before = process.cpuUsage();
    await trainer.iteration.run(1);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  isTiming = true;
  await within(seconds / 2, async () => {
    for (const counter of counters) counter.count = 0;
    await trainer.iteration.run(1);
    return 0;
  });
  const clock = leastClock();
  const shares = [...launches].flatMap(([kernel, steps]): KernelShare[] => {
    const all = steps.flat();
    if (all.length === 0) return [];
    const sum = all.reduce((total, { nanoseconds }) => total + Math.max(0, nanoseconds - clock), 0);
    const least = all.reduce((total, launch) => total + launch.least, 0);
    return [{ kernel, launches: all.length, microseconds: sum / 1000, least: least / 1000 }];
  });
  return {
    device: device.description,
    ceiling,
    iteration,
    kernels: shares.sort((a, b) => b.microseconds - a.microseconds),
  };
}

/** Runs again and again; the least of what it gave. */
async function within(seconds: number, run: () => Promise<number>): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 || performance.now() < end; i++) least = Math.min(least, await run());
  return least;
}

/** Nanoseconds that looking at the clock takes. */
function leastClock(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 1000; i++) {
    const begun = process.hrtime.bigint();
    least = Math.min(least, Number(process.hrtime.bigint() - begun));
  }
  return least;
}
