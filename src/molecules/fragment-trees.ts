import type { Molecule } from '../chemistry/molecule.ts';
import type { Environment } from '../environment/environment.ts';
import { graphActionCount } from '../environment/graph-layout.ts';
import { graphObservation } from '../environment/observation.ts';
import { treeWriter } from '../graph/canonical-tree.ts';
import { looseTree, treeRow } from '../graph/tree-row.ts';
import { messageOf } from '../text/message-of.ts';
import { quoted } from '../text/quoted.ts';
import { joinFragments } from './fragment-assembly.ts';
import {
  addNode,
  checkTree,
  type FragmentTree,
  loosen,
  NO_STEM,
  removeNode,
  takeStem,
  treeOfRow,
} from './fragment-tree.ts';
import { encodeTree, treeLayout } from './fragment-tree-layout.ts';
import { readTreeText, writeTreeText } from './fragment-tree-text.ts';
import { checkVocabulary, type FragmentVocabulary } from './fragments.ts';
import { MAX_FRAGMENTS } from './max-fragments.ts';

/** Of which fragments trees are made, and of how many. */
export interface FragmentTreesOptions {
  readonly vocabulary: FragmentVocabulary;
  /** The most fragments of a molecule; 9 unless said, as in the literature. */
  readonly maxFragments?: number;
  /** What the environment is called; `fragment-trees` unless said. */
  readonly name?: string;
  /** What makes this environment again, for configurations. */
  readonly options?: Environment['options'];
}

/** Molecules as trees of fragments. */
export interface FragmentTrees extends Environment {
  readonly vocabulary: FragmentVocabulary;
  /** The molecule that a finished tree stands for. @throws Error on a state that is not finished */
  moleculeOf(state: Int32Array): Molecule;
  /** Writes a finished tree as a state. @throws Error on what is no such tree */
  writeObject(tree: FragmentTree, state: Int32Array): void;
}

const STOP = 0;
const UNDO_STOP = 0;

/**
 * Molecules built of fragments that are joined by single bonds, in a tree (Bengio et al., Flow Network based Generative
 * Models for Non-Iterative Diverse Candidate Generation, 2021; Jin et al., Junction Tree Variational Autoencoder, 2018;
 * this form of it is recursionpharma/gflownet's). A step adds a fragment to one that still has a stem to spare, says which
 * stem of either an edge takes, or stops. A tree may stop when every edge has both of its stems.
 *
 * Trees that are the same up to the order of their parts are one state: its row is canonical (`treeWriter`), and actions
 * name nodes and edges by their numbers in it. Where parts of a tree can be exchanged, several actions lead to the same
 * child; each of them counts. All backward actions are as likely under the uniform backward policy: taking away a node
 * that no stem is chosen for, one stem of an edge, or stopping.
 *
 * State row: see `TreeRow`. Actions and observation: see `treeLayout`. In text a tree is as `writeTreeText` has it, and
 * one that is not finished has ` ...` behind it.
 *
 * @throws Error on a vocabulary that `checkVocabulary` refuses, or a number of fragments out of bounds
 */
export function fragmentTrees(given: FragmentTreesOptions): FragmentTrees {
  const { vocabulary, maxFragments = 9, name = 'fragment-trees', options = { maxFragments } } = given;
  checkVocabulary(vocabulary);
  if (!(Number.isInteger(maxFragments) && maxFragments >= 1 && maxFragments <= MAX_FRAGMENTS)) {
    throw new Error(`A tree of fragments has at most 1 to ${MAX_FRAGMENTS} of them, not ${maxFragments}.`);
  }
  const kinds = vocabulary.length;
  const stemCounts = Int32Array.from(vocabulary, ({ stems }) => stems.length);
  const maxStems = stemCounts.reduce((max, count) => Math.max(max, count));
  const layout = treeLayout(kinds, maxStems, maxFragments);
  // Actions: stop; add fragment f to node i; take stem k for the first node of edge e, or for the second.
  const choices = 2 * maxStems;
  const addStart = 1;
  const attachStart = addStart + maxFragments * kinds;
  // Backward actions: undo stop; take node i away; take a stem back from the first or second node of edge e.
  const removeStart = 1;
  const detachStart = removeStart + maxFragments;
  const actionCount = graphActionCount(layout, layout.actions);
  const backwardActionCount = graphActionCount(layout, layout.backwardActions);

  const row = treeRow(maxFragments);
  const writeTree = treeWriter(row);
  // Work space, so that a step allocates nothing.
  const tree = looseTree(maxFragments);
  const place = new Int32Array(maxFragments);
  const elsewhere = new Int32Array(row.size);
  const degree = new Int32Array(maxFragments);
  const takenStems = new Int32Array(maxFragments);

  const nodesOf = (state: Int32Array): number => state[0];
  const isFinished = (state: Int32Array): boolean => state[row.finished] === 1;
  const edgeAt = (edge: number): number => row.edges + 3 * edge;

  function countEdges(state: Int32Array): void {
    const nodes = nodesOf(state);
    for (let i = 0; i < nodes; i++) {
      degree[i] = 0;
      takenStems[i] = 0;
    }
    for (let e = 0; e < nodes - 1; e++) {
      const at = edgeAt(e);
      const first = state[at];
      degree[first]++;
      degree[e + 1]++;
      if (state[at + 1] >= 0) takenStems[first] |= 1 << state[at + 1];
      if (state[at + 2] >= 0) takenStems[e + 1] |= 1 << state[at + 2];
    }
  }

  /** Allows the free stems of a node, as actions from `start` on. */
  function allowStems(state: Int32Array, node: number, mask: Int32Array, start: number): void {
    const count = stemCounts[state[row.fragments + node]];
    for (let k = 0; k < count; k++) if ((takenStems[node] & (1 << k)) === 0) mask[start + k] = 1;
  }

  /** The tree that an action other than stopping leads to. */
  function grow(state: Int32Array, action: number): void {
    loosen(row, state, tree);
    if (action < attachStart) {
      addNode(tree, Math.floor((action - addStart) / kinds), (action - addStart) % kinds);
    } else {
      const choice = (action - attachStart) % choices;
      const side = choice < maxStems ? 0 : 1;
      takeStem(tree, Math.floor((action - attachStart) / choices), side, choice - side * maxStems);
    }
  }

  /** The tree that a backward action other than undoing the stop leads to. */
  function shrink(state: Int32Array, backwardAction: number): void {
    loosen(row, state, tree);
    const detached = backwardAction - detachStart;
    if (detached < 0) removeNode(tree, backwardAction - removeStart);
    else takeStem(tree, detached >> 1, (detached & 1) as 0 | 1, NO_STEM);
  }

  /** Of an edge of the loose tree: its number in the row just written, and which side a node of it is there. */
  const edgeInRow = (edge: number): number =>
    Math.max(place[tree.edges[4 * edge]], place[tree.edges[4 * edge + 1]]) - 1;
  const sideInRow = (edge: number, side: number): number => {
    const own = place[tree.edges[4 * edge + side]];
    return own < place[tree.edges[4 * edge + 1 - side]] ? 0 : 1;
  };

  const environment: FragmentTrees = {
    name,
    options,
    vocabulary,
    stateSize: row.size,
    actionCount,
    backwardActionCount,
    maxSteps: 3 * maxFragments - 1,
    horizon: 3 * maxFragments - 1,
    upToSymmetry: true,
    observation: graphObservation({
      layout,
      encode: (state, into) => encodeTree(row, layout, state, into),
    }),

    initial(state) {
      state.fill(-1);
      state[0] = 0;
      state[row.finished] = 0;
    },
    isTerminal: isFinished,
    forwardMask(state, mask) {
      mask.fill(0);
      if (isFinished(state)) return;
      const nodes = nodesOf(state);
      if (nodes === 0) {
        for (let f = 0; f < kinds; f++) mask[addStart + f] = 1;
        return;
      }
      countEdges(state);
      mask[STOP] = 1;
      for (let e = 0; e < nodes - 1; e++) {
        const at = edgeAt(e);
        const start = attachStart + e * choices;
        if (state[at + 1] < 0) allowStems(state, state[at], mask, start);
        if (state[at + 2] < 0) allowStems(state, e + 1, mask, start + maxStems);
        if (state[at + 1] < 0 || state[at + 2] < 0) mask[STOP] = 0;
      }
      if (nodes === maxFragments) return;
      for (let i = 0; i < nodes; i++) {
        if (degree[i] >= stemCounts[state[row.fragments + i]]) continue;
        const start = addStart + i * kinds;
        for (let f = 0; f < kinds; f++) mask[start + f] = 1;
      }
    },
    step(state, action) {
      if (action === STOP) {
        state[row.finished] = 1;
        return;
      }
      grow(state, action);
      writeTree(tree, state, place, 0);
    },
    backwardMask(state, mask) {
      mask.fill(0);
      if (isFinished(state)) {
        mask[UNDO_STOP] = 1;
        return;
      }
      const nodes = nodesOf(state);
      countEdges(state);
      for (let i = 0; i < nodes; i++) if (degree[i] <= 1) mask[removeStart + i] = 1;
      for (let e = 0; e < nodes - 1; e++) {
        const at = edgeAt(e);
        const start = detachStart + 2 * e;
        if (state[at + 1] >= 0) mask[start] = 1;
        if (state[at + 2] >= 0) mask[start + 1] = 1;
        if (state[at + 1] < 0 && state[at + 2] < 0) continue;
        mask[removeStart + state[at]] = 0;
        mask[removeStart + e + 1] = 0;
      }
    },
    backwardStep(state, backwardAction) {
      if (backwardAction === UNDO_STOP) {
        state[row.finished] = 0;
        return;
      }
      shrink(state, backwardAction);
      writeTree(tree, state, place, 0);
    },
    backwardAction(state, action) {
      if (action === STOP) return UNDO_STOP;
      grow(state, action);
      writeTree(tree, elsewhere, place, 0);
      if (action < attachStart) return removeStart + place[tree.nodes - 1];
      const edge = Math.floor((action - attachStart) / choices);
      const side = (action - attachStart) % choices < maxStems ? 0 : 1;
      return detachStart + 2 * edgeInRow(edge) + sideInRow(edge, side);
    },
    forwardAction(state, backwardAction) {
      if (backwardAction === UNDO_STOP) return STOP;
      if (backwardAction >= detachStart) {
        const edge = (backwardAction - detachStart) >> 1;
        const side = (backwardAction - detachStart) & 1;
        const stem = state[edgeAt(edge) + 1 + side];
        shrink(state, backwardAction);
        writeTree(tree, elsewhere, place, 0);
        return attachStart + edgeInRow(edge) * choices + sideInRow(edge, side) * maxStems + stem;
      }
      const node = backwardAction - removeStart;
      const added = state[row.fragments + node];
      // The one neighbour, by its number once the node is gone.
      let neighbour = 0;
      for (let e = 0; e < nodesOf(state) - 1; e++) {
        if (e + 1 === node) neighbour = state[edgeAt(e)];
        else if (state[edgeAt(e)] === node) neighbour = e + 1;
      }
      shrink(state, backwardAction);
      writeTree(tree, elsewhere, place, 0);
      const at = tree.nodes === 0 ? 0 : place[neighbour > node ? neighbour - 1 : neighbour];
      return addStart + at * kinds + added;
    },

    text(state) {
      const text = writeTreeText(treeOfRow(row, state), vocabulary);
      return isFinished(state) ? text : `${text} ...`.trimStart();
    },
    parse(text, state) {
      const [, written, unfinished] = /^(.*?)(^\.\.\.| \.\.\.)?$/s.exec(text) ?? [];
      try {
        takeTree(readTreeText(written, vocabulary), unfinished === undefined);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`${quoted(text)} is no state of ${name}: ${problem}.`, { cause: error });
      }
      writeTree(tree, state, place, unfinished === undefined ? 1 : 0);
    },
    writeObject(given, state) {
      try {
        takeTree(given, true);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`This is no finished tree of ${name}: ${problem}.`, { cause: error });
      }
      writeTree(tree, state, place, 1);
    },
    moleculeOf(state) {
      if (!isFinished(state)) throw new Error(`${environment.text(state)} is not finished, and no molecule yet.`);
      return joinFragments(treeOfRow(row, state), vocabulary);
    },

    enumeration: { reason: 'Trees of fragments are too many to be numbered.' },
  };

  /** @throws Error whose message is the end of a sentence */
  function takeTree({ fragments, edges }: FragmentTree, finished: boolean): void {
    checkTree({ fragments, edges }, { stemCounts, maxFragments, finished });
    tree.nodes = fragments.length;
    tree.fragment.set(fragments);
    tree.edges.set(edges.flat());
  }
  return environment;
}
