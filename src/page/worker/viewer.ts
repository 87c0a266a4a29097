import type { Device } from '../../device/index.ts';
import { type AnyTask, isDeferred, type Task } from '../../environment/environment.ts';
import type { PolicyLogits } from '../../metrics/exact.ts';
import { tabulate } from '../../metrics/tabulate.ts';
import type { ExactTarget } from '../../metrics/target.ts';
import type { Learner } from '../../objective/index.ts';
import { averagedLearner } from '../../train/averaged-learner.ts';
import { createEvaluator, evaluateExactly, type Metrics } from '../../train/index.ts';
import { nextTask } from './next-task.ts';

/** A policy as it was at one moment. */
export interface PolicyView {
  readonly metrics: Metrics;
  /** Of objects that can be enumerated: with what probability it ends at each, by object number. */
  readonly learnt?: Float64Array;
  /** Its logits: of states that can be enumerated out of a table, otherwise run on the device. */
  readonly logitsOf: PolicyLogits;
  /** Of enumerated states: the logits of its backward policy, where that is learnt. */
  readonly backwardLogitsOf?: PolicyLogits;
}

export interface Viewer {
  /**
   * Looks at the policy as it is when this is called, whatever is trained until the view is ready. Views are made one
   * after the other: the next is asked for when the last is there.
   */
  look(): Promise<PolicyView>;
  /** What a perfect sampler would do; absent where objects cannot be enumerated. */
  readonly target?: ExactTarget;
}

/** The longest that looking keeps the thread from other tasks, in milliseconds, give or take a chunk of states. */
const longest = 25;

export interface ViewerOptions {
  readonly device: Device;
  readonly task: AnyTask;
  /** The learner that is trained. */
  readonly learner: Learner;
  /** Another of the same run, whose networks become copies. */
  readonly copy: Learner;
  readonly seed: number;
  /** Trajectories sampled for figures where objects cannot be enumerated. */
  readonly trajectories: number;
}

/**
 * Looks at a policy while it is trained. Its parameters are copied on the device first, so that a view is of one moment
 * though training goes on, and training is never waited with: reading numbers back takes its turn behind what the device
 * has been told to do. Random numbers of the run are not touched: exact figures need none, and sampled ones have a
 * stream of their own.
 */
export async function createViewer(options: ViewerOptions): Promise<Viewer> {
  const { device, task, learner, copy, seed, trajectories } = options;
  const { refresh } = averagedLearner(device, learner, copy);
  const evaluator = await createEvaluator(device, task, copy, { seed, trajectories });
  const { target, logitsOf, evaluate, logPartition } = evaluator;
  if (target === undefined || isDeferred(task)) {
    return {
      async look() {
        await refresh();
        return { ...(await evaluate()), logitsOf };
      },
    };
  }
  const { environment }: Task = task;
  return {
    target,
    async look() {
      await refresh();
      const yielding = yieldingFrom(performance.now());
      const table = await tabulate(environment, yielding(logitsOf));
      const { metrics, distributions } = await evaluateExactly(environment, yielding(table), target);
      return { metrics: { ...metrics, ...(await logPartition()) }, learnt: distributions.learnt, logitsOf: table };
    },
  };
}

/** Lets other tasks of the thread run ahead of an answer, where they have been kept waiting since `begun`. */
function yieldingFrom(begun: number): (logitsOf: PolicyLogits) => PolicyLogits {
  let last = begun;
  return (logitsOf) => async (states, count) => {
    if (performance.now() - last > longest) {
      await nextTask();
      last = performance.now();
    }
    return logitsOf(states, count);
  };
}
