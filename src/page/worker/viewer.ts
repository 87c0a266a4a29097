import type { Device } from '../../device/index.ts';
import { type AnyProblem, type Environment, isDeferred, type Problem } from '../../environment/environment.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../metrics/exact.ts';
import { tabulate } from '../../metrics/tabulate.ts';
import type { ExactTarget } from '../../metrics/target.ts';
import type { Learner } from '../../objective/index.ts';
import { averagedLearner } from '../../train/averaged-learner.ts';
import { createEvaluator, evaluateExactly, type Metrics } from '../../train/index.ts';
import { nextTask } from '../../train/next-task.ts';
import type { StateView } from '../protocol.ts';
import { viewState } from './state-view.ts';

/** A policy as of one moment. */
export interface PolicyView {
  readonly metrics: Metrics;
  /** If objects can be enumerated: the learnt probability of each, by object number. */
  readonly learnt?: Float64Array;
  /** Its logits: from a table if states can be enumerated, otherwise computed on the device. */
  readonly logitsOf: PolicyLogits;
  /**
   * Its view of a state, if states can be enumerated. Answers questions asked before the next observation starts.
   * @throws Error if the row is no state
   */
  readonly ofState?: (row: readonly number[], step: number) => Promise<StateView>;
}

export interface Viewer {
  /**
   * Observes the current policy, whatever is trained before the view is ready. Views are made one after another:
   * request the next when the last is there.
   */
  view(): Promise<PolicyView>;
  /** A perfect sampler's metrics; absent if objects cannot be enumerated. */
  readonly target?: ExactTarget;
}

/** The longest time that an observation blocks the thread, in milliseconds, up to a chunk of states. */
const longest = 25;

/** On a GPU each answer waits behind the current iterations, and all answers requested at once come together. */
const chunksAhead = 32;

export interface ViewerOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
  /** The learner in training. */
  readonly learner: Learner;
  /** Another learner of the same run, whose networks become copies. */
  readonly copy: Learner;
  readonly seed: number;
  /** Trajectories sampled for metrics if objects cannot be enumerated. */
  readonly trajectories: number;
}

/**
 * Observes a policy during training. Its parameters are copied on the device first, so that a view shows one moment
 * while training continues without waiting: read-backs queue behind the device's other work. The run's random numbers
 * are not used: exact metrics need none, and sampled ones have their own stream.
 */
export async function createViewer(options: ViewerOptions): Promise<Viewer> {
  const { device, problem, learner, copy, seed, trajectories } = options;
  const { refresh } = averagedLearner(device, learner, copy);
  const evaluator = await createEvaluator(device, problem, copy, { seed, trajectories });
  const { target, logitsOf, backwardLogitsOf, evaluate, logPartition } = evaluator;
  if (target === undefined || isDeferred(problem)) {
    return {
      async view() {
        await refresh();
        return { ...(await evaluate()), logitsOf };
      },
    };
  }
  const { environment }: Problem = problem;
  return {
    target,
    async view() {
      await refresh();
      const yielding = yieldingFrom(performance.now());
      const table = await tabulate(environment, yielding(logitsOf), {
        ahead: device.kind === 'webgpu' ? chunksAhead : 1,
      });
      const { metrics, distributions } = await evaluateExactly(
        environment,
        yielding(table),
        target,
        backwardLogitsOf && yielding(backwardLogitsOf),
      );
      return {
        metrics: { ...metrics, ...(await logPartition()) },
        learnt: distributions.learnt,
        logitsOf: table,
        async ofState(row, step) {
          const { visited, probability } = await exactTerminalDistribution(environment, table);
          const few = backwardLogitsOf && inTurns(environment, backwardLogitsOf);
          const policy = { step, logitsOf: table, backwardLogitsOf: few, visited, probability };
          return viewState(problem, target, policy, row);
        },
      };
    },
  };
}

/** Lets the thread's other tasks run before an answer, if they have been waiting since `begun`. */
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

/** States in a plan for few: the neighbours of a state. */
const fewStates = 32;

/** Splits any number of states into batches of the plan's size. */
function inTurns({ stateSize, backwardActionCount }: Environment, logitsOf: PolicyLogits): PolicyLogits {
  return async (states, count) => {
    const logits = new Float32Array(count * backwardActionCount);
    for (let start = 0; start < count; start += fewStates) {
      const rows = states.slice(start * stateSize, (start + fewStates) * stateSize);
      const asked = new Int32Array(fewStates * stateSize);
      // Unused rows hold a state whose results are ignored.
      for (let row = 0; row < fewStates; row++) asked.set(states.subarray(0, stateSize), row * stateSize);
      asked.set(rows);
      const some = await logitsOf(asked, fewStates);
      const wanted = Math.min(fewStates, count - start) * backwardActionCount;
      logits.set(some.subarray(0, wanted), start * backwardActionCount);
    }
    return logits;
  };
}
