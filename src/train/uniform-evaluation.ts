import type { Device } from '../device/device.ts';
import { type AnyProblem, isDeferred } from '../environment/environment.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import { uniformPolicy } from '../metrics/policies.ts';
import { exactTarget } from '../metrics/target.ts';
import { add, multiply, sum, toFloat } from '../ops/index.ts';
import { loadHostCompiler } from '../rows/host-compiler.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { evaluateExactly } from './evaluator.ts';
import { prepareSampledEvaluation } from './sampled-evaluation.ts';

/** How to evaluate the uniform policy if objects cannot be enumerated. */
export interface UniformEvaluationOptions {
  /** Opens the device to sample on, if objects cannot be enumerated. */
  readonly openDevice: () => Promise<Device>;
  /** Trajectories to sample then; 256 by default. */
  readonly trajectories?: number;
}

/**
 * Metrics of the policy that takes every allowed action with the same probability: exact where objects can be enumerated
 * (`evaluateExactly`), otherwise by sampling (`prepareSampledEvaluation`).
 */
export async function evaluateUniform(problem: AnyProblem, options: UniformEvaluationOptions): Promise<Metrics> {
  checkGiven('evaluateUniform', { problem }, 'problem');
  checkGiven('evaluateUniform', { options }, { openDevice: 'function' });
  const { openDevice, trajectories = 256 } = options;
  const { environment } = problem;
  const logitsOf = uniformPolicy(environment);
  if (!isDeferred(problem) && !('reason' in environment.enumeration)) {
    if (problem.reward.rows) await loadHostCompiler();
    const target = exactTarget(environment, problem.reward);
    return (await evaluateExactly(environment, logitsOf, target)).metrics;
  }
  const { actionCount } = environment;
  /** Zeros [N, A], one row for each observation. */
  const policy = (seen: Tensor) => {
    const numbers = seen.dtype === 'f32' ? seen : toFloat(seen);
    const none = multiply(sum(numbers, 1, true), 0);
    return add(none, seen.tape.constant('f32', [1, actionCount], new Float32Array(actionCount)));
  };
  const device = await openDevice();
  try {
    const options = { problem, policy, logitsOf, chunk: chunkOfStates, trajectories, seed: 0 };
    return await (await prepareSampledEvaluation(device, options))();
  } finally {
    device.destroy();
  }
}

/** States in a batch; nothing is computed from them. */
const chunkOfStates = 1024;
