import { stepProblems } from '../step/problems.ts';
import { timeStep } from '../step/step.ts';
import { type TrainTask, timeTraining } from '../train/train.ts';
import { openPlace, type Place } from './gpu.ts';

/** What the processes that measure flowtape do, each by its name. `request` comes from `measureProgram`. */
export async function measure(what: string, request: unknown, write: (record: unknown) => void): Promise<void> {
  switch (what) {
    case 'step': {
      const { name, place, seconds } = request as { name: string; place: Place; seconds: number };
      const problem = stepProblems.find((known) => known.name === name);
      if (!problem) throw new Error(`There is no step ${name}.`);
      const device = await openPlace(place);
      write(await timeStep(device, problem, seconds));
      device.destroy();
      return;
    }
    case 'train': {
      const { place, seconds, ...problem } = request as TrainTask & { place: Place; seconds: number };
      const device = await openPlace(place);
      for await (const record of timeTraining(device, problem, seconds)) write(record);
      device.destroy();
      return;
    }
    default:
      throw new Error(`There is nothing to measure called ${what}.`);
  }
}
