import type { Device } from '../../device/index.ts';
import { type AnyProblem, type Environment, isDeferred, type Problem } from '../../environment/environment.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../metrics/exact.ts';
import { tabulate } from '../../metrics/tabulate.ts';
import type { ExactTarget } from '../../metrics/target.ts';
import type { Learner } from '../../objective/index.ts';
import { averagedLearner } from '../../train/averaged-learner.ts';
import { evaluateAtStates } from '../../train/evaluate-at-states.ts';
import { createEvaluator, evaluateExactly, type Metrics } from '../../train/index.ts';
import { nextTask } from '../../train/next-task.ts';
import type { StateView } from '../protocol.ts';
import { viewState } from './state-view.ts';

/** A policy as it was at one moment. */
export interface PolicyView {
  readonly metrics: Metrics;
  /** Of objects that can be enumerated: with what probability it ends at each, by object number. */
  readonly learnt?: Float64Array;
  /** Its logits: of states that can be enumerated out of a table, otherwise run on the device. */
  readonly logitsOf: PolicyLogits;
  /**
   * What it thinks of a state, where states can be enumerated. Answers what is asked before the next look begins.
   * @throws Error where the row is no state
   */
  readonly ofState?: (row: readonly number[], step: number) => Promise<StateView>;
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

/** The longest that looking keeps the thread from other problems, in milliseconds, give or take a chunk of states. */
const longest = 25;

/** On a GPU each answer comes behind the iterations under way, and all that are asked for at once come together. */
const chunksAhead = 32;

export interface ViewerOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
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
  const { device, problem, learner, copy, seed, trajectories } = options;
  const { refresh } = averagedLearner(device, learner, copy);
  const evaluator = await createEvaluator(device, problem, copy, { seed, trajectories });
  const { target, logitsOf, evaluate, logPartition } = evaluator;
  if (target === undefined || isDeferred(problem)) {
    return {
      async look() {
        await refresh();
        return { ...(await evaluate()), logitsOf };
      },
    };
  }
  const { environment }: Problem = problem;
  const { backwardLogits } = copy;
  const backwardLogitsOf =
    backwardLogits && inTurns(environment, evaluateAtStates(device, environment, backwardLogits));
  return {
    target,
    async look() {
      await refresh();
      const yielding = yieldingFrom(performance.now());
      const table = await tabulate(environment, yielding(logitsOf), {
        ahead: device.kind === 'webgpu' ? chunksAhead : 1,
      });
      const { metrics, distributions } = await evaluateExactly(environment, yielding(table), target);
      return {
        metrics: { ...metrics, ...(await logPartition()) },
        learnt: distributions.learnt,
        logitsOf: table,
        async ofState(row, step) {
          const { visited, probability } = await exactTerminalDistribution(environment, table);
          const backward = backwardLogitsOf ? { backwardLogitsOf } : {};
          return viewState(problem, target, { step, logitsOf: table, ...backward, visited, probability }, row);
        },
      };
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

/** States that one run of a plan works on where a few are asked for: neighbours of a state. */
const fewStates = 32;

/** Asks for any number of states as so many at a time as one plan is made for. */
function inTurns({ stateSize, backwardActionCount }: Environment, logitsOf: PolicyLogits): PolicyLogits {
  return async (states, count) => {
    const logits = new Float32Array(count * backwardActionCount);
    for (let start = 0; start < count; start += fewStates) {
      const rows = states.slice(start * stateSize, (start + fewStates) * stateSize);
      const asked = new Int32Array(fewStates * stateSize);
      // Places that are left over hold a state that is not looked at.
      for (let row = 0; row < fewStates; row++) asked.set(states.subarray(0, stateSize), row * stateSize);
      asked.set(rows);
      const some = await logitsOf(asked, fewStates);
      const wanted = Math.min(fewStates, count - start) * backwardActionCount;
      logits.set(some.subarray(0, wanted), start * backwardActionCount);
    }
    return logits;
  };
}
