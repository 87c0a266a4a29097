import type { Environment } from '../../src/environment/environment.ts';
import type { EntPpoOptions } from '../../src/objective/index.ts';
import { type Batch, rowsOf } from '../rollout/batch.ts';
import { adamStep, backward, forward, inputOf, outputOf, type PlainAdam, type PlainNetwork } from './plain-network.ts';

/**
 * One iteration of Ent-PPO (Zykova-Myzina et al. 2026, Algorithm 2, as its reference implementation has it) written
 * down once more: loops over trajectories and steps, float64, derivatives by hand.
 */

/** A step of a sampled trajectory. */
export interface PlainStep {
  readonly input: readonly number[];
  readonly allowed: readonly boolean[];
  readonly action: number;
  readonly oldLogits: readonly number[];
  /** log P_B of the step, plus log R(x) where it ends the trajectory. */
  readonly reward: number;
}

export interface PlainTrainable {
  readonly network: PlainNetwork;
  readonly adam: PlainAdam;
}

export interface PlainDiagnostics {
  readonly loss: number;
  readonly meanRatio: number;
  readonly maxRatio: number;
  readonly clipFraction?: number;
  readonly meanDivergence: number;
  readonly meanSoftReturn: number;
}

/** The trajectories of a batch, one behind the other. */
export function plainTrajectories(environment: Environment, batch: Batch): PlainStep[][] {
  const part = (numbers: readonly number[], row: number) => {
    const width = numbers.length / batch.rows;
    return numbers.slice(row * width, (row + 1) * width);
  };
  return Array.from({ length: batch.batch }, (_, b) =>
    rowsOf(batch, b).map((row) => ({
      input: inputOf(environment, part(batch.observation, row)),
      allowed: part(batch.mask, row).map((bit) => bit !== 0),
      action: batch.action[row],
      oldLogits: part(batch.logits, row),
      reward: batch.logBackward[row] + batch.logReward[row],
    })),
  );
}

/** log pi of the allowed actions; 0 at the others, which take no part. */
export function logPolicy(logits: readonly number[], allowed: readonly boolean[]): number[] {
  const largest = Math.max(...logits.filter((_, a) => allowed[a]));
  let total = 0;
  logits.forEach((logit, a) => {
    if (allowed[a]) total += Math.exp(logit - largest);
  });
  return logits.map((logit, a) => (allowed[a] ? logit - largest - Math.log(total) : 0));
}

/** A literal of a formula, as the tape of float32 holds it. */
const literal = Math.fround;

export function plainIteration(
  policy: PlainTrainable,
  value: PlainTrainable,
  trajectories: readonly PlainStep[][],
  options: EntPpoOptions,
  horizon: number,
): PlainDiagnostics {
  const oldLogPolicy = trajectories.map((steps) => steps.map((step) => logPolicy(step.oldLogits, step.allowed)));
  // Eq. 9: the reward of the step, less the log-probability under the policy that sampled.
  const returns = trajectories.map((steps, b) => steps.map((step, t) => step.reward - oldLogPolicy[b][t][step.action]));
  const valuesOf = (steps: readonly PlainStep[]) => steps.map((step) => outputOf(value.network, step.input)[0]);
  const advantages = trajectories.map((steps, b) => advantagesOf(returns[b], valuesOf(steps), options.lambda));

  let diagnostics: PlainDiagnostics | undefined;
  for (let k = 0; k < options.policyUpdates; k++) {
    const { gradient, ...rest } = policyGradient(policy.network, trajectories, oldLogPolicy, advantages, options);
    adamStep(policy.network, policy.adam, gradient, literal(options.learningRate));
    const total = returns.flat().reduce((a, b) => a + b, 0);
    diagnostics = { ...rest, meanSoftReturn: total * literal(1 / trajectories.length) };
  }

  const targetsOf = (b: number) => {
    const values = valuesOf(trajectories[b]);
    return advantagesOf(returns[b], values, options.lambda).map((advantage, t) => advantage + values[t]);
  };
  const frozen = trajectories.map((_, b) => targetsOf(b));
  for (let epoch = 0; epoch < options.valueEpochs; epoch++) {
    for (const chunk of chunksOf(trajectories.length, options.valueChunks)) {
      const targets = chunk.map((b) => (options.frozenTargets ? frozen[b] : targetsOf(b)));
      const steps = chunk.map((b) => trajectories[b]);
      const gradient = valueGradient(value.network, steps, targets, horizon).gradient;
      adamStep(value.network, value.adam, gradient, literal(options.valueLearningRate));
    }
  }
  return diagnostics as PlainDiagnostics;
}

/** Eq. 13 with eq. 12, from the last step to the first; behind the last step the value is 0. */
export function advantagesOf(returns: readonly number[], values: readonly number[], lambda: number): number[] {
  const result = new Array<number>(returns.length).fill(0);
  let next = { value: 0, advantage: 0 };
  for (let t = returns.length - 1; t >= 0; t--) {
    const residual = returns[t] + next.value - values[t];
    result[t] = residual + lambda * next.advantage;
    next = { value: values[t], advantage: result[t] };
  }
  return result;
}

/** Trajectory numbers in order, cut into contiguous chunks whose sizes differ by one at most. */
function chunksOf(batch: number, chunks: number): number[][] {
  const bound = (i: number) => Math.floor((i * batch) / chunks);
  return Array.from({ length: chunks }, (_, i) =>
    Array.from({ length: bound(i + 1) - bound(i) }, (_, k) => bound(i) + k),
  );
}

/** Eq. 20, negated, and its derivative. */
export function policyGradient(
  network: PlainNetwork,
  trajectories: readonly PlainStep[][],
  oldLogPolicy: readonly number[][][],
  advantages: readonly number[][],
  { clipRange, withoutClipping, withoutDivergence }: EntPpoOptions,
): { gradient: Float64Array } & Omit<PlainDiagnostics, 'meanSoftReturn'> {
  const gradient = new Float64Array(network.values.length);
  const factor = literal(-1 / trajectories.length);
  const [low, high] = [literal(1 - clipRange), literal(1 + clipRange)];
  const ratios: number[] = [];
  const divergences: number[] = [];
  let gain = 0;
  trajectories.forEach((steps, b) => {
    steps.forEach(({ input, allowed, action }, t) => {
      const activations = forward(network, input);
      const logPi = logPolicy(activations[activations.length - 1], allowed);
      const logOld = oldLogPolicy[b][t];
      const advantage = advantages[b][t];
      const ratio = Math.exp(logPi[action] - logOld[action]);
      const clipped = Math.min(Math.max(ratio, low), high);
      const surrogate = withoutClipping ? ratio * advantage : Math.min(ratio * advantage, clipped * advantage);
      const flows = withoutClipping || ratio * advantage <= clipped * advantage;
      const divergence = logPi.reduce((sum, l, a) => (allowed[a] ? sum + Math.exp(l) * (l - logOld[a]) : sum), 0);
      gain += surrogate - (withoutDivergence ? 0 : divergence);
      ratios.push(ratio);
      divergences.push(divergence);
      const outputGradient = logPi.map((l, a) => {
        if (!allowed[a]) return 0;
        const p = Math.exp(l);
        const fromRatio = flows ? ratio * advantage * ((a === action ? 1 : 0) - p) : 0;
        const fromDivergence = withoutDivergence ? 0 : p * (l - logOld[a] - divergence);
        return factor * (fromRatio - fromDivergence);
      });
      backward(network, activations, outputGradient, gradient);
    });
  });
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return {
    gradient,
    loss: factor * gain,
    meanRatio: mean(ratios),
    maxRatio: Math.max(...ratios),
    meanDivergence: mean(divergences),
    ...(withoutClipping ? {} : { clipFraction: mean(ratios.map((ratio) => (ratio < low || ratio > high ? 1 : 0))) }),
  };
}

/** Mean over all trajectories and all steps of the horizon of (V - y)^2, and its derivative; y is a number. */
export function valueGradient(
  network: PlainNetwork,
  trajectories: readonly (readonly PlainStep[])[],
  targets: readonly number[][],
  horizon: number,
): { gradient: Float64Array; loss: number } {
  const gradient = new Float64Array(network.values.length);
  const factor = literal(1 / (trajectories.length * horizon));
  let loss = 0;
  trajectories.forEach((steps, b) => {
    steps.forEach(({ input }, t) => {
      const activations = forward(network, input);
      const off = activations[activations.length - 1][0] - targets[b][t];
      loss += factor * off * off;
      backward(network, activations, [2 * factor * off], gradient);
    });
  });
  return { gradient, loss };
}
