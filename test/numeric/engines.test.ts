import { expect, test, vi } from 'vitest';
import { binaryTree, waveReward } from '../../src/problems/binary-tree/environment.ts';
import { orderedChain } from '../../src/problems/chain/potentials.ts';
import { simulateData } from '../../src/problems/dag/data.ts';
import { erdosRenyiPrior, fairPrior } from '../../src/problems/dag/priors.ts';
import { bgeScore, linearGaussianScore } from '../../src/problems/dag/scores.ts';
import { isingLogPartition } from '../../src/problems/ising/exact.ts';
import { setsLogPartition } from '../../src/problems/sets/exact.ts';

/** Functions of `Math` that engines compute with different last bits. */
const notAlike = [
  ...(['exp', 'log', 'log2', 'log10', 'log1p', 'expm1', 'pow', 'cbrt', 'hypot', 'sin', 'cos', 'tan'] as const),
  ...(['sinh', 'cosh', 'tanh', 'asin', 'acos', 'atan', 'atan2', 'asinh', 'acosh', 'atanh'] as const),
];

test('problems compute figures and rewards without functions that engines round differently', () => {
  const used: string[] = [];
  for (const name of notAlike) {
    vi.spyOn(Math, name as 'exp').mockImplementation(() => {
      used.push(name);
      return 1;
    });
  }
  try {
    const data = simulateData({ variables: 3, edges: 2, rows: 4, seed: 1 });
    const [bge, gaussian] = [bgeScore(data), linearGaussianScore(data)];
    const tree = binaryTree(2);
    const leaf = new Int32Array(tree.stateSize).fill(4);
    const found = [
      ...[isingLogPartition(3, 0.2), isingLogPartition(4, 0.44), setsLogPartition([0.5, 1, -1], 2)],
      ...[bge(0, 6), gaussian(1, 5), erdosRenyiPrior(4, 2)(1), fairPrior(4)(2)],
      ...[waveReward(tree, 1).logReward(leaf), ...orderedChain(3, 2, 1).single],
    ];
    expect(found.every(Number.isFinite)).toBe(true);
  } finally {
    vi.restoreAllMocks();
  }
  expect(used).toEqual([]);
});
