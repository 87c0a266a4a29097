import type { TypedObjects } from '../expression/typed-reward.ts';
import { allTrees, newick, type PhyloTree, rememberedParsimony } from './parsimony.ts';
import type { Alignment } from './sequences.ts';
import { treeVariables } from './tree-variables.ts';

interface Shape {
  readonly taxa: number;
  readonly height: number;
  readonly cherries: number;
  readonly imbalance: number;
}

function shapeOf(tree: PhyloTree): Shape {
  if (typeof tree === 'number') return { taxa: 1, height: 0, cherries: 0, imbalance: 0 };
  const [left, right] = [shapeOf(tree[0]), shapeOf(tree[1])];
  const taxa = left.taxa + right.taxa;
  return {
    taxa,
    height: 1 + Math.max(left.height, right.height),
    cherries: left.cherries + right.cherries + Number(taxa === 2),
    imbalance: left.imbalance + right.imbalance + Math.abs(left.taxa - right.taxa),
  };
}

/** Trees as expressions see them. */
export function typedTrees(sequences: Alignment): TypedObjects & { treeAt(index: number): PhyloTree } {
  const { taxa } = sequences;
  const mutationsOn = rememberedParsimony(sequences);
  let trees: readonly PhyloTree[] | undefined;
  const treeAt = (index: number) => {
    trees ??= allTrees(taxa.length);
    return trees[index];
  };
  return {
    // (2n - 3)!!: each taxon can be added to any branch of the tree before it.
    count: taxa.reduce((product, _, i) => (i < 2 ? 1 : product * (2 * i - 1)), 1),
    many: 'trees',
    variables: treeVariables,
    treeAt,
    objectAt(index, values) {
      const tree = treeAt(index);
      const { height, cherries, imbalance } = shapeOf(tree);
      [values[0], values[1], values[2], values[3]] = [mutationsOn(tree), height, cherries, imbalance];
      return newick(tree, taxa);
    },
  };
}
