import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import prefixSum from '../prefix-sum.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import lowerBound from '../sort/lower-bound.wgsl';
import { sortedFrom, sorting } from '../sort/sort.webgpu.ts';
import { gridOver, scanSize } from '../workgroups.ts';
import source from './distinct-rows.wgsl';
import findSource from './find-like.wgsl';
import hashSource from './hash-rows.wgsl';

/** One launch for few rows; many are sorted by a hash first. It also runs without rows, to write a count of 0. */
export const distinctRows: WebgpuKernel<'distinctRows'> = ({ inputs: [x, after], outputs }, context) => {
  const width = x.shape.slice(1).reduce((a, b) => a * b, 1);
  const count = maxRows(x);
  const isSorted = count >= sortedFrom;
  const number = {
    label: 'distinctRows',
    source: prefixSum + source,
    constants: { WIDTH: width, SEARCH: isSorted ? 0 : 1, SCAN_SIZE: scanSize(count, context) },
    bindings: [x, after, ...outputs],
    rows: x,
    workgroups: [1, 1, 1],
  } as const;
  if (!isSorted) return [number];
  const { keys, rows, sort } = sorting('distinctRows', x, context);
  const sorted = sort(32);
  const over = { constants: { WIDTH: width }, rows: x, workgroups: gridOver(count, context) };
  return [
    { label: 'hashRows', source: hashSource, bindings: [x, keys, rows], ...over },
    ...sorted.launches,
    {
      label: 'findLike',
      source: lowerBound + findSource,
      bindings: [x, sorted.keys, sorted.rows, outputs[0]],
      ...over,
    },
    number,
  ];
};
