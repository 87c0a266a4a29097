import type { GraphLayout } from '../environment/graph-layout.ts';
import { type TreeRow, treeRow } from '../graph/tree-row.ts';
import { treeLayout } from './fragment-tree-layout.ts';
import type { FragmentVocabulary } from './fragments.ts';

/** What follows from a vocabulary and the most fragments: rows, layouts and numbers of actions. */
export interface TreeRules {
  readonly maxFragments: number;
  /** Fragments in the vocabulary. */
  readonly kinds: number;
  /** Stems of each of them. */
  readonly stemCounts: Int32Array;
  readonly maxStems: number;
  readonly row: TreeRow;
  readonly layout: GraphLayout;
  /** Action `add` + i kinds + f adds fragment f to node i. */
  readonly add: number;
  /** Action `attach` + e choices + k takes stem k for the first node of edge e, from maxStems on for the second. */
  readonly attach: number;
  readonly choices: number;
  /** Backward action `remove` + i takes node i away. */
  readonly remove: number;
  /** Backward action `detach` + 2 e + side takes a stem back from the first or second node of edge e. */
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
