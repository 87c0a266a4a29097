import type { ObjectPictures } from '../../environment/environment.ts';
import { type Bar, bars, barsHeight, barWidth } from '../pictures/bars.ts';
import { marginalsOf, sampledRows } from '../pictures/marginals.ts';
import { placed, svgPicture } from '../pictures/svg.ts';
import { inclusionProbabilities } from './exact.ts';

/** Maximum number of items drawn. */
const drawn = 60;

/** The number of operations up to which exact values are computed: a few seconds. */
const maxOperations = 1e9;

/** The frequency of each item in sampled sets, and its exact probability. */
export function inclusionPictures(
  weights: readonly number[],
  { size, upTo }: { readonly size: number; readonly upTo: boolean },
  stateSize: number,
): ObjectPictures {
  return (found) => {
    const { exact } = found;
    const rows = sampledRows(found, stateSize);
    if (!rows) return [];
    const items = Math.min(weights.length, drawn);
    const isKnown = items * weights.length * size <= maxOperations;
    const due = isKnown ? inclusionProbabilities(weights, { size, upTo, items }) : undefined;
    // A bit is 0 or 1.
    const shares = marginalsOf(rows, items, 2);
    const all: Bar[] = Array.from({ length: items }, (_, i) => ({
      label: String(i),
      share: shares[2 * i + 1],
      due: due?.[i],
    }));
    const svg = svgPicture(70 + items * barWidth, barsHeight + 80, [placed(50, 40, bars('items in a set', all, 1))]);
    const caption =
      `The share of sets that each item is in${exact ? '' : ', of sets drawn from the policy'}${due ? '; lines show what it should be' : ''}.` +
      (items < weights.length ? ` The first ${items} of ${weights.length} items.` : '');
    return [{ name: 'items', title: 'Items', caption, svg }];
  };
}
