import type { ReferenceKernel } from '../../src/plan/kernel.ts';

/** The first window: a row for each trajectory. */
export const beginRows: ReferenceKernel<'beginRows'> = ({ attributes: { batch }, writes }, context) => {
  const [window, total, time, trajectory, gridIndex, rowOfGrid] = writes.map((write) => context.array(write));
  window.set([0, batch]);
  total.set([0, batch]);
  time[0] = 0;
  rowOfGrid.fill(-1);
  for (let b = 0; b < batch; b++) {
    trajectory[b] = b;
    gridIndex[b] = b;
    rowOfGrid[b] = b;
  }
};

/** The next window, with a row for each trajectory that is still active, in the order of the batch. */
export const nextRows: ReferenceKernel<'nextRows'> = (
  { attributes: { batch, steps }, inputs: [active], writes },
  context,
) => {
  const [window, total, time, trajectory, gridIndex, rowOfGrid] = writes.map((write) => context.array(write));
  const isActive = context.array(active);
  const start = window[0] + window[1];
  const now = time[0] + 1;
  let count = 0;
  for (let b = 0; b < batch && now < steps; b++) {
    if (isActive[b] === 0) continue;
    const row = start + count++;
    trajectory[row] = b;
    gridIndex[row] = now * batch + b;
    rowOfGrid[now * batch + b] = row;
  }
  window.set([start, count]);
  total.set([0, start + count]);
  time[0] = now;
};
