import type { Launch, WebgpuContext } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { variable } from '../../src/tape/index.ts';
import prefixSum from '../prefix-sum.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver, scanSize } from '../workgroups.ts';
import countSource from './count-digits.wgsl';
import moveSource from './move-keys.wgsl';
import placeSource from './place-digits.wgsl';

/** From this many rows on, sorting them, in a dozen launches, is faster than comparing each with all others. */
export const sortedFrom = 512;

/** Keys to be sorted, and their rows: key i belongs to row i of those in use. */
export interface Sorting {
  readonly keys: Operand;
  readonly rows: Operand;
  /**
   * Sorts them by this many bits, keeping equal keys in the order of their rows. Returns the launches and the place of
   * the result.
   */
  sort(bits: number): { readonly launches: readonly Launch[]; readonly keys: Operand; readonly rows: Operand };
}

/**
 * Room for as many keys as `counted` has rows, and launches that sort them by radix, 8 bits at a time from the lowest
 * (Knuth, The Art of Computer Programming, volume 3, 5.2.5): for each digit, its keys are counted by blocks, the counts
 * are summed, and the keys are moved.
 */
export function sorting(label: string, counted: Operand, context: WebgpuContext): Sorting {
  const count = maxRows(counted);
  const blocks = Math.ceil(count / 256);
  const room = (what: string, size: number): Operand => ({
    dtype: 'i32',
    shape: [size],
    address: { space: 'variable', variable: variable(`${label}/${what}`, 'i32', [size]), byteOffset: 0 },
  });
  const sides = [0, 1].map((side) => ({ keys: room(`keys ${side}`, count), rows: room(`rows ${side}`, count) }));
  const table = room('digits', 256 * blocks);
  const passOf = (pass: number): Launch[] => {
    const [from, to] = [sides[pass % 2], sides[(pass + 1) % 2]];
    const constants = { SHIFT: 8 * pass, BLOCKS: blocks };
    const over = { rows: counted, workgroups: gridOver(blocks, context) };
    return [
      { label: 'countDigits', source: countSource, constants, bindings: [from.keys, table], ...over },
      {
        label: 'placeDigits',
        source: prefixSum + placeSource,
        constants: { SIZE: 256 * blocks, SCAN_SIZE: scanSize(256 * blocks, context) },
        bindings: [table],
        workgroups: [1, 1, 1],
      },
      {
        label: 'moveKeys',
        source: moveSource,
        constants,
        bindings: [from.keys, from.rows, to.keys, to.rows, table],
        ...over,
      },
    ];
  };
  return {
    ...sides[0],
    sort(bits) {
      const passes = Math.ceil(bits / 8);
      const launches = Array.from({ length: passes }, (_, pass) => passOf(pass)).flat();
      return { launches, ...sides[passes % 2] };
    },
  };
}
