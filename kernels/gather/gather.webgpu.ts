import type { Launch, WebgpuContext, WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { sameAddress } from '../address.webgpu.ts';
import { maxRows, rowWidth } from '../rows.webgpu.ts';
import lowerBound from '../sort/lower-bound.wgsl';
import { sortedFrom, sorting } from '../sort/sort.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import gatherSource from './gather-rows.wgsl';
import scatterSource from './scatter-add-rows.wgsl';
import keysSource from './scatter-keys.wgsl';
import sortedSource from './scatter-sorted-rows.wgsl';

export const gatherRows: WebgpuKernel<'gatherRows'> = (
  { attributes: { fill }, inputs: [x, index], outputs: [y] },
  context,
) => gatherLaunch('gatherRows', fill, x, index, y, context);

/** Rows of x by number, into the rows of y. */
export function gatherLaunch(
  label: string,
  fill: number,
  x: Operand,
  index: Operand,
  y: Operand,
  context: WebgpuContext,
): Launch[] {
  const width = rowWidth(y);
  const count = maxRows(y) * width;
  if (count === 0) return [];
  const bits = x.dtype === 'f32' ? new Uint32Array(Float32Array.of(fill).buffer)[0] : fill >>> 0;
  return [
    {
      label,
      source: gatherSource,
      constants: { WIDTH: width, FILL: bits },
      bindings: [x, index, y],
      rows: y,
      workgroups: gridOver(count, context),
    },
  ];
}

export const scatterAddRows: WebgpuKernel<'scatterAddRows'> = ({ inputs: [x, index], outputs: [y] }, context) => {
  const width = rowWidth(y);
  const count = maxRows(y) * width;
  if (count === 0) return [];
  const counted = x.rows ? x : index;
  if (maxRows(counted) >= sortedFrom) return scatterSorted(x, index, y, counted, context);
  const { text, bindings } = sourceRows(counted, y, 3);
  return [
    {
      label: 'scatterAddRows',
      source: text + scatterSource,
      constants: { WIDTH: width },
      bindings: [x, index, y, ...bindings],
      rows: y,
      workgroups: gridOver(count, context),
    },
  ];
};

/** Many rows are sorted by their destination first, so that each number of y reads only its own. */
function scatterSorted(x: Operand, index: Operand, y: Operand, counted: Operand, context: WebgpuContext): Launch[] {
  const [width, rowCount] = [rowWidth(y), y.shape[0]];
  const { keys, rows, sort } = sorting('scatterAddRows', counted, context);
  // ROWS itself is the key of rows that are added nowhere.
  const sorted = sort(Math.ceil(Math.log2(rowCount + 1)));
  const { text, bindings } = sourceRows(counted, y, 4);
  return [
    {
      label: 'scatterKeys',
      source: keysSource,
      constants: { ROWS: rowCount },
      bindings: [index, keys, rows],
      rows: counted,
      workgroups: gridOver(maxRows(counted), context),
    },
    ...sorted.launches,
    {
      label: 'scatterAddRows',
      source: text + lowerBound + sortedSource,
      constants: { WIDTH: width },
      bindings: [x, sorted.keys, sorted.rows, y, ...bindings],
      rows: y,
      workgroups: gridOver(maxRows(y) * width, context),
    },
  ];
}

/**
 * `source_start` and `source_count` for the rows of `counted`. The launch's own rows are those of y; where both are
 * counted on the device, by different windows, this one is bound beside them.
 */
function sourceRows({ shape, rows }: Operand, y: Operand, binding: number): { text: string; bindings: Operand[] } {
  const text = (start: string, count: string) =>
    `fn source_start() -> u32 { return ${start}; }\nfn source_count() -> u32 { return ${count}; }\n`;
  if (!rows) return { text: text('0u', `${shape[0]}u`), bindings: [] };
  if (y.rows && sameAddress(rows.window, y.rows.window))
    return { text: text('row_start()', 'row_count()'), bindings: [] };
  const declaration = `@group(0) @binding(${binding}) var<storage, read_write> source_window: array<i32>;\n`;
  return {
    text: declaration + text('u32(source_window[0])', 'u32(source_window[1])'),
    bindings: [{ dtype: 'i32', shape: [2], address: rows.window }],
  };
}
