import { conjugateGradient, dot, type Parameters, readParameters, tangent } from '../nn/index.ts';
import {
  add,
  and,
  assign,
  categorical,
  countNonFinite,
  divide,
  equal,
  exp,
  gradient,
  less,
  lessEqual,
  logSoftmax,
  mean,
  multiply,
  not,
  pack,
  pullback,
  reshape,
  select,
  slice,
  sqrt,
  subtract,
  sum,
} from '../ops/index.ts';
import { applyToStates } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { elementCount, variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { PolicyUpdate, PolicyUpdateInput } from './policy-update.ts';
import { probabilityRatio } from './surrogate.ts';

/** The settings of a trust-region step. */
export interface TrustRegionOptions {
  /** delta: the largest divergence from the sampling policy, summed over steps, averaged over trajectories. */
  readonly maxDivergence: number;
  /** Iterations of conjugate gradients, one product with the Fisher matrix each. */
  readonly conjugateGradientSteps: number;
  /** Added to the Fisher matrix's diagonal. */
  readonly damping: number;
  /** How many step lengths to try, each half of the previous one. */
  readonly lineSearchSteps: number;
}

/**
 * One step of trust-region policy optimisation (Schulman et al., "Trust Region Policy Optimization", ICML 2015,
 * appendix C; on GFlowNets Niu et al., "GFlowNet Training by Policy Gradients", ICML 2024). It lowers the surrogate
 *    L(theta) = - (1 / batch) sum of rho_t A_t,   rho_t = pi(a_t | s_t) / pi_old(a_t | s_t), where the cost of a
 *   trajectory is minus its soft return, within a divergence of delta:
 *    D(theta) = (1 / batch) sum of KL(pi_old(. | s_t) || pi(. | s_t)) <= delta, from the old policy to the new one.
 *   With H the second derivative of D (see `fisherProduct`) and x = H^-1 grad L by conjugate gradients, the step is
 *    sqrt(delta / (x^T H x / 2 + 1e-8)) x,   or all zeros if that is not finite. Of theta - step, theta - step / 2,
 *   theta - step / 4, ... it takes the first at which L is finite and strictly lower and D at most delta. If there is
 *   none, the parameters do not change. No learning rate, no Adam.
 *
 * Diagnostics: `loss` is L and `trajectoryDivergence` is D at the resulting parameters; `stepShare` is the share of the
 * full step that was taken, 0 if none; `gradientNorm` is that of L at the start.
 */
export function trustRegionUpdate(options: TrustRegionOptions): PolicyUpdate {
  checkGiven('trustRegionUpdate', { options }, 'object');
  const { maxDivergence, conjugateGradientSteps, damping, lineSearchSteps } = options;
  return (input) => {
    const { policy, trajectories } = input;
    const { parameters } = policy;
    const { mask, action, batch } = trajectories;
    const name = `${policy.network.name}/trust-region`;
    const tensors = readParameters(mask.tape, parameters);
    const start = pointAt(tensors, input);
    const slope = pack(gradient(start.surrogate, tensors), parameters.offsets, parameters.values.shape[0]);
    const fisher = fisherProduct(start.logits, mask, tensors, parameters, batch);
    const product = (v: Tensor) => (damping === 0 ? fisher(v) : add(fisher(v), multiply(v, damping)));

    const direction = conjugateGradient(product, slope, { iterations: conjugateGradientSteps, name });
    const curvature = multiply(dot(direction, product(direction)), 0.5);
    const step = multiply(sqrt(divide(maxDivergence, add(curvature, 1e-8))), direction);
    const finite = select(equal(countNonFinite(step), 0), step, 0);
    const diagnostics = lineSearch(finite, start, input, { name, maxDivergence, steps: lineSearchSteps });
    const gradientNorm = sqrt(dot(slope, slope));
    return { ...diagnostics, gradientNorm, meanEntropy: mean(categorical(trajectories.logits, mask, action).entropy) };
  };
}

/**
 * Maps v to H v, where H is the Fisher information of the policy, which is the second derivative of the mean divergence
 * D(theta) above at the policy itself: with J the Jacobian of a row's logits and p its probabilities,
 *    H = (1 / batch) sum over rows of J^T (diag p - p p^T) J (Schulman et al. 2015, appendix C.1, with the
 *   distribution's own parameters being the logits). J v comes from forward mode and J^T from reverse mode, so that
 *   neither H nor J is ever formed. Symmetric and positive semidefinite.
 *
 * @param logits [N, A], the network's output for `tensors`
 * @param mask i32 [N, A]: actions that are not allowed do not count
 * @param tensors the parameters as the network was applied to them
 * @param parameters their positions in the flat vectors; gaps between them are 0 in H v, whatever they are in v
 */
export function fisherProduct(
  logits: Tensor,
  mask: Tensor,
  tensors: readonly Tensor[],
  parameters: Parameters,
  batch: number,
): (v: Tensor) => Tensor {
  const { offsets, values } = parameters;
  const probability = select(mask, exp(logSoftmax(logits, mask)), 0);
  return (v) => {
    const moved = multiply(probability, tangent(logits, tensors, partsOf(v, parameters)));
    const centred = subtract(moved, multiply(probability, sum(moved, 1, true)));
    return pack(pullback(logits, multiply(centred, 1 / batch), tensors), offsets, values.shape[0]);
  };
}

/** The part of a flat vector for each parameter: views if the vector is a variable's contents, otherwise copies. */
function partsOf(v: Tensor, parameters: Parameters): Tensor[] {
  const { tape, source } = v;
  if (source.kind === 'variable' && source.offset === 0 && tape.versionOf(source.variable) === source.version) {
    return readParameters(tape, { ...parameters, values: source.variable });
  }
  const { network, offsets } = parameters;
  return network.parameters.map(({ shape }, i) => reshape(slice(v, 0, offsets[i], elementCount(shape)), shape));
}

/** A policy near the sampling one, with its surrogate and divergence. */
interface Point {
  readonly logits: Tensor;
  /** L and D of `trustRegionUpdate`, []. */
  readonly surrogate: Tensor;
  readonly divergence: Tensor;
}

function pointAt(
  tensors: readonly Tensor[],
  { policy, trajectories, oldLogProbability, advantage }: PolicyUpdateInput,
): Point {
  const { mask, action, logits: oldLogits, batch } = trajectories;
  const logits = applyToStates(policy.network, tensors, trajectories);
  const ratio = probabilityRatio(categorical(logits, mask, action).logProbability, oldLogProbability);
  return {
    logits,
    surrogate: multiply(sum(multiply(ratio, advantage)), -1 / batch),
    divergence: multiply(sum(categorical(oldLogits, mask, action, logits).divergence), 1 / batch),
  };
}

interface LineSearch {
  readonly name: string;
  readonly maxDivergence: number;
  readonly steps: number;
}

/**
 * Tries theta - step 2^-i and keeps the first that is acceptable. The loop ends there; a device that always runs the
 * maximum number of iterations (webgpu) then only recomputes the accepted candidate.
 */
function lineSearch(
  step: Tensor,
  start: Point,
  input: PolicyUpdateInput,
  { name, maxDivergence, steps }: LineSearch,
): Record<string, Tensor> {
  const { tape } = step;
  const { parameters } = input.policy;
  const number = (what: string) => variable(`${name}/${what}`, 'f32', [1]);
  const [share, taken, loss, divergence] = ['share', 'taken', 'loss', 'divergence'].map(number);
  const candidate = variable(`${name}/candidate`, 'f32', parameters.values.shape);
  // One row as long as the search continues.
  const window = variable(`${name}/window`, 'i32', [2]);
  const oneRow = tape.constant('i32', [2], [0, 1]);
  assign(window, oneRow);
  assign(share, tape.constant('f32', [1], [1]));
  for (const none of [taken, divergence]) assign(none, tape.constant('f32', [1], [0]));
  assign(loss, start.surrogate);

  tape.loop(`${name}/line-search`, steps, window, () => {
    const searching = slice(tape.read(window), 0, 1, 1);
    const length = tape.read(share);
    assign(candidate, subtract(tape.read(parameters.values), multiply(length, step)));
    const point = pointAt(readParameters(tape, { ...parameters, values: candidate }), input);
    const lower = and(equal(countNonFinite(point.logits), 0), less(point.surrogate, start.surrogate));
    const acceptable = and(searching, and(lower, lessEqual(point.divergence, maxDivergence)));
    const goesOn = and(searching, not(acceptable));
    assign(taken, select(acceptable, length, tape.read(taken)));
    assign(loss, select(acceptable, point.surrogate, tape.read(loss)));
    assign(divergence, select(acceptable, point.divergence, tape.read(divergence)));
    assign(share, select(goesOn, multiply(length, 0.5), length));
    assign(window, multiply(oneRow, goesOn));
  });

  const found = less(0, tape.read(taken));
  assign(parameters.values, select(found, tape.read(candidate), tape.read(parameters.values)));
  const figure = (of: typeof share) => reshape(tape.read(of), []);
  return { loss: figure(loss), trajectoryDivergence: figure(divergence), stepShare: figure(taken) };
}
