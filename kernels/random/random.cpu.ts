import type { CpuKernel } from '../../src/plan/kernel.ts';
import { cacheLine, overRows } from '../rows.cpu.ts';

/** Work of a random word, and of an action's noise, two logarithms, in the unit of `Cut`. */
const wordWork = 64;
const actionWork = 192;

export const randomBits: CpuKernel<'randomBits'> = (
  { attributes: { count }, inputs: [key], outputs: [y] },
  context,
) => {
  const pkey = context.pointer(key);
  const py = context.pointer(y);
  const run = context.parallel('randomBits', [pkey, py], { work: wordWork, multiple: cacheLine, scratch: 32 });
  return () => run(0, count);
};

export const sampleAction: CpuKernel<'sampleAction'> = ({ inputs, outputs: [y] }, context) => {
  const A = inputs[0].shape[1];
  const [logits, mask, key, lane, settings] = inputs.map((operand) => context.pointer(operand));
  const py = context.pointer(y);
  const numbers = [A, logits, mask, key, lane, settings, py];
  const cut = { work: A * actionWork, multiple: cacheLine, scratch: context.wasm.sampleActionScratch(A) };
  return overRows(y, context, context.parallel('sampleAction', numbers, cut));
};
