import type { Molecule } from '../chemistry/molecule.ts';
import type { Environment } from '../environment/environment.ts';
import { graphActionCount } from '../environment/graph-layout.ts';
import { graphObservation } from '../environment/observation.ts';
import { treeWriter } from '../graph/canonical-tree.ts';
import type { LooseTree } from '../graph/tree-row.ts';
import { checkGiven } from '../text/check-given.ts';
import { messageOf } from '../text/message-of.ts';
import { quoted } from '../text/quoted.ts';
import { joinFragments } from './fragment-assembly.ts';
import { checkTree, type FragmentTree, treeOfRow } from './fragment-tree.ts';
import { encodeTree } from './fragment-tree-layout.ts';
import { allowActions, allowBackwardActions } from './fragment-tree-masks.ts';
import { actionPairs } from './fragment-tree-pairs.ts';
import { STOP, treeRules, UNDO_STOP } from './fragment-tree-rules.ts';
import { afterAction, beforeAction, treeOf } from './fragment-tree-steps.ts';
import { readTreeText, writeTreeText } from './fragment-tree-text.ts';
import { checkVocabulary, type FragmentVocabulary } from './fragments.ts';
import { MAX_FRAGMENTS } from './max-fragments.ts';

/** The fragments of trees, and their maximum number. */
export interface FragmentTreesOptions {
  readonly vocabulary: FragmentVocabulary;
  /** The maximum number of fragments in a molecule; 9 by default, as in the literature. */
  readonly maxFragments?: number;
  /** The environment's name; `fragment-trees` by default. */
  readonly name?: string;
  /** Recreates this environment, for configurations. */
  readonly options?: Environment['options'];
}

/** Molecules as trees of fragments. */
export interface FragmentTrees extends Environment {
  readonly vocabulary: FragmentVocabulary;
  /** The molecule of a finished tree. @throws Error on an unfinished state */
  moleculeOf(state: Int32Array): Molecule;
  /** Writes a finished tree as a state. @throws Error on anything else */
  writeObject(tree: FragmentTree, state: Int32Array): void;
}

/**
 * Molecules as trees of fragments that are joined by single bonds (Bengio et al., Flow Network based Generative Models
 * for Non-Iterative Diverse Candidate Generation, 2021; Jin et al., Junction Tree Variational Autoencoder, 2018; this
 * variant is recursionpharma/gflownet's). A step adds a fragment to one with a free stem, chooses the stem of an edge
 * at one of its nodes, or stops. A tree may stop when every edge has both of its stems.
 *
 * Trees that are equal up to the order of their parts are one state: its row is canonical (`treeWriter`), and actions
 * name nodes and edges by their numbers in it. If parts of a tree are interchangeable, several actions lead to the same
 * child, and each counts. Under the uniform backward policy all backward actions are equally likely: removing a node
 * without chosen stems, undoing the choice of a stem, or undoing the stop.
 *
 * State row: see `TreeRow`. Actions and observation: see `treeLayout`. The text of a tree is that of `writeTreeText`,
 * followed by ` ...` if it is not finished.
 *
 * @throws Error on a vocabulary that `checkVocabulary` refuses, or a number of fragments out of bounds
 */
export function fragmentTrees(given: FragmentTreesOptions): FragmentTrees {
  checkGiven('fragmentTrees', { given }, { vocabulary: 'list' });
  const { vocabulary, maxFragments = 9, name = 'fragment-trees', options = { maxFragments } } = given;
  checkVocabulary(vocabulary);
  if (!(Number.isInteger(maxFragments) && maxFragments >= 1 && maxFragments <= MAX_FRAGMENTS)) {
    throw new Error(`A tree of fragments has at most 1 to ${MAX_FRAGMENTS} of them, not ${maxFragments}.`);
  }
  const rules = treeRules(vocabulary, maxFragments);
  const { layout, row, stemCounts } = rules;
  const write = treeWriter(row);
  const put = (tree: LooseTree, state: Int32Array, finished: 0 | 1) =>
    write(tree, state, new Int32Array(maxFragments), finished);
  const isFinished = (state: Int32Array): boolean => state[row.finished] === 1;

  const environment: FragmentTrees = {
    name,
    options,
    vocabulary,
    stateSize: row.size,
    actionCount: graphActionCount(layout, layout.actions),
    backwardActionCount: graphActionCount(layout, layout.backwardActions),
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
      if (!isFinished(state)) allowActions(rules, state, mask);
    },
    step(state, action) {
      if (action === STOP) state[row.finished] = 1;
      else put(afterAction(rules, treeOf(row, state), action), state, 0);
    },
    backwardMask(state, mask) {
      mask.fill(0);
      if (isFinished(state)) mask[UNDO_STOP] = 1;
      else allowBackwardActions(rules, state, mask);
    },
    backwardStep(state, backwardAction) {
      if (backwardAction === UNDO_STOP) state[row.finished] = 0;
      else put(beforeAction(rules, treeOf(row, state), backwardAction), state, 0);
    },
    ...actionPairs(rules, write),

    text(state) {
      const text = writeTreeText(treeOfRow(row, state), vocabulary);
      return isFinished(state) ? text : `${text} ...`.trimStart();
    },
    parse(text, state) {
      const [, written, unfinished] = /^(.*?)(^\.\.\.| \.\.\.)?$/s.exec(text) ?? [];
      const finished = unfinished === undefined ? 1 : 0;
      try {
        put(looseTreeOf(readTreeText(written, vocabulary), finished), state, finished);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`${quoted(text)} is not a state of ${name}: ${problem}.`, { cause: error });
      }
    },
    writeObject(given, state) {
      try {
        put(looseTreeOf(given, 1), state, 1);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`This is not a finished tree of ${name}: ${problem}.`, { cause: error });
      }
    },
    moleculeOf(state) {
      if (!isFinished(state)) throw new Error(`${environment.text(state)} is not finished, and no molecule yet.`);
      return joinFragments(treeOfRow(row, state), vocabulary);
    },

    enumeration: { reason: 'Trees of fragments are too many to be numbered.' },
  };

  /** @throws Error whose message is the end of a sentence */
  function looseTreeOf({ fragments, edges }: FragmentTree, finished: 0 | 1): LooseTree {
    checkTree({ fragments, edges }, { stemCounts, maxFragments, finished: finished === 1 });
    return { nodes: fragments.length, fragment: [...fragments], edges: edges.flat() };
  }
  return environment;
}
