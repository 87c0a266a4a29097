import type { Row } from '../../rows/buffers.ts';
import type { Bool, Int } from '../../rows/expression.ts';
import { bool } from '../../rows/math.ts';
import { all, local, repeat, scratch, when } from '../../rows/statements.ts';
import type { StateRow } from '../row-functions.ts';
import type { PlacedGroup } from './actions.ts';
import { isValue } from './changes.ts';
import type { Layout } from './fields.ts';
import type { Rules } from './rules.ts';
import { stateOf } from './state.ts';

/**
 * Called when a backward action has led to a parent: whether the action may be taken there, and by which parameters.
 */
export type AtParent = (isParent: Bool, parameters: readonly Int[]) => void;

interface Retrace {
  readonly layout: Layout;
  readonly rules: Pick<Rules, 'isTerminal' | 'isAllowed'>;
  readonly group: PlacedGroup;
  /** A state's row, which is restored at the end. */
  readonly row: StateRow;
  /** The numbers that identify the backward action. */
  readonly given: readonly Int[];
}

/**
 * Undoes an action in a row as far as possible, and calls `atParent` if it is completely undone; then restores the row.
 */
export function retrace({ group, ...rest }: Retrace, atParent: AtParent): void {
  if (group.changes.length > 0) retraceChanges({ group, ...rest }, 'tried', atParent);
  else retraceFree({ group, ...rest }, atParent);
}

/** Undoes an action that is known to have been taken; the row then holds the parent. */
export function undo(retraced: Retrace): void {
  const { group, layout, row, given } = retraced;
  if (group.changes.length > 0) retraceChanges(retraced, 'known', () => {});
  else group.group.undo?.(stateOf(layout, row), ...given);
}

/**
 * Undoes changes from the last to the first. Each then sees the inputs it was made with, since none depends on what it
 * or an earlier one changes.
 */
function retraceChanges(
  { layout, rules, group, row, given }: Retrace,
  undone: 'tried' | 'known',
  atParent: AtParent,
): void {
  const isTried = undone === 'tried';
  const { changes, counts, undoneBy } = group;
  // A parameter that has not been read back yet is any valid number: nothing depends on it.
  const parameters = counts.map((count, i) => {
    const place = undoneBy.indexOf(i);
    return place < 0 ? within(local(0).get(), count) : given[place];
  });
  const stage = (number: number): void => {
    if (number < 0) {
      if (isTried) atParent(mayBeTaken(rules, group, row, parameters), parameters);
      return;
    }
    const change = group.group.changes?.(stateOf(layout, row), ...parameters)[number];
    if (!change) throw new Error(`Change ${number} of ${group.name} is not there. This is a bug in flowtape.`);
    const { recovers } = changes[number];
    const found = isTried || recovers !== undefined ? change.found?.() : undefined;
    const conditions: Bool[] = isTried ? [change.undoable()] : [];
    if (recovers !== undefined && found) {
      if (isTried) conditions.push(found.greaterEqual(0), found.less(counts[recovers]));
      parameters[recovers] = within(found, counts[recovers]);
    } else if (isTried && found && change.value !== undefined) {
      conditions.push(isValue(found, change.value));
    }
    const go = () => {
      change.revert();
      stage(number - 1);
      if (isTried) change.restore(found);
    };
    if (isTried)
      when(
        conditions.reduce((both, condition) => both.and(condition)),
        go,
      );
    else go();
  };
  stage(changes.length - 1);
}

function retraceFree({ layout, rules, group, row, given }: Retrace, atParent: AtParent): void {
  const before = copyOf(row);
  const tried = () => {
    group.group.undo?.(stateOf(layout, row), ...given);
    const isAllowed = mayBeTaken(rules, group, row, given);
    if (group.group.undoable) {
      atParent(isAllowed, given);
    } else {
      const again = copyOf(row);
      group.group.step?.(stateOf(layout, again), ...given);
      const isSame = all(again.length, (i) => again.at(i).equal(before.at(i)));
      atParent(isWithinBounds(layout, row).and(isAllowed).and(isSame), given);
    }
    copy(before, row);
  };
  if (group.group.undoable) when(group.group.undoable(stateOf(layout, row), ...given), tried);
  else tried();
}

const mayBeTaken = (
  { isTerminal, isAllowed }: Retrace['rules'],
  group: PlacedGroup,
  row: StateRow,
  parameters: readonly Int[],
): Bool =>
  isTerminal(row)
    .not()
    .and(isAllowed(group, row, parameters));

/** Whether every number of a row is within its field's bounds: even from an invalid row a step may lead back. */
function isWithinBounds({ fields }: Layout, row: StateRow): Bool {
  const bounded = fields.filter(({ kind }) => kind !== 'integers');
  return bounded
    .map(({ offset, length, min, max }) =>
      all(length, (i) => {
        const number = row.at(i.add(offset));
        return number.greaterEqual(min).and(number.lessEqual(max));
      }),
    )
    .reduce((both, one) => both.and(one), bool(true));
}

/** A copy of a row in the program's own memory. */
export function copyOf(row: StateRow): Row<Int> {
  const copied = scratch(row.length);
  copy(row, copied);
  return copied;
}

export function copy(from: StateRow, into: StateRow): void {
  repeat(from.length, (i) => into.set(i, from.at(i)));
}

/** Clamps a number to 0 .. count - 1, unless it is known to be in range. */
export function within(number: Int, count: number): Int {
  const { min, max } = number.value.range;
  const low = min < 0 ? number.max(0) : number;
  return max >= count ? low.min(count - 1) : low;
}
