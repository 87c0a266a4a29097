import type { CategoricalStatistic } from '../../src/ops/index.ts';
import type { CpuKernel } from '../../src/plan/kernel.ts';
import { absent, cacheLine, overRows } from '../rows.cpu.ts';

/** Bytes for a row's intermediate results. */
const scratchBytes = 32;

/** Work for an action's exponential and what follows, in the unit of `Cut`: a nanosecond. */
const actionWork = 64;

export const logSoftmax: CpuKernel<'logSoftmax'> = ({ inputs: [logits, mask], outputs: [y] }, context) => {
  const A = y.shape[1];
  const [plogits, pmask, py] = [logits, mask, y].map((operand) => context.pointer(operand));
  return overRows(y, context, context.parallel('logSoftmax', [A, plogits, pmask, py], { work: A * actionWork }));
};

export const logSoftmaxGradient: CpuKernel<'logSoftmaxGradient'> = (
  { inputs: [y, mask, dy], outputs: [dlogits] },
  context,
) => {
  const A = y.shape[1];
  const [py, pmask, pdy, pdlogits] = [y, mask, dy, dlogits].map((operand) => context.pointer(operand));
  const numbers = [A, py, pmask, pdy, pdlogits];
  return overRows(dlogits, context, context.parallel('logSoftmaxGradient', numbers, { work: A * actionWork }));
};

export const categorical: CpuKernel<'categorical'> = (
  { attributes, inputs: [logits, mask, action, oldLogits], outputs: [logProbability, entropy, divergence] },
  context,
) => {
  const A = logits.shape[1];
  const [plogits, pmask, paction] = [logits, mask, action].map((operand) => context.pointer(operand));
  const pold = attributes.old ? context.pointer(oldLogits) : absent;
  const [plog, pentropy, pdivergence] = [logProbability, entropy, divergence].map((operand) =>
    context.pointer(operand),
  );
  const numbers = [A, plogits, pmask, paction, pold, plog, pentropy, pdivergence];
  const cut = { work: A * actionWork, multiple: cacheLine, scratch: scratchBytes };
  return overRows(logProbability, context, context.parallel('categorical', numbers, cut));
};

export const categoricalGradient: CpuKernel<'categoricalGradient'> = (
  { attributes: { old, which }, inputs, outputs: [dlogits] },
  context,
) => {
  const A = dlogits.shape[1];
  const [plogits, pmask, paction] = inputs.map((operand) => context.pointer(operand));
  const pold = old ? context.pointer(inputs[3]) : absent;
  const cotangents = inputs.slice(old ? 4 : 3);
  const pointerOf = (statistic: CategoricalStatistic) => {
    const place = which.indexOf(statistic);
    return place < 0 ? absent : context.pointer(cotangents[place]);
  };
  const d1 = pointerOf('logProbability');
  const d2 = pointerOf('entropy');
  const d3 = pointerOf('divergence');
  const pdlogits = context.pointer(dlogits);
  const numbers = [A, plogits, pmask, paction, pold, d1, d2, d3, pdlogits];
  const cut = { work: 2 * A * actionWork, scratch: scratchBytes };
  return overRows(dlogits, context, context.parallel('categoricalGradient', numbers, cut));
};
