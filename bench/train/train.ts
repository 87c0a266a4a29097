import { readFile } from 'node:fs/promises';
import type { Device } from '../../src/device/index.ts';
import { type AnyProblem, isDeferred, type Problem } from '../../src/environment/environment.ts';
import { createObjective, randomStreams } from '../../src/objective/index.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { createTrainer, type Trainer } from '../../src/train/index.ts';
import { prepareSampling } from '../../src/train/iteration.ts';
import type { Mark, TimedRun } from './problems.ts';

export interface TrainTask extends TimedRun {
  /** The file of the environment's scores, if it has any. */
  readonly scores?: string;
  /** The same as rewards, one float32 for each object, for other libraries. */
  readonly rewards?: string;
  /** A file that the problem reads, and other libraries too. */
  readonly file?: string;
}

/** Results of one engine's process, one JSON line each. */
export type TrainRecord =
  | { readonly engine: string /** Until the first iteration was done. */; readonly firstSeconds: number }
  | {
      /** The mark's `at`, and where timing really began: slow engines do not finish warming up. */
      readonly at: number;
      readonly begun: number;
      /** Of an iteration, one for each window. */
      readonly milliseconds: readonly number[];
      /** The same of all threads' processor time. */
      readonly processorMilliseconds?: readonly number[];
      /** Steps of a trajectory, on average over the windows or around them. */
      readonly meanLength: number;
      readonly loss?: number;
    }
  | { readonly at: number; readonly skipped: number };

/** Trains, and times for about `seconds` at each mark. */
export async function* timeTraining(device: Device, problem: TrainTask, seconds: number): AsyncGenerator<TrainRecord> {
  const start = performance.now();
  const { objective, objectiveOptions, trainingOptions, batch, marks } = problem;
  const made = await anyProblemOf(problem);
  const trainer = await createTrainer({
    ...trainingOptions,
    device,
    problem: made,
    objective: await createObjective(objective, objectiveOptions),
    steps: 2 ** 31 - 1,
    batch,
    seed: 1,
  });
  const advance = async (iterations: number) => {
    await trainer.iteration.run(iterations);
    await device.finish();
  };
  await advance(1);
  yield { engine: `${device.kind}: ${device.description}`, firstSeconds: (performance.now() - start) / 1000 };
  // What only the benchmark wants is made behind the first iteration.
  const lengths = await lengthSampler(device, made, trainer, problem);
  let done = 1;
  for (const [i, mark] of marks.entries()) {
    done += await warmUp(advance, mark.at - done, seconds);
    if (i > 0 && done < mark.at) {
      yield { at: mark.at, skipped: done };
      return;
    }
    const begun = done;
    const before = await lengths();
    const { milliseconds, processorMilliseconds } = await timeWindows(advance, mark, seconds);
    done += milliseconds.length * mark.iterations;
    const { loss } = await trainer.iteration.diagnostics();
    const meanLength = (before + (await lengths())) / 2;
    const times = { milliseconds, processorMilliseconds };
    yield { at: mark.at, begun, ...times, meanLength, ...(loss === undefined ? {} : { loss }) };
  }
}

/** Trains untimed, for at most ten times the timed duration. Returns the number of iterations. */
async function warmUp(advance: (iterations: number) => Promise<void>, iterations: number, seconds: number) {
  const end = performance.now() + 10_000 * seconds;
  let done = 0;
  while (done < iterations && performance.now() < end) {
    const piece = Math.min(10, iterations - done);
    await advance(piece);
    done += piece;
  }
  return done;
}

async function timeWindows(
  advance: (iterations: number) => Promise<void>,
  { windows, iterations }: Mark,
  seconds: number,
) {
  const [milliseconds, processorMilliseconds]: [number[], number[]] = [[], []];
  const end = performance.now() + 1000 * seconds;
  while (milliseconds.length < windows && (milliseconds.length < 3 || performance.now() < end)) {
    const begun = performance.now();
    const used = process.cpuUsage();
    await advance(iterations);
    milliseconds.push((performance.now() - begun) / iterations);
    const { user, system } = process.cpuUsage(used);
    processorMilliseconds.push((user + system) / 1000 / iterations);
  }
  return { milliseconds, processorMilliseconds };
}

/**
 * Returns a function for the mean length of trajectories sampled as in training, with its own plan. Exploration stays
 * where it starts.
 */
async function lengthSampler(
  device: Device,
  problem: AnyProblem,
  { learner }: Trainer,
  { batch, trainingOptions }: TimedRun,
) {
  const { start = 0, temperature = 1 } = trainingOptions?.exploration ?? {};
  const sampling = await prepareSampling(device, {
    ...{ problem, batch, seed: 2, stream: randomStreams.evaluation },
    policy: learner.networks[0],
    exploration: { start, end: start, iterations: 1, temperature },
  });
  return async () => {
    let sum = 0;
    // Rewards that take time would take most of it.
    const batches = isDeferred(problem) ? 1 : Math.max(1, Math.floor(256 / batch));
    for (let i = 0; i < batches; i++) {
      const { lengths } = await sampling.next();
      for (const length of Array.from(lengths)) sum += length;
    }
    return sum / (batches * batch);
  };
}

/** The library's problem to time. */
export function anyProblemOf({ problem, problemOptions, scores, file = scores }: TrainTask): Promise<AnyProblem> {
  return findProblem(problem).create(problemOptions, file === undefined ? undefined : () => readFile(file));
}

/** The same if its rewards are functions. */
export async function problemOf(task: TrainTask): Promise<Problem> {
  const problem = await anyProblemOf(task);
  if (isDeferred(problem)) throw new Error(`${task.problem} has rewards that take time: its speed would be theirs.`);
  return problem;
}
