import { describe, expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { parsimonyReward, phylogeneticTrees, treeOf } from '../../src/problems/phylo/environment.ts';
import {
  allTrees,
  greedyTree,
  newick,
  type PhyloTree,
  parsimony,
  rememberedParsimony,
} from '../../src/problems/phylo/parsimony.ts';
import { alignment } from '../../src/problems/phylo/sequences.ts';
import { simulateSequences } from '../../src/problems/phylo/simulate.ts';
import { namedProblem } from '../rollout/problems.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);

/** A tree with the smaller of two subtrees on the left, so that equal trees are equal. */
function canonical(tree: PhyloTree): PhyloTree {
  if (typeof tree === 'number') return tree;
  const smallest = (part: PhyloTree): number => (typeof part === 'number' ? part : Math.min(...part.map(smallest)));
  const [a, b] = [canonical(tree[0]), canonical(tree[1])];
  return smallest(a) < smallest(b) ? [a, b] : [b, a];
}

describe('phylogenetic trees', () => {
  test.each([
    // Forests that are no single tree, and trees.
    [2, 1, 1],
    [3, 7 - 3, 3],
    [4, 37 - 15, 15],
    [5, 266 - 105, 105],
    [6, 2431 - 945, 945],
  ])('of %i taxa conform, and are complete', (count, states, trees) => {
    const environment = phylogeneticTrees(names(count));
    assertConformance(environment, { name: 'flat', logReward: () => 0 });
    const { stateCount, objectCount, objectAt } = enumerationOf(environment, 'a count');
    expect([stateCount, objectCount]).toEqual([states, trees]);
    const state = new Int32Array(environment.stateSize);
    const found = Array.from({ length: objectCount }, (_, object) => {
      objectAt(object, state);
      return newick(canonical(treeOf(environment, state)), names(count));
    });
    const all = allTrees(count).map((tree) => newick(canonical(tree), names(count)));
    expect(found.sort()).toEqual(all.sort());
  });

  test('have the log Z of the toy by parsimony', () => {
    const sequences = alignment([
      ['w', 'AAGT'],
      ['x', 'ACGT'],
      ['y', 'CCGA'],
      ['z', 'CTTA'],
    ]);
    const environment = phylogeneticTrees(sequences.taxa);
    for (const [temperature, logZ] of [
      [1, -3.151017321],
      [4, 1.153814682],
    ]) {
      const { logPartition } = exactTarget(environment, parsimonyReward(environment, sequences, temperature));
      // Rewards are counted from the mutations of the greedy tree. Told to 9 decimals.
      const counted = greedyTree(sequences).mutations / temperature;
      expect(Math.abs(logPartition - counted - logZ)).toBeLessThanOrEqual(6e-10);
    }
  });

  test('have the same parsimony if subtrees are remembered, and forgotten again', () => {
    const sequences = simulateSequences({ taxa: 6, sites: 60, rate: 0.2, seed: 3 });
    const few = rememberedParsimony(sequences, 3);
    const trees = allTrees(6).filter((_, i) => i % 7 === 0);
    for (const tree of [...trees, ...trees]) expect(few(tree)).toBe(parsimony(sequences, tree));
    const { tree, mutations } = greedyTree(sequences);
    expect(parsimony(sequences, tree)).toBe(mutations);
    expect(mutations).toBeLessThan(Math.max(...trees.map((each) => parsimony(sequences, each))));
  });

  test('have a potential that is 0 at the start and the log-reward at the end', () => {
    const sequences = simulateSequences({ taxa: 5, sites: 60, rate: 0.2, seed: 3 });
    const environment = phylogeneticTrees(sequences.taxa);
    const { logReward, logPotential } = parsimonyReward(environment, sequences, 4);
    const state = new Int32Array(environment.stateSize);
    environment.initial(state);
    expect(logPotential?.(state)).toBe(0);
    const mask = new Int32Array(environment.actionCount);
    while (!environment.isTerminal(state)) {
      environment.forwardMask(state, mask);
      environment.step(state, mask.lastIndexOf(1));
    }
    expect(logPotential?.(state)).toBe(logReward(state));
  });

  test('are written as forests in Newick while they grow', () => {
    const environment = phylogeneticTrees(['a', 'b', 'c']);
    const state = new Int32Array(environment.stateSize);
    environment.initial(state);
    expect(environment.text(state)).toBe('a; b; c;');
    environment.step(state, 2);
    expect(environment.text(state)).toBe('a; (b,c);');
    environment.step(state, 0);
    expect(environment.text(state)).toBe('(a,(b,c));');
  });

  test('of simulated sequences are the same for the same seed; other sizes are refused', async () => {
    const drawn = { taxa: 5, sites: 50, rate: 0.2, seed: 1 };
    expect(simulateSequences(drawn)).toEqual(simulateSequences(drawn));
    expect(simulateSequences({ ...drawn, seed: 2 })).not.toEqual(simulateSequences(drawn));
    expect(() => parsimonyReward(phylogeneticTrees(names(4)), simulateSequences(drawn), 4)).toThrow('has 5 sequences');
    await expect(namedProblem('phylo', { taxa: 1 })).rejects.toThrow('taxa must be an integer from 2 to 64');
    expect((await namedProblem('phylo', {})).environment.options).toEqual({ taxa: 6 });
  });
});
