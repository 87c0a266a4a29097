import type { GraphLayout } from '../../environment/graph-layout.ts';
import { type AtomRow, atomRow } from './atom-row.ts';
import { type AtomActions, atomActions, qm9Layout } from './layout.ts';

/** What follows from how large molecules may be: rooms, rows and numbers of actions. */
export interface AtomRules {
  /** The most atoms of a proper molecule. */
  readonly maxAtoms: number;
  /** The atoms that a graph has room for: one too many included. */
  readonly room: number;
  readonly layout: GraphLayout;
  readonly row: AtomRow;
  readonly actions: AtomActions;
}

export function atomRules(maxAtoms: number, temperatures: boolean): AtomRules {
  const layout = qm9Layout(maxAtoms, temperatures);
  const room = maxAtoms + 1;
  return { maxAtoms, room, layout, row: atomRow(room), actions: atomActions(layout) };
}
