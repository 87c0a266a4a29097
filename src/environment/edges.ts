import type { Environment } from './environment.ts';
import { rowFunctionsOf } from './row-functions.ts';

/** The edges that leave states of a window: state n's action a is at n * actionCount + a. */
export interface Edges {
  /** 1 if an action is allowed, else 0; the arrays below are valid for allowed actions only. */
  readonly mask: Int32Array;
  /** The states that actions lead to, packed row by row. */
  readonly children: Int32Array;
  /** 1 if a child is terminal, else 0. */
  readonly isEnd: Int32Array;
  /** The number of backward actions allowed at a child. */
  readonly parents: Int32Array;
}

/** Finds the edges of states in windows, since those of all states would take too much memory. */
export interface EdgeFinder extends Edges {
  /**
   * Moves the window to a state if necessary, and returns the state's position in it.
   * @param states packed rows, `count` of them
   */
  find(states: Int32Array, count: number, state: number): number;
  /** Must be called when `states` has new rows. */
  reset(): void;
}

/** Computes the edges of the first `count` states in its own array. */
export interface EdgeWindow extends Edges {
  readonly states: Int32Array;
  fill(count: number): void;
}

/** The largest number of children's numbers in a window: 1 MiB. */
const maxNumbers = 2 ** 18;

/** So few edges are found faster by calling functions than by compiling a program. */
const fewEdges = 4000;

/**
 * Makes an edge finder for an environment, with windows of at most `max` out of `states` states. Environments in the
 * row language need one call of WebAssembly for a window; others, and all in a page that forbids compiling, have their
 * functions called.
 */
export async function edgeFinder(environment: Environment, max: number, states: number): Promise<EdgeFinder> {
  const { stateSize, actionCount } = environment;
  const size = Math.max(1, Math.min(max, Math.floor(maxNumbers / (stateSize * actionCount))));
  const recorded = states * actionCount > fewEdges ? await recordedWindow(environment, size) : undefined;
  const window = recorded ?? calledWindow(environment, size);
  let start = -1;
  return {
    ...{ mask: window.mask, children: window.children, isEnd: window.isEnd, parents: window.parents },
    find(states, count, state) {
      const place = state % size;
      if (state - place !== start) {
        start = state - place;
        const rows = Math.min(size, count - start);
        window.states.set(states.subarray(start * stateSize, (start + rows) * stateSize));
        window.fill(rows);
      }
      return place;
    },
    reset() {
      start = -1;
    },
  };
}

async function recordedWindow(environment: Environment, size: number): Promise<EdgeWindow | undefined> {
  const functions = rowFunctionsOf(environment);
  if (!functions) return undefined;
  try {
    const { recordedEdges } = await import('./recorded-edges.ts');
    return recordedEdges(environment, functions, size);
  } catch {
    // A page may forbid compiling; the functions give the same.
    return undefined;
  }
}

function calledWindow(environment: Environment, size: number): EdgeWindow {
  const { stateSize, actionCount, backwardActionCount } = environment;
  const edges = size * actionCount;
  const states = new Int32Array(size * stateSize);
  const [mask, isEnd, parents] = [new Int32Array(edges), new Int32Array(edges), new Int32Array(edges)];
  const children = new Int32Array(edges * stateSize);
  const state = new Int32Array(stateSize);
  const child = new Int32Array(stateSize);
  const allowed = new Int32Array(actionCount);
  const backward = new Int32Array(backwardActionCount);
  const fill = (count: number): void => {
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < stateSize; i++) state[i] = states[n * stateSize + i];
      environment.forwardMask(state, allowed);
      for (let action = 0; action < actionCount; action++) {
        const edge = n * actionCount + action;
        mask[edge] = allowed[action];
        if (allowed[action] === 0) continue;
        for (let i = 0; i < stateSize; i++) child[i] = state[i];
        environment.step(child, action);
        isEnd[edge] = environment.isTerminal(child) ? 1 : 0;
        environment.backwardMask(child, backward);
        let count = 0;
        for (let i = 0; i < backwardActionCount; i++) if (backward[i] !== 0) count++;
        parents[edge] = count;
        for (let i = 0; i < stateSize; i++) children[edge * stateSize + i] = child[i];
      }
    }
  };
  return { states, mask, children, isEnd, parents, fill };
}
