import type { ReferenceKernel } from '../../src/plan/kernel.ts';

/** Numbers the distinct rows in the order in which they first occur. */
export const distinctRows: ReferenceKernel<'distinctRows'> = ({ inputs: [x, after], outputs }, context) => {
  const [rows, [start, count]] = [context.array(x), context.array(after)];
  const [index, first, window, total] = outputs.map((operand) => context.array(operand));
  const width = x.shape.slice(1).reduce((a, b) => a * b, 1);
  const numbers = new Map<string, number>();
  const begin = context.firstRow(x);
  for (let n = begin; n < begin + context.rowCount(x); n++) {
    // As text, so that 0 and -0 differ as their bits do.
    const text = Array.from(rows.slice(n * width, (n + 1) * width), (value) => (Object.is(value, -0) ? '-0' : value));
    const known = numbers.get(text.join());
    index[n] = known ?? start + count + numbers.size;
    if (known !== undefined) continue;
    first[index[n]] = n;
    numbers.set(text.join(), index[n]);
  }
  window.set([start + count, numbers.size]);
  total.set([0, start + count + numbers.size]);
};
