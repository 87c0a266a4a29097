import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device } from '../../src/device/index.ts';
import { createObjective } from '../../src/objective/index.ts';
import { problems } from '../../src/problems/catalogue.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { createTrainer, type TrainingOptions } from '../../src/train/index.ts';
import { scoresOf } from '../train/scores.ts';
import type { TrainingTask } from './training-tasks.ts';

/** Results of one training process, one JSON line each. */
export type TrainingRecord =
  | {
      readonly engine: string;
      /** Until the first iteration was done: plans, compilation, the iteration. */
      readonly firstSeconds: number;
      readonly launches: number;
      readonly bytes: number;
      readonly onHost?: string | undefined;
    }
  | {
      /** Of an iteration, one for each window. */ readonly milliseconds: readonly number[];
      readonly iterations: number;
    };

/** Untimed iterations after the first one. */
const warmUp = 3;

/** Trains for about `seconds`, in windows of iterations that take a twentieth of a second. */
export async function* timeIterations(
  device: Device,
  task: TrainingTask,
  { seconds, data }: { readonly seconds: number; readonly data?: string | undefined },
): AsyncGenerator<TrainingRecord> {
  const begun = performance.now();
  const { problem: name, problemOptions, objective, objectiveOptions, trainingOptions, batch } = task;
  const random = name === 'tfbind8' || name === 'qm9-string' ? await scoresOf(name, data) : undefined;
  const read = async (file: string) => {
    if (random) return random.bytes;
    if (data === undefined) throw new Error(`${name} reads ${file}: --data DIR names the folder that has it.`);
    const bytes = await readFile(join(data, file)).catch(() => readFile(join(data, name, file)));
    return new Uint8Array(bytes);
  };
  // Problems that read the user's own files are left out.
  const needsData = problems.some((known) => known.name === name && known.needs?.includes('data'));
  const trainer = await createTrainer({
    ...(trainingOptions as Partial<TrainingOptions>),
    device,
    problem: await findProblem(name).create(problemOptions, needsData ? read : undefined),
    objective: await createObjective(objective, objectiveOptions),
    // Evaluations are planned, but never run.
    evaluationTrajectories: Math.min(batch, 128),
    steps: 2 ** 31 - 1,
    batch,
    seed: 1,
  });
  const advance = async (iterations: number) => {
    const from = performance.now();
    await trainer.iteration.run(iterations);
    await device.finish();
    return performance.now() - from;
  };
  const launchesBefore = device.counts.launches;
  await advance(1);
  yield {
    engine: `${device.kind}: ${device.description}`,
    firstSeconds: (performance.now() - begun) / 1000,
    launches: device.counts.launches - launchesBefore,
    bytes: device.counts.bytes,
    onHost: trainer.onHost,
  };
  let one = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000 * seconds;
  for (let i = 0; i < warmUp && performance.now() < end; i++) one = Math.min(one, await advance(1));
  const iterations = Math.max(1, Math.min(100, Math.round(50 / Math.max(one, 0.5))));
  const milliseconds: number[] = [];
  while (milliseconds.length < 1 || (performance.now() < end && milliseconds.length < 200)) {
    milliseconds.push((await advance(iterations)) / iterations);
  }
  yield { milliseconds, iterations };
}
