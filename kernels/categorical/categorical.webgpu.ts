import type { CategoricalStatistic } from '../../src/ops/index.ts';
import type { Launch, WebgpuContext, WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { gridOfLanes, lanesFor } from '../lanes.webgpu.ts';
import lanesSource from '../lanes.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import categoricalSource from './categorical.wgsl';
import gradientSource from './categorical-gradient.wgsl';
import logSoftmaxSource from './log-softmax.wgsl';
import logSoftmaxGradientSource from './log-softmax-gradient.wgsl';
import policySource from './policy.wgsl';

interface RowKernel {
  readonly label: string;
  readonly source: string;
  readonly constants?: Readonly<Record<string, number>>;
  readonly bindings: readonly Operand[];
  /** The operand with the rows [N, A]. */
  readonly logits: Operand;
  /** The operand whose rows are written. */
  readonly rows: Operand;
}

function byRow({ label, source, constants, bindings, logits, rows }: RowKernel, context: WebgpuContext): Launch[] {
  const actions = logits.shape[1];
  const max = maxRows(rows);
  if (max === 0) return [];
  const lanes = lanesFor(max, actions, context);
  return [
    {
      label,
      source: lanesSource + source,
      constants: { LANES: lanes, ACTIONS: actions, ...constants },
      bindings,
      rows,
      workgroups: gridOfLanes(max, lanes, context),
    },
  ];
}

/** WGSL for a function that reads an optional buffer. */
function reading(name: string, binding: number | undefined, otherwise: string): string {
  if (binding === undefined) return `fn ${name}(place: u32) -> f32 { return ${otherwise}; }\n`;
  return (
    `@group(0) @binding(${binding}) var<storage, read_write> ${name}s: array<f32>;\n` +
    `fn ${name}(place: u32) -> f32 { return ${name}s[place]; }\n`
  );
}

const withoutOld = reading('old_logit', undefined, 'logits[place]');

export const logSoftmax: WebgpuKernel<'logSoftmax'> = ({ inputs: [logits, mask], outputs: [y] }, context) => {
  const source = withoutOld + logSoftmaxSource + policySource;
  return byRow({ label: 'logSoftmax', source, bindings: [logits, mask, y], logits, rows: y }, context);
};

export const logSoftmaxGradient: WebgpuKernel<'logSoftmaxGradient'> = (
  { inputs: [y, mask, dy], outputs: [dlogits] },
  context,
) => {
  const bindings = [y, mask, dy, dlogits];
  const source = logSoftmaxGradientSource;
  return byRow({ label: 'logSoftmaxGradient', source, bindings, logits: y, rows: dlogits }, context);
};

export const categorical: WebgpuKernel<'categorical'> = (
  { attributes: { old }, inputs: [logits, mask, action, oldLogits], outputs },
  context,
) => {
  const source = (old ? reading('old_logit', 6, '') : withoutOld) + categoricalSource + policySource;
  const bindings = [logits, mask, action, ...outputs, ...(old ? [oldLogits] : [])];
  const constants = { OLD: Number(old) };
  return byRow({ label: 'categorical', source, constants, bindings, logits, rows: outputs[0] }, context);
};

const statisticNumbers: Readonly<Record<CategoricalStatistic, number>> = {
  logProbability: 1,
  entropy: 2,
  divergence: 3,
};

/** Old logits are bound only for a divergence, and a second cotangent only if there is one. */
export const categoricalGradient: WebgpuKernel<'categoricalGradient'> = (
  { attributes: { old, which }, inputs, outputs: [dlogits] },
  context,
) => {
  const [logits, mask, action] = inputs;
  const [first, second] = inputs.slice(old ? 4 : 3);
  const bindings = [logits, mask, action, first, dlogits];
  const readsOld = old && which.includes('divergence');
  const oldText = readsOld ? reading('old_logit', bindings.push(inputs[3]) - 1, '') : withoutOld;
  const secondText = reading('second_cotangent', second && bindings.push(second) - 1, '0.0f');
  const source = oldText + secondText + gradientSource + policySource;
  const constants = {
    FIRST: statisticNumbers[which[0]],
    SECOND: second ? statisticNumbers[which[1]] : 0,
  };
  return byRow({ label: 'categoricalGradient', source, constants, bindings, logits, rows: dlogits }, context);
};
