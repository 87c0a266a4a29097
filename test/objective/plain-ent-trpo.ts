import type { EntTrpoOptions } from '../../src/objective/index.ts';
import { plainConjugateGradient } from '../nn/plain-linear.ts';
import { advantagesOf, logPolicy, type PlainStep, type PlainTrainable, valueGradient } from './plain-ent-ppo.ts';
import { adamStep, backward, forward, outputOf, type PlainAdam, type PlainNetwork } from './plain-network.ts';

/**
 * One iteration of Ent-TRPO written down once more, as costs to be minimised, in float64: loops over trajectories and
 * steps, the Fisher matrix in full.
 */

/** A literal of a formula, as the tape of float32 holds it. */
const literal = Math.fround;

export interface PlainLogPartition {
  /** Its first number is log Z. */
  readonly values: Float64Array;
  readonly adam: PlainAdam;
}

export interface PlainEntTrpoDiagnostics {
  readonly loss: number;
  readonly trajectoryDivergence: number;
  readonly stepShare: number;
  readonly meanSoftReturn: number;
}

/** What a policy costs on trajectories of another, and how far it is from that. */
export interface PlainPoint {
  /** The mean over trajectories of the sum over steps of ratio times cost advantage. */
  readonly surrogate: number;
  /** The mean over trajectories of the sum over steps of KL(old || new). */
  readonly divergence: number;
}

export function plainEntTrpo(
  policy: PlainNetwork,
  value: PlainTrainable,
  logPartition: PlainLogPartition,
  trajectories: readonly PlainStep[][],
  options: EntTrpoOptions,
): PlainEntTrpoDiagnostics {
  const costs = costsOf(trajectories, logPartition.values[0]);
  // The value network holds minus the cost to go.
  const costValues = trajectories.map((steps) => steps.map(({ input }) => -outputOf(value.network, input)[0]));
  const advantages = trajectories.map((_, b) => advantagesOf(costs[b], costValues[b], options.lambda));
  const targets = advantages.map((each, b) => each.map((advantage, t) => -(advantage + costValues[b][t])));
  const diagnostics = plainTrustRegion(policy, trajectories, centred(advantages), options);

  const batch = trajectories.length;
  for (let epoch = 0; epoch < options.valueEpochs; epoch++) {
    for (let chunk = 0; chunk < options.valueChunks; chunk++) {
      const bounds = [chunk, chunk + 1].map((k) => Math.floor((k * batch) / options.valueChunks));
      const [steps, wanted] = [trajectories.slice(...bounds), targets.slice(...bounds)];
      const { gradient } = valueGradient(value.network, steps, wanted, steps.flat().length / steps.length);
      adamStep(value.network, value.adam, gradient, literal(options.valueLearningRate));
    }
  }
  const total = costs.flat().reduce((a, b) => a + b, 0);
  const slope = logPartition.values.map((_, i) => (i === 0 ? total / batch : 0));
  const before = logPartition.values[0];
  const network = { values: logPartition.values, layers: [] };
  adamStep(network, logPartition.adam, slope, literal(options.logPartitionLearningRate));
  return { ...diagnostics, meanSoftReturn: before - total / batch };
}

/** c_t: log pi - log P_B, at the last step also - log R + log Z. */
export function costsOf(trajectories: readonly PlainStep[][], logPartition: number): number[][] {
  return trajectories.map((steps) =>
    steps.map(({ oldLogits, allowed, action, reward }, t) => {
      const cost = logPolicy(oldLogits, allowed)[action] - reward;
      return t === steps.length - 1 ? cost + logPartition : cost;
    }),
  );
}

/** Less their mean over all steps of all trajectories. */
export function centred(advantages: readonly number[][]): number[][] {
  const all = advantages.flat();
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return advantages.map((each) => each.map((advantage) => advantage - mean));
}

/** Moves the network's parameters as far as the trust region allows. */
export function plainTrustRegion(
  network: PlainNetwork,
  trajectories: readonly PlainStep[][],
  advantages: readonly number[][],
  { conjugateGradientSteps, damping, maxDivergence, lineSearchSteps }: EntTrpoOptions,
): Omit<PlainEntTrpoDiagnostics, 'meanSoftReturn'> {
  const start = network.values.slice();
  const fisher = denseFisher(network, trajectories);
  const product = (v: readonly number[]) =>
    fisher.map((row, i) => row.reduce((sum, h, j) => sum + h * v[j], 0) + literal(damping) * v[i]);
  const direction = plainConjugateGradient(
    product,
    Array.from(surrogateGradient(network, trajectories, advantages)),
    conjugateGradientSteps,
  );
  const curvature = product(direction).reduce((sum, value, i) => sum + value * direction[i], 0) / 2;
  const length = Math.sqrt(literal(maxDivergence) / (curvature + literal(1e-8)));

  const before = pointAt(network, trajectories, advantages);
  for (let i = 0; i < lineSearchSteps; i++) {
    const share = 0.5 ** i;
    network.values.forEach((_, k) => {
      network.values[k] = start[k] - share * length * direction[k];
    });
    const { surrogate, divergence } = pointAt(network, trajectories, advantages);
    if (surrogate < before.surrogate && divergence <= literal(maxDivergence)) {
      return { loss: surrogate, trajectoryDivergence: divergence, stepShare: share };
    }
  }
  network.values.set(start);
  return { loss: before.surrogate, trajectoryDivergence: 0, stepShare: 0 };
}

/** @param advantages of costs */
export function pointAt(
  network: PlainNetwork,
  trajectories: readonly PlainStep[][],
  advantages: readonly number[][],
): PlainPoint {
  let surrogate = 0;
  let divergence = 0;
  trajectories.forEach((steps, b) => {
    steps.forEach(({ input, allowed, action, oldLogits }, t) => {
      const logPi = logPolicy(outputOf(network, input), allowed);
      const logOld = logPolicy(oldLogits, allowed);
      surrogate += Math.exp(logPi[action] - logOld[action]) * advantages[b][t];
      for (const [a, l] of logOld.entries()) if (allowed[a]) divergence += Math.exp(l) * (l - logPi[a]);
    });
  });
  return { surrogate: surrogate / trajectories.length, divergence: divergence / trajectories.length };
}

/** Of the surrogate at the policy that sampled, where all ratios are 1. */
function surrogateGradient(
  network: PlainNetwork,
  trajectories: readonly PlainStep[][],
  advantages: readonly number[][],
): Float64Array {
  const gradient = new Float64Array(network.values.length);
  trajectories.forEach((steps, b) => {
    steps.forEach(({ input, allowed, action }, t) => {
      const activations = forward(network, input);
      const logPi = logPolicy(activations[activations.length - 1], allowed);
      const factor = advantages[b][t] / trajectories.length;
      const slope = logPi.map((l, a) => (allowed[a] ? factor * ((a === action ? 1 : 0) - Math.exp(l)) : 0));
      backward(network, activations, slope, gradient);
    });
  });
  return gradient;
}

/** The gradient of the mean divergence KL(old || new), for differences. */
export function divergenceGradient(network: PlainNetwork, trajectories: readonly PlainStep[][]): Float64Array {
  const gradient = new Float64Array(network.values.length);
  for (const { input, allowed, oldLogits } of trajectories.flat()) {
    const activations = forward(network, input);
    const logPi = logPolicy(activations[activations.length - 1], allowed);
    const logOld = logPolicy(oldLogits, allowed);
    const slope = logPi.map((l, a) => (allowed[a] ? (Math.exp(l) - Math.exp(logOld[a])) / trajectories.length : 0));
    backward(network, activations, slope, gradient);
  }
  return gradient;
}

/** The mean over trajectories of the sum over steps of J^T (diag p - p p^T) J, number by number. */
export function denseFisher(network: PlainNetwork, trajectories: readonly PlainStep[][]): number[][] {
  const size = network.values.length;
  const fisher = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const { input, allowed } of trajectories.flat()) {
    const activations = forward(network, input);
    const logPi = logPolicy(activations[activations.length - 1], allowed);
    const p = logPi.map((l, a) => (allowed[a] ? Math.exp(l) : 0));
    const jacobian = p.map((_, a) => {
      const row = new Float64Array(size);
      backward(
        network,
        activations,
        p.map((_, other) => (other === a ? 1 : 0)),
        row,
      );
      return row;
    });
    // With the mean of the Jacobian's rows taken off, the form is sum of p_a (J_a - mean)^T (J_a - mean).
    const mean = new Float64Array(size);
    jacobian.forEach((row, a) => {
      row.forEach((value, i) => {
        mean[i] += p[a] * value;
      });
    });
    const used = Array.from(mean.keys()).filter((i) => jacobian.some((row) => row[i] !== 0));
    for (const i of used) {
      for (const j of used) {
        jacobian.forEach((row, a) => {
          fisher[i][j] += (p[a] * (row[i] - mean[i]) * (row[j] - mean[j])) / trajectories.length;
        });
      }
    }
  }
  return fisher;
}
