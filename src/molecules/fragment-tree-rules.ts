import type { GraphLayout } from '../environment/graph-layout.ts';
import { type TreeRow, treeRow } from '../graph/tree-row.ts';
import { treeLayout } from './fragment-tree-layout.ts';
import type { FragmentVocabulary } from './fragments.ts';

/** Rows, layouts and numbers of actions, derived from a vocabulary and the maximum number of fragments. */
export interface TreeRules {
  readonly maxFragments: number;
  /** Fragments in the vocabulary. */
  readonly kinds: number;
  /** The number of stems of each. */
  readonly stemCounts: Int32Array;
  readonly maxStems: number;
  readonly row: TreeRow;
  readonly layout: GraphLayout;
  /** Action `add` + i kinds + f adds fragment f to node i. */
  readonly add: number;
  /** Action `attach` + e choices + k chooses stem k for the first node of edge e, from maxStems on for the second. */
  readonly attach: number;
  readonly choices: number;
  /** Backward action `remove` + i removes node i. */
  readonly remove: number;
  /** Backward action `detach` + 2 e + side undoes the choice of a stem at the first or second node of edge e. */
  readonly detach: number;
}

/** The action that stops, and the backward action that undoes it. */
export const STOP = 0;
export const UNDO_STOP = 0;

export function treeRules(vocabulary: FragmentVocabulary, maxFragments: number): TreeRules {
  const kinds = vocabulary.length;
  const stemCounts = Int32Array.from(vocabulary, ({ stems }) => stems.length);
  const maxStems = stemCounts.reduce((max, count) => Math.max(max, count));
  return {
    ...{ maxFragments, kinds, stemCounts, maxStems },
    row: treeRow(maxFragments),
    layout: treeLayout(kinds, maxStems, maxFragments),
    add: 1,
    attach: 1 + maxFragments * kinds,
    choices: 2 * maxStems,
    remove: 1,
    detach: 1 + maxFragments,
  };
}
