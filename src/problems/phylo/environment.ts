import { unlessTooMany } from '../../environment/breadth-first.ts';
import type { Reward } from '../../environment/environment.ts';
import { cells, counter, type RowEnvironment, rowEnvironment } from '../../environment/row-environment/index.ts';
import { count as countOf, type Int, local, table, when } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { walkTo } from '../walk-to.ts';
import { greedyTree, newick, type PhyloTree, rememberedSubtrees, type Subtrees } from './parsimony.ts';
import { joinsMaking, readNewick } from './read-newick.ts';
import type { Alignment } from './sequences.ts';

type ForestFields = {
  readonly into: ReturnType<typeof cells>;
  readonly place: ReturnType<typeof cells>;
  readonly joined: ReturnType<typeof counter>;
};

/** Marks a slot that has not been joined to another. */
const NOWHERE = -1;

/** Forests of 0 to 8 taxa, trees included. */
const forestCounts = [0, 1, 2, 7, 37, 266, 2431, 27_007, 353_522];

/** Trees with more taxa would have more than half a million pairs to join. */
export const MAX_TAXA = 1024;

/**
 * Rooted binary trees of taxa, joined two at a time (Zhou et al., PhyloGFN, ICLR 2024). A state is a forest in as many
 * slots as there are taxa; the tree whose smallest taxon is l is in slot l. Joining slots l < r moves the tree of r
 * into slot l. A state is terminal when one tree is left; there is no stop, and no history: joins in another order that
 * give the same forest are the same state.
 *
 * State row: for each slot the slot that it was joined to (-1 for none), how many had been joined to that one before,
 * and finally the number of joins. Action l (2n - 1 - l) / 2 + r - l - 1 joins slots l < r of n. The backward action of
 * the same number undoes the last join of slot l, if that was with r. The policy sees one-hot blocks of all of it.
 *
 * @throws Error on fewer than 2 taxa
 */
export function phylogeneticTrees(taxa: readonly string[]): RowEnvironment<ForestFields> {
  const n = taxa.length;
  if (n < 2 || n > MAX_TAXA) throw new Error(`Trees have 2 to ${MAX_TAXA} taxa, not ${n}.`);
  const pairs = Array.from({ length: n }, (_, l) => Array.from({ length: n - 1 - l }, (_, i) => [l, l + 1 + i])).flat();
  const left = table(
    'left',
    Int32Array.from(pairs, ([l]) => l),
  );
  const right = table(
    'right',
    Int32Array.from(pairs, ([, r]) => r),
  );
  type State = Parameters<Parameters<typeof rowEnvironment<ForestFields>>[0]['isTerminal']>[0];
  const joinsOf = ({ into }: State, slot: Int) => countOf(n, (other) => into.at(other).equal(slot));
  const isRoot = ({ into }: State, slot: Int) => into.at(slot).equal(NOWHERE);
  const environment: RowEnvironment<ForestFields> = rowEnvironment({
    name: 'phylo',
    options: { taxa: n },
    state: {
      into: cells(n, { min: NOWHERE, max: n - 2 }),
      place: cells(n, { max: n - 1 }),
      joined: counter({ max: n - 1 }),
    },
    actions: {
      join: {
        count: pairs.length,
        allowed: (state, pair) => isRoot(state, left.at(pair)).and(isRoot(state, right.at(pair))),
        step(state, pair) {
          const [l, r] = [left.at(pair), right.at(pair)];
          state.place.set(r, joinsOf(state, l));
          state.into.set(r, l);
          state.joined.set(state.joined.add(1));
        },
        undo(state, pair) {
          const r = right.at(pair);
          state.into.set(r, NOWHERE);
          state.place.set(r, 0);
          state.joined.set(state.joined.subtract(1));
        },
        undoable(state, pair) {
          const [l, r] = [left.at(pair), right.at(pair)];
          // Joins are counted for the few pairs that were joined, not for all.
          const isLast = local(false);
          when(state.into.at(r).equal(l).and(isRoot(state, l)), () =>
            isLast.set(state.place.at(r).equal(joinsOf(state, l).subtract(1))),
          );
          return isLast.get();
        },
      },
    },
    isTerminal: ({ joined }) => joined.equal(n - 1),
    maxSteps: n - 1,
    ...unlessTooMany('phylo', forestCounts[n] ?? Number.POSITIVE_INFINITY),
    observe: ['into', 'place'],
    text: ({ into, place }) =>
      into.flatMap((slot, root) => (slot === NOWHERE ? [newick(treeIn(into, place, root), taxa)] : [])).join(' '),
    parse(text, row) {
      const joins = readNewick(text, taxa).flatMap((tree) => joinsMaking(tree).joins);
      const actions = joins.map(([l, r]) => (l * (2 * n - 1 - l)) / 2 + r - l - 1);
      walkTo(environment, actions, row, () => `${quoted(text)} is no forest of ${n} taxa.`);
    },
  });
  return environment;
}

/** The tree in a slot: its taxon, joined in order with the trees that were joined to it. */
function treeIn(into: readonly number[], place: readonly number[], slot: number): PhyloTree {
  const joined = into.flatMap((target, other) => (target === slot ? [other] : [])).sort((a, b) => place[a] - place[b]);
  return joined.reduce<PhyloTree>((tree, other) => [tree, treeIn(into, place, other)], slot);
}

/**
 * The numbers of a forest's trees, one for each slot: a tree for each slot that was not joined to another, or the tree
 * that it was when it was joined. The array is reused.
 */
function forestReader(taxa: number, subtrees: Subtrees): (state: Int32Array) => Int32Array {
  const joined = new Int32Array(taxa);
  const joinedAt = new Int32Array(taxa * taxa);
  const trees = new Int32Array(taxa);
  return (state) => {
    subtrees.begin();
    joined.fill(0);
    for (let slot = 0; slot < taxa; slot++) {
      const into = state[slot];
      if (into === NOWHERE) continue;
      joined[into]++;
      joinedAt[into * taxa + state[taxa + slot]] = slot;
    }
    // A slot is joined only to one before it, so its tree is known by then.
    for (let slot = taxa - 1; slot >= 0; slot--) {
      let tree = slot;
      for (let i = 0; i < joined[slot]; i++) tree = subtrees.join(tree, trees[joinedAt[slot * taxa + i]]);
      trees[slot] = tree;
    }
    return trees;
  };
}

/** The tree of a terminal state. */
export function treeOf(environment: RowEnvironment<ForestFields>, state: Int32Array): PhyloTree {
  const { into, place } = environment.plain(state);
  return treeIn(into, place, 0);
}

/**
 * log R of a tree: the number of mutations that it saves compared with a greedily joined tree (negative if it needs
 * more), divided by `temperature`. The reference, for which other implementations use for example 5,800 on the data set
 * DS1, only shifts log Z; with this one log Z is small, close to its initial value.
 *
 * The potential of a forest is minus the mutations below its joins, over `temperature`, plus its share of the
 * reference: 0 before the first join, log R after the last.
 */
export function parsimonyReward(
  environment: RowEnvironment<ForestFields>,
  sequences: Alignment,
  temperature: number,
): Reward {
  const { length: taxa } = sequences.taxa;
  if (taxa !== Number(environment.options.taxa)) {
    throw new Error(
      `The alignment has ${taxa} sequences, and the trees ${environment.options.taxa} taxa. Make both of the same.`,
    );
  }
  const subtrees = rememberedSubtrees(sequences);
  const treesOf = forestReader(taxa, subtrees);
  const { mutations: expected } = greedyTree(sequences);
  return {
    name: 'parsimony',
    of: environment,
    logReward: (state) => (expected - subtrees.mutations(treesOf(state)[0])) / temperature,
    logPotential(state) {
      const trees = treesOf(state);
      let [left, mutations] = [0, 0];
      for (let slot = 0; slot < taxa; slot++) {
        if (state[slot] !== NOWHERE) continue;
        left++;
        mutations += subtrees.mutations(trees[slot]);
      }
      return ((expected * (taxa - left)) / (taxa - 1) - mutations) / temperature;
    },
  };
}
