import type { ObjectPictures } from '../../environment/environment.ts';
import { cell, heatTable } from '../pictures/heat-table.ts';
import { marginalsOf, sampledRows } from '../pictures/marginals.ts';
import { placed, svgPicture } from '../pictures/svg.ts';
import { type ChainPotentials, chainMarginals } from './potentials.ts';

/** Maximum number of variables drawn. */
const drawn = 40;

/** The marginals of each variable, as sampled and as they should be, which is exact at any size. */
export function marginalPictures(potentials: ChainPotentials, stateSize: number): ObjectPictures {
  return (found) => {
    const { exact } = found;
    const rows = sampledRows(found, stateSize);
    if (!rows) return [];
    const due = chainMarginals(potentials);
    const all = potentials.order.length;
    const values = due.length / all;
    const variables = Math.min(all, drawn);
    const shares = marginalsOf(rows, variables, values);
    const across = values * cell + 50;
    const svg = svgPicture(2 * across + 10, variables * cell + 80, [
      placed(40, 60, heatTable('sampled', values, shares)),
      placed(40 + across, 60, heatTable('by the potentials', values, due.subarray(0, variables * values))),
    ]);
    const caption =
      `How probable each value (column) of each variable (row) is${exact ? '' : ', in samples of the policy'}, and what it should be.` +
      (variables < all ? ` The first ${variables} of ${all} variables.` : '');
    return [{ name: 'marginals', title: 'Values of variables', caption, svg }];
  };
}
