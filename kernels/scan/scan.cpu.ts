import type { CpuKernel } from '../../src/plan/kernel.ts';
import { splitAt } from '../../src/tape/index.ts';
import { cacheLine, movedNumber } from '../rows.cpu.ts';

export const scan: CpuKernel<'scan'> = ({ attributes: { decay, reverse }, inputs: [x], outputs: [y] }, context) => {
  const { length: time, inner } = splitAt(x.shape, 0);
  const px = context.pointer(x);
  const py = context.pointer(y);
  const cut = { work: movedNumber * time, multiple: cacheLine };
  const run = context.parallel('scan', [time, inner, px, py, decay, reverse ? 1 : 0], cut);
  return () => run(0, inner);
};
