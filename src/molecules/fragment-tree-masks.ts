import { STOP, type TreeRules } from './fragment-tree-rules.ts';

/** Marks the actions allowed at an unfinished state in `mask`, which holds zeros. */
export function allowActions(rules: TreeRules, state: Int32Array, mask: Int32Array): void {
  const { row, add, attach, kinds, choices, maxStems, stemCounts, maxFragments } = rules;
  const nodes = state[0];
  if (nodes === 0) {
    mask.fill(1, add, add + kinds);
    return;
  }
  const { degree, taken } = edgesOf(rules, state);
  const allowStems = (node: number, start: number) => {
    const count = stemCounts[state[row.fragments + node]];
    for (let k = 0; k < count; k++) if ((taken[node] & (1 << k)) === 0) mask[start + k] = 1;
  };
  mask[STOP] = 1;
  for (let e = 0; e < nodes - 1; e++) {
    const at = row.edges + 3 * e;
    const start = attach + e * choices;
    if (state[at + 1] < 0) allowStems(state[at], start);
    if (state[at + 2] < 0) allowStems(e + 1, start + maxStems);
    if (state[at + 1] < 0 || state[at + 2] < 0) mask[STOP] = 0;
  }
  if (nodes === maxFragments) return;
  for (let i = 0; i < nodes; i++) {
    if (degree[i] < stemCounts[state[row.fragments + i]]) mask.fill(1, add + i * kinds, add + (i + 1) * kinds);
  }
}

/** Marks the backward actions allowed at an unfinished state in `mask`, which holds zeros. */
export function allowBackwardActions(rules: TreeRules, state: Int32Array, mask: Int32Array): void {
  const { row, remove, detach } = rules;
  const nodes = state[0];
  const { degree } = edgesOf(rules, state);
  for (let i = 0; i < nodes; i++) if (degree[i] <= 1) mask[remove + i] = 1;
  for (let e = 0; e < nodes - 1; e++) {
    const at = row.edges + 3 * e;
    const start = detach + 2 * e;
    if (state[at + 1] >= 0) mask[start] = 1;
    if (state[at + 2] >= 0) mask[start + 1] = 1;
    if (state[at + 1] < 0 && state[at + 2] < 0) continue;
    mask[remove + state[at]] = 0;
    mask[remove + e + 1] = 0;
  }
}

/** For each node the number of its edges, and a bit for each stem in use. */
function edgesOf({ row }: TreeRules, state: Int32Array): { degree: number[]; taken: number[] } {
  const nodes = state[0];
  const degree = new Array<number>(nodes).fill(0);
  const taken = new Array<number>(nodes).fill(0);
  for (let e = 0; e < nodes - 1; e++) {
    const at = row.edges + 3 * e;
    const first = state[at];
    degree[first]++;
    degree[e + 1]++;
    if (state[at + 1] >= 0) taken[first] |= 1 << state[at + 1];
    if (state[at + 2] >= 0) taken[e + 1] |= 1 << state[at + 2];
  }
  return { degree, taken };
}
