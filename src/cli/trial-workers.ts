import type { Context } from './context.ts';
import { asSentence, RefusedRun, UsageError } from './errors.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { ProgressDisplay } from './progress.ts';
import type { TrialOptions } from './run-trial.ts';
import type { JointProgress } from './seeds-progress.ts';
import { writeLine } from './terminal.ts';
import { TrainingError } from './training-run.ts';
import { type Failure, type FromWorker, stopSignal, type WorkerPort } from './trial-messages.ts';
import type { Trial } from './trials.ts';

export interface WorkerLaneOptions extends Omit<TrialOptions, 'path'> {
  readonly labelOf: (trial: Trial) => string;
  readonly count: number;
  /** Threads of each run. */
  readonly threads: number;
  readonly start: () => WorkerPort;
  readonly progress: JointProgress;
}

/** Lanes that have a worker each, started with the first trial that a lane makes. */
export function workerLanes(context: Context, options: WorkerLaneOptions): Lanes {
  const { count, start, progress } = options;
  const workers = new Set<WorkerPort>();
  const lane = (): Lane => {
    let worker: WorkerPort | undefined;
    return {
      async make(trial, path, isBegun) {
        worker ??= start();
        workers.add(worker);
        try {
          return await makeIn(worker, context, { ...options, trial, path, isBegun });
        } catch (error) {
          if (error instanceof WorkerEnd) {
            workers.delete(worker);
            worker = undefined;
          }
          throw error;
        }
      },
      end() {},
    };
  };
  return {
    lanes: Array.from({ length: count }, lane),
    stop() {
      for (const worker of workers) worker.send({ kind: 'interrupt', signal: stopSignal });
    },
    close() {
      progress.stop();
      for (const worker of workers) worker.end();
    },
  };
}

const errorKinds: Readonly<Record<Failure, new (message: string) => Error>> = {
  training: TrainingError,
  refused: RefusedRun,
  usage: UsageError,
  other: Error,
};

/** A worker has ended in the middle of a run: what is on the disk stays, and other runs may go well. */
class WorkerEnd extends TrainingError {}

/** Has a worker make a trial. Returns the exit code; throws as the run would have thrown here. */
function makeIn(
  worker: WorkerPort,
  { terminal }: Context,
  {
    trial,
    isBegun,
    path,
    verbose,
    threads,
    reward,
    follow,
    progress,
    labelOf,
  }: WorkerLaneOptions & { readonly trial: Trial; readonly isBegun: boolean; readonly path: string },
): Promise<number> {
  const name = labelOf(trial);
  return new Promise((resolve, reject) => {
    let display: Promise<ProgressDisplay> | undefined;
    const stopListening = terminal.onInterrupt((signal) => worker.send({ kind: 'interrupt', signal }));
    const settle = () => {
      stopListening();
      worker.listen(() => {});
    };
    const fail = (error: Error) => {
      settle();
      void display?.then((shown) => shown.stop());
      reject(
        new WorkerEnd(`Its worker ended: ${asSentence(error.message)} What was last saved is in ${path}.`, {
          cause: error,
        }),
      );
    };
    const take = (message: FromWorker) => {
      switch (message.kind) {
        case 'line':
          progress.line(name, message.text);
          break;
        case 'complaint':
          void writeLine(terminal.stderr, `${name}: ${message.text}`);
          break;
        case 'begin':
          display = progress.of(name, message.steps);
          break;
        case 'progress':
          void display?.then((shown) => shown.report(message.progress));
          break;
        case 'note':
          void display?.then((shown) => shown.note(message.text));
          break;
        case 'end':
          void display?.then((shown) => shown.stop());
          break;
        case 'done':
          settle();
          resolve(message.code);
          break;
        case 'failed': {
          settle();
          reject(new errorKinds[message.of](message.message));
        }
      }
    };
    worker.listen(take, fail);
    const tensorboard = follow?.tensorboard ?? false;
    worker.send({ kind: 'run', order: { trial, isBegun, path, verbose, threads, reward, tensorboard } });
  });
}
