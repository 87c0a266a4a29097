import type { GraphLayout } from '../../environment/graph-layout.ts';
import { type AtomRow, atomRow } from './atom-row.ts';
import { type AtomActions, atomActions, qm9Layout } from './layout.ts';

/** The room, rows and numbers of actions that follow from the maximum size of molecules. */
export interface AtomRules {
  /** The maximum number of atoms of a valid molecule. */
  readonly maxAtoms: number;
  /** The number of atoms that a graph has room for, including a surplus one. */
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
