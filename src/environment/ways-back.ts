import { show } from './conformance-report.ts';
import type { Environment } from './environment.ts';
import { sameRow } from './rows.ts';

export type Refuse = (problem: string) => never;

/**
 * How many entries of masks and rows are inspected before checks become sparse: a fraction of a second. After that one
 * step in `sparsely` is checked.
 */
const maxEntries = 1_000_000;
const sparsely = 64;

/** A step of a walk. */
export interface Taken {
  readonly parent: Int32Array;
  readonly action: number;
  readonly child: Int32Array;
}

/**
 * Checks the ways back from the states that walks reach: the inverse of the step is allowed and leads back, and each
 * allowed backward action leads to a parent that has this child. Each state and step is checked when it is first met,
 * so that rare ones are included, as long as that is cheap; later on, one step in 64.
 */
export function waysBackChecks(environment: Environment, refuse: Refuse): (taken: Taken, mask: Int32Array) => void {
  let entries = 0;
  let steps = 0;
  /** Hashes of the states and steps that were checked. On a collision, one is not checked. */
  let known: Set<number> | undefined = new Set();
  const isNew = (hash: number) => {
    if (!known || known.has(hash)) return false;
    known.add(hash);
    return true;
  };
  return (taken, mask) => {
    const isDrawn = steps++ % sparsely === 0;
    if (!known && !isDrawn) return;
    const state = hashOf(taken.child);
    if (isNew(Math.imul(state ^ (taken.action + 1), prime)) || isDrawn) checkWayBack(environment, taken, mask, refuse);
    if (!isNew(state) && !isDrawn) return;
    entries += taken.child.length + checkWaysBack(environment, taken.child, mask, refuse);
    if (entries > maxEntries) known = undefined;
  };
}

const prime = 0x01000193;

/** FNV-1a over the numbers of a row. */
function hashOf(row: Int32Array): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < row.length; i++) hash = Math.imul(hash ^ row[i], prime);
  return hash;
}

/** Checks that the inverse of a step is allowed at its child, and leads back to its parent. */
function checkWayBack(environment: Environment, { parent, action, child }: Taken, mask: Int32Array, refuse: Refuse) {
  const undo = environment.backwardAction(parent.slice(), action);
  const taken = () => `action ${action} leads from ${show(environment, parent)} to ${show(environment, child)}`;
  if (mask[undo] !== 1) {
    refuse(`${taken()}, where backwardMask does not allow backward action ${undo}, which undoes it (backwardAction)`);
  }
  const back = child.slice();
  environment.backwardStep(back, undo);
  if (sameRow(back, parent)) return;
  refuse(
    `${taken()}, and backward action ${undo}, which undoes it (backwardAction), leads to ${show(environment, back)} ` +
      '(backwardStep)',
  );
}

/**
 * Checks that each backward action allowed at a state leads to a parent from which an action leads back. Returns the
 * number of entries inspected.
 */
function checkWaysBack(environment: Environment, child: Int32Array, backwardMask: Int32Array, refuse: Refuse): number {
  const at = (row: Int32Array) => show(environment, row);
  const mask = new Int32Array(environment.actionCount);
  let entries = backwardMask.length;
  const known = new Map<string, number>();
  for (let undo = 0; undo < backwardMask.length; undo++) {
    if (backwardMask[undo] !== 1) continue;
    const redo = environment.forwardAction(child.slice(), undo);
    const parent = child.slice();
    environment.backwardStep(parent, undo);
    const undone = () => `backward action ${undo}, which backwardMask allows at ${at(child)}, leads to ${at(parent)}`;
    if (environment.isTerminal(parent)) refuse(`${undone()}, which is terminal and has no child`);
    environment.forwardMask(parent, mask);
    if (mask[redo] !== 1) {
      refuse(`${undone()}, where forwardMask does not allow action ${redo}, which redoes it (forwardAction)`);
    }
    const again = parent.slice();
    environment.step(again, redo);
    if (!sameRow(again, child)) {
      refuse(`${undone()}, from where action ${redo}, which redoes it (forwardAction), leads to ${at(again)}`);
    }
    const way = `${redo} ${parent.join()}`;
    const same = known.get(way);
    if (same !== undefined && !environment.upToSymmetry) {
      refuse(`${undone()}, and so does backward action ${same}: both undo action ${redo}, and only one may be allowed`);
    }
    known.set(way, undo);
    entries += mask.length + child.length;
  }
  return entries;
}
