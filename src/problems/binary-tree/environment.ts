import type { Reward } from '../../environment/environment.ts';
import { counter, type RowEnvironment, rowEnvironment, rowReward } from '../../environment/row-environment/index.ts';
import { square } from '../../numeric/elementary.ts';
import { sinPi } from '../../numeric/turns.ts';
import { quoted } from '../../text/quoted.ts';

type TreeFields = { readonly node: ReturnType<typeof counter> };

/**
 * A perfect binary tree: a trajectory goes left or right from the root, and ends at a leaf. The smallest environment:
 * each leaf is reached by one trajectory.
 *
 * State row: the node. Node v has the children 2 v + 1 (action 0, left) and 2 v + 2 (action 1, right); the leaves are
 * the last 2^depth nodes. Backward action a undoes a. The policy sees one input for each node.
 *
 * @throws Error if the depth is not from 1 to 20
 */
export function binaryTree(depth: number): RowEnvironment<TreeFields> {
  if (!Number.isInteger(depth) || depth < 1 || depth > 20) {
    throw new Error(`A binary tree has a depth from 1 to 20, not ${depth}.`);
  }
  const firstLeaf = 2 ** depth - 1;
  return rowEnvironment({
    name: 'binary-tree',
    options: { depth },
    state: { node: counter({ max: 2 * firstLeaf }) },
    actions: {
      descend: {
        count: 2,
        step: ({ node }, right) => node.set(node.multiply(2).add(1).add(right)),
        undo: ({ node }, right) => node.set(node.subtract(1).subtract(right).divide(2)),
      },
    },
    isTerminal: ({ node }) => node.greaterEqual(firstLeaf),
    maxSteps: depth,
    text({ node }) {
      let path = '';
      for (let at = node; at > 0; at = Math.floor((at - 1) / 2)) path = (at % 2 === 1 ? 'L' : 'R') + path;
      return path === '' ? 'root' : path;
    },
    parse(text, row) {
      const path = text.trim() === 'root' ? '' : text.trim();
      if (!/^[LR]*$/.test(path) || path.length > depth) {
        throw new Error(
          `${quoted(text)} is not a node of a tree of ${depth} forks: write at most ${depth} letters L and R, or root.`,
        );
      }
      row[0] = [...path].reduce((node, turn) => 2 * node + (turn === 'L' ? 1 : 2), 0);
    },
  });
}

/** log R of leaf k of n: beta times sin^2 of three half-turns over the leaves, so that there are three modes. */
export function waveReward(environment: RowEnvironment<TreeFields>, beta: number): Reward {
  const leaves = 2 ** Number(environment.options.depth);
  const logRewards = Float32Array.from(
    { length: leaves },
    (_, leaf) => beta * square(sinPi((3 * (leaf + 0.5)) / leaves)),
  );
  return leafReward(environment, 'three waves', logRewards);
}

/** A reward from a table: the log-reward of each leaf, from left to right. */
export function leafReward(
  environment: RowEnvironment<TreeFields>,
  name: string,
  logRewards: Float32Array | Float64Array,
): Reward {
  const leaves = logRewards.length;
  return rowReward({
    name,
    of: environment,
    tables: { logRewards },
    logReward: ({ node }, tables) => tables.logRewards.at(node.subtract(leaves - 1)),
  });
}
