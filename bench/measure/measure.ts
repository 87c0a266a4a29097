import { followSeconds, type SecondsTask } from '../equal-seconds/follow.ts';
import { followCurves } from '../field/curves.ts';
import { measureOnGpu } from '../gpu/measure.ts';
import type { Axis } from '../growth/axes.ts';
import { measureGrowth } from '../growth/growth.ts';
import { ceilingsAt } from '../kernels/ceilings-at.ts';
import { timeKernels } from '../kernels/kernels.ts';
import { watchMemory } from '../memory/memory.ts';
import { isWanted } from '../part.ts';
import { profileTraining } from '../profile/profile.ts';
import { rolloutProblems, type Stepping, timeRollouts } from '../rollout/rollout.ts';
import { largeStepProblem, stepProblems } from '../step/problems.ts';
import { timeStep } from '../step/step.ts';
import { type TrainTask, timeTraining } from '../train/train.ts';
import { openPlace, type Place } from './gpu.ts';

/** The processes that measure flowtape, by name. `request` comes from `measureProgram`. */
export async function measure(what: string, request: unknown, write: (record: unknown) => void): Promise<void> {
  switch (what) {
    case 'step': {
      const { name, place, seconds, threads } = request as {
        name: string;
        place: Place;
        seconds: number;
        threads?: number;
      };
      const problem = [...stepProblems, largeStepProblem].find((known) => known.name === name);
      if (!problem) throw new Error(`There is no step ${name}.`);
      const device = await openPlace(place, threads);
      write(await timeStep(device, problem, seconds));
      device.destroy();
      return;
    }
    case 'train': {
      const { place, seconds, threads, ...problem } = request as TrainTask & {
        place: Place;
        seconds: number;
        threads?: number;
      };
      const device = await openPlace(place, threads);
      for await (const record of timeTraining(device, problem, seconds)) write(record);
      device.destroy();
      return;
    }
    case 'curves': {
      const device = await openPlace('cpu');
      for await (const record of followCurves(device, request as Parameters<typeof followCurves>[1])) write(record);
      device.destroy();
      return;
    }
    case 'equal-seconds': {
      const device = await openPlace('cpu');
      for await (const record of followSeconds(device, request as SecondsTask)) write(record);
      device.destroy();
      return;
    }
    case 'kernels': {
      const { place, seconds, only, threads } = request as {
        place: Place;
        seconds: number;
        only: string;
        threads?: number;
      };
      const device = await openPlace(place, threads);
      const wanted = (name: string) => isWanted(name, only);
      for await (const record of timeKernels(device, () => ceilingsAt(place), seconds, wanted)) write(record);
      device.destroy();
      return;
    }
    case 'rollout': {
      const { place, problem, ...options } = request as {
        place: Place;
        problem: string;
        batch: number;
        stepping: Stepping;
        seconds: number;
      };
      const device = await openPlace(place);
      for await (const record of timeRollouts(device, rolloutProblems[problem], options)) write(record);
      device.destroy();
      return;
    }
    case 'memory': {
      const { place, iterations } = request as { place: Place; iterations: number };
      const device = await openPlace(place);
      for await (const record of watchMemory(device, iterations)) write(record);
      device.destroy();
      return;
    }
    case 'profile': {
      const { seconds, ...task } = request as TrainTask & { seconds: number };
      const device = await openPlace('cpu', 1);
      write(await profileTraining(device, task, seconds));
      device.destroy();
      return;
    }
    case 'growth': {
      const { axis, value, seconds } = request as { axis: Axis; value: number; seconds: number };
      const device = await openPlace('cpu', 1);
      write(await measureGrowth(device, axis, value, seconds));
      device.destroy();
      return;
    }
    default:
      if (await measureOnGpu(what, request, write)) return;
      throw new Error(`There is nothing to measure called ${what}.`);
  }
}
