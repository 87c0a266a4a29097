import type { Activation, RolloutHint } from '../../src/ops/index.ts';
import type { LoopStep } from '../../src/plan/plan.ts';
import type { KernelName, KernelStep, Operand } from '../../src/plan/step.ts';
import { sameAddress } from '../address.webgpu.ts';
import { type RolloutEnvironment, rolloutEnvironment } from './whole-rollout-environment.ts';

/** A dense layer of a policy. */
export interface Layer {
  readonly w: Operand;
  readonly b: Operand | undefined;
  readonly y: Operand;
  /** The numbers it reads from a row: features, or tokens if it is over one-hot blocks. */
  readonly inner: number;
  readonly columns: number;
  readonly activation: Activation;
  readonly oneHot: boolean;
}

/** The steps of a rollout's loop, if it is that of a perceptron in an environment that a GPU can step. */
export interface Rollout {
  readonly batch: number;
  readonly environment: RolloutEnvironment;
  readonly observation: Operand;
  readonly mask: Operand;
  readonly layers: readonly Layer[];
  /** The logits, if they are the first of several outputs. */
  readonly cut: Operand | undefined;
  readonly key: Operand;
  readonly settings: Operand;
  readonly action: Operand;
  readonly logBackward: Operand;
  readonly logReward: Operand;
  readonly objects: Operand;
  /** The writes of nextRows. */
  readonly bookkeeping: readonly Operand[];
}

/**
 * Recognises a rollout's loop; undefined for other loops, and if the body has anything that a rollout does not need.
 */
export function rolloutOf({ body, max, hint }: LoopStep): Rollout | undefined {
  if (hint?.kind !== 'rollout') return undefined;
  const programs = hint as RolloutHint;
  const steps = [...body];
  const take = <Name extends KernelName>(name: Name) =>
    steps[0]?.kernel === name ? (steps.shift() as unknown as KernelStep<Name>) : undefined;
  const same = (a: Operand, b: Operand) => sameAddress(a.address, b.address);

  const observe = take('rowProgram');
  if (observe?.attributes.program !== programs.observe) return undefined;
  const [observation, mask] = observe.outputs;
  const layers: Layer[] = [];
  for (let input = observation; ; input = layers[layers.length - 1].y) {
    const step = (layers.length === 0 && take('oneHotDense')) || take('dense');
    if (!step) break;
    const [x, w, b] = step.inputs;
    if (!same(x, input) || w.dtype !== 'f32') return undefined;
    const { activation } = step.attributes;
    const oneHot = step.kernel === 'oneHotDense';
    layers.push({ w, b, y: step.outputs[0], inner: x.shape[1], columns: w.shape[1], activation, oneHot });
  }
  if (layers.length === 0) return undefined;
  const outputs = layers[layers.length - 1].y;
  const slice = take('slice');
  if (slice && !(slice.attributes.axis === 1 && slice.attributes.start === 0 && same(slice.inputs[0], outputs))) {
    return undefined;
  }
  const sample = take('sampleAction');
  const logits = slice?.outputs[0] ?? outputs;
  if (!sample || !same(sample.inputs[0], logits) || !same(sample.inputs[1], mask)) return undefined;
  const [, , key, , settings] = sample.inputs;
  const advance = take('rowProgram');
  if (advance?.attributes.program !== programs.advance) return undefined;
  const environment = rolloutEnvironment(observe, advance);
  if (!environment || !same(advance.inputs[1], sample.outputs[0])) return undefined;
  const next = take('nextRows');
  if (!next || steps.length > 0 || next.attributes.steps !== max) return undefined;
  return {
    batch: next.attributes.batch,
    ...{ environment, observation, mask, layers, key, settings },
    cut: slice?.outputs[0],
    action: sample.outputs[0],
    logBackward: advance.outputs[0],
    logReward: advance.outputs[1],
    objects: advance.writes[0],
    bookkeeping: next.writes,
  };
}
