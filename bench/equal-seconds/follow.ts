import type { Device } from '../../src/device/index.ts';
import { createObjective } from '../../src/objective/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { problemOf, type TrainTask } from '../train/train.ts';

/** A run that is looked at after equal shares of so many seconds of training. */
export interface SecondsTask extends TrainTask {
  readonly seed: number;
  readonly seconds: number;
  readonly looks: number;
}

/** What an engine's process writes, a line of JSON each: its name, then a line for every look. */
export type SecondsRecord = { readonly engine: string; readonly firstSeconds: number } | SecondsPoint;

export interface SecondsPoint {
  readonly seed: number;
  /** Which look, from 0, before training. */
  readonly look: number;
  readonly iteration: number;
  /** Training alone: neither compiling nor looking counts. */
  readonly seconds: number;
  /** Exact. */
  readonly totalVariation: number;
}

/** Iterations between two looks at the clock. */
const piece = 25;

/** flowtape's run, by the calls that a program makes. */
export async function* followSeconds(device: Device, task: SecondsTask): AsyncGenerator<SecondsRecord> {
  const { objective, objectiveOptions, trainingOptions, batch, seed, seconds, looks } = task;
  const begun = performance.now();
  const trainer = await createTrainer({
    ...trainingOptions,
    ...{ device, problem: await problemOf(task), batch, seed, steps: 2 ** 31 - 1 },
    objective: await createObjective(objective, objectiveOptions),
  });
  yield { engine: `${device.kind}: ${device.description}`, firstSeconds: (performance.now() - begun) / 1000 };
  let trained = 0;
  for (let look = 0; look <= looks; look++) {
    while (trained < (look / looks) * seconds) {
      const start = performance.now();
      await trainer.step(piece);
      trained += (performance.now() - start) / 1000;
    }
    const { totalVariation = Number.NaN } = (await trainer.evaluate()).metrics;
    yield { seed, look, iteration: trainer.done, seconds: trained, totalVariation };
  }
  await trainer.close();
}
