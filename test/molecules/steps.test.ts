import { describe, expect, test } from 'vitest';
import { variedWalk } from '../../src/environment/rows.ts';
import { treeRules } from '../../src/molecules/fragment-tree-rules.ts';
import * as trees from '../../src/molecules/fragment-tree-steps.ts';
import { drugFragmentTrees } from '../../src/problems/molecules/environment.ts';
import { graphOfRow } from '../../src/problems/qm9-atoms/atom-row.ts';
import { qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import * as atoms from '../../src/problems/qm9-atoms/graph-steps.ts';
import { atomRules } from '../../src/problems/qm9-atoms/rules.ts';
import { randomFrom } from '../../src/random/random-from.ts';

/** Steps of random walks but stops: the state before, the action, the state behind, the backward action there. */
function stepsOf(environment: ReturnType<typeof qm9Atoms | typeof drugFragmentTrees>, walks: number) {
  const random = randomFrom(7);
  const { stateSize } = environment;
  return Array.from({ length: walks }, () => variedWalk(environment, random)).flatMap(({ states, actions }) =>
    Array.from(actions, (action, t) => {
      const before = states.slice(t * stateSize, (t + 1) * stateSize);
      const behind = states.slice((t + 1) * stateSize, (t + 2) * stateSize);
      return { before, action, behind, back: environment.backwardAction(before, action) };
    }).filter(({ action }) => action !== 0),
  );
}

describe('a step on a graph of atoms', () => {
  const environment = qm9Atoms({ maxAtoms: 5 });
  const rules = atomRules(5, true);
  const graphOf = (state: Int32Array) => graphOfRow(rules.row, state, rules.room);

  test('leaves the graph it is taken from as it is, forwards and backwards', () => {
    for (const { before, action, behind, back } of stepsOf(environment, 40)) {
      const [graph, child] = [graphOf(before), graphOf(behind)];
      atoms.afterAction(rules, graph, action);
      atoms.beforeAction(rules, child, back);
      expect(graph).toEqual(graphOf(before));
      expect(child).toEqual(graphOf(behind));
    }
  });

  test('changes no more atoms than it says', () => {
    for (const { before, action } of stepsOf(environment, 40)) {
      const graph = graphOf(before);
      const { graph: next, changed } = atoms.afterAction(rules, graph, action);
      for (let v = 0; v < graph.nodes; v++) {
        if (!changed.includes(v)) expect(next.colour[v]).toBe(graph.colour[v]);
        for (let u = 0; u < v; u++) {
          if (changed.includes(u) && changed.includes(v)) continue;
          expect(next.edge[u * rules.room + v]).toBe(graph.edge[u * rules.room + v]);
        }
      }
    }
  });

  test('adds at most one atom, and takes away one that has one bond', () => {
    for (const { before, action, behind, back } of stepsOf(environment, 40)) {
      const grown = atoms.afterAction(rules, graphOf(before), action).graph;
      const shrunk = atoms.beforeAction(rules, graphOf(behind), back).graph;
      expect(grown.nodes).toBe(graphOf(behind).nodes);
      expect(shrunk.nodes).toBe(graphOf(before).nodes);
      expect(grown.nodes - shrunk.nodes).toBe(action < rules.actions.set ? 1 : 0);
    }
  });
});

describe('a step on a tree of fragments', () => {
  const environment = drugFragmentTrees({ maxFragments: 4 });
  const rules = treeRules(environment.vocabulary, 4);
  const treeOf = (state: Int32Array) => trees.treeOf(rules.row, state);

  test('leaves the tree it is taken from as it is, forwards and backwards', () => {
    for (const { before, action, behind, back } of stepsOf(environment, 40)) {
      const [tree, child] = [treeOf(before), treeOf(behind)];
      trees.afterAction(rules, tree, action);
      trees.beforeAction(rules, child, back);
      expect(tree).toEqual(treeOf(before));
      expect(child).toEqual(treeOf(behind));
    }
  });

  test('adds a fragment at the end or takes one stem', () => {
    for (const { before, action } of stepsOf(environment, 40)) {
      const tree = treeOf(before);
      const next = trees.afterAction(rules, tree, action);
      const added = action < rules.attach;
      expect(next.nodes).toBe(tree.nodes + (added ? 1 : 0));
      expect(next.fragment.slice(0, tree.nodes)).toEqual(tree.fragment.slice(0, tree.nodes));
      const numbers = 4 * Math.max(0, tree.nodes - 1);
      const differing = tree.edges.slice(0, numbers).filter((number, i) => number !== next.edges[i]);
      expect(differing).toHaveLength(added ? 0 : 1);
    }
  });
});
