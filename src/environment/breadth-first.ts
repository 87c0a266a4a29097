import type { Enumeration, Environment } from './environment.ts';
import { bytesOfRow, type RowTable, rowTable } from './row-table.ts';

/** The default limit on states and objects that are numbered. */
export const breadthFirstLimit = 250_000;

/**
 * The enumeration of an environment known to have this many states and objects: a reason if they are too many, without
 * walking to as many as the limit.
 */
export function unlessTooMany(name: string, count: number): { readonly enumeration?: { readonly reason: string } } {
  if (count <= breadthFirstLimit) return {};
  const reason =
    `${name} has more states and objects than the ${breadthFirstLimit} that are numbered. It can be trained on, ` +
    'without exact metrics.';
  return { enumeration: { reason } };
}

type Walkable = Pick<
  Environment,
  'name' | 'stateSize' | 'actionCount' | 'condition' | 'initial' | 'isTerminal' | 'forwardMask' | 'step'
>;

/**
 * Numbers every reachable state, walking breadth first from the initial state: states after all of their parents,
 * objects in the order of discovery. Rows are kept, so looking up a number or a state is fast.
 *
 * @param limit the maximum number of states and objects together; beyond it the result is a reason, with the memory
 * they take
 * @throws Error if actions lead round in a circle
 */
export function breadthFirst(environment: Walkable, limit = breadthFirstLimit): Environment['enumeration'] {
  if (environment.condition !== undefined) {
    return { reason: `each trajectory of ${environment.name} has its own ${environment.condition.name}.` };
  }
  const { stateSize, name } = environment;
  const states = rowTable(stateSize);
  const objects = rowTable(stateSize);
  const first = new Int32Array(stateSize);
  environment.initial(first);
  states.add(first);
  // As long as no action leads back to a state found before its parent, the order of discovery puts parents first.
  let isOrdered = true;
  const eachChild = childrenIn(environment, states);
  for (let number = 0; number < states.count; number++) {
    eachChild(number, (child) => {
      if (environment.isTerminal(child)) {
        if (objects.find(child) < 0) objects.add(child);
        return;
      }
      const found = states.find(child);
      if (found < 0) states.add(child);
      else if (found <= number) isOrdered = false;
    });
    if (states.count + objects.count > limit) {
      const bytes = bytesOfRow(stateSize);
      return {
        reason:
          `${name} has more than ${limit} states and objects, at most as many as are numbered unless it says so ` +
          `(maxStates). They take up to ${bytes} bytes each, ${megabytes(limit * bytes)} for ${limit}. ` +
          'It can be trained on, without exact metrics.',
      };
    }
  }
  // Numbers follow the order of discovery, unless a parent was found after its child.
  const order = isOrdered ? undefined : parentsFirst(environment, states);
  const numberOf = order && Int32Array.from(order).fill(0);
  order?.forEach((found, number) => {
    if (numberOf) numberOf[found] = number;
  });
  return {
    stateCount: states.count,
    objectCount: objects.count,
    stateAt: (number, state) => states.read(order ? order[number] : number, state),
    indexOf(state) {
      const found = states.find(state);
      return numberOf && found >= 0 ? numberOf[found] : found;
    },
    objectAt: (number, state) => objects.read(number, state),
    objectIndexOf: (state) => objects.find(state),
  } satisfies Enumeration;
}

/** Calls `visit` with the child of each action allowed at a numbered state; the array is reused. */
function childrenIn(environment: Walkable, states: RowTable) {
  const state = new Int32Array(environment.stateSize);
  const child = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  return (number: number, visit: (child: Int32Array) => void): void => {
    states.read(number, state);
    environment.forwardMask(state, mask);
    for (let action = 0; action < mask.length; action++) {
      if (mask[action] === 0) continue;
      child.set(state);
      environment.step(child, action);
      visit(child);
    }
  };
}

/** The states' numbers, in the order of discovery, reordered so that parents come before children (Kahn, 1962). */
function parentsFirst(environment: Walkable, states: RowTable): Int32Array {
  const parents = new Int32Array(states.count);
  const eachChild = childrenIn(environment, states);
  const eachNext = (number: number, visit: (next: number) => void) =>
    eachChild(number, (child) => {
      if (!environment.isTerminal(child)) visit(states.find(child));
    });
  for (let number = 0; number < states.count; number++) eachNext(number, (next) => parents[next]++);
  const order = new Int32Array(states.count);
  let count = parents[0] === 0 ? 1 : 0;
  for (let at = 0; at < count; at++) {
    eachNext(order[at], (next) => {
      parents[next]--;
      if (parents[next] === 0) order[count++] = next;
    });
  }
  if (count === states.count) return order;
  const stuck = new Int32Array(environment.stateSize);
  states.read(
    Math.max(
      0,
      parents.findIndex((left) => left > 0),
    ),
    stuck,
  );
  throw new Error(
    `The environment ${environment.name} has actions that lead round in a circle, such as by [${stuck.join(', ')}]. ` +
      'No state may be reached from itself.',
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
