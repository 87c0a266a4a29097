import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atomEnvironments } from '../../src/chemistry/hybridization.ts';
import { readSmiles } from '../../src/chemistry/smiles.ts';
import { checkEnvironment } from '../../src/environment/conformance.ts';
import { graphActionCount, graphRow } from '../../src/environment/graph-layout.ts';
import { randomWalk, variedWalk } from '../../src/environment/rows.ts';
import { cutIntoFragments } from '../../src/molecules/fragment-cutting.ts';
import { type FragmentTrees, fragmentTrees } from '../../src/molecules/fragment-trees.ts';
import { fragmentVocabulary } from '../../src/molecules/fragments.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { allTrees, childrenOf, keyOf, type PlainTree, parentsOf } from './plain-trees.ts';

const vocabulary = fragmentVocabulary([
  ['C', [0]],
  ['CO', [1, 0]],
  ['c1cn[nH]c1', [0, 1, 3, 4]],
  ['C1CNCCN1', [2, 5, 0]],
  ['S', [0, 0]],
]);
const trees = fragmentTrees({ vocabulary });

const read = (text: string, environment: FragmentTrees = trees): Int32Array => {
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};
const forward = (environment: FragmentTrees, state: Int32Array): number[] => {
  const mask = new Int32Array(environment.actionCount);
  environment.forwardMask(state, mask);
  return [...mask.keys()].filter((action) => mask[action] === 1);
};
const backward = (environment: FragmentTrees, state: Int32Array): number[] => {
  const mask = new Int32Array(environment.backwardActionCount);
  environment.backwardMask(state, mask);
  return [...mask.keys()].filter((action) => mask[action] === 1);
};
/** The tree of a row, by what its documentation says. */
const plain = (state: Int32Array, max: number): PlainTree => ({
  nodes: [...state.subarray(1, 1 + state[0])],
  edges: Array.from({ length: Math.max(0, state[0] - 1) }, (_, e) => {
    const at = 1 + max + 3 * e;
    return [state[at], e + 1, state[at + 1], state[at + 2]] as const;
  }),
  finished: state[state.length - 1] === 1,
});
/** The rows of finished trees that random walks end at. */
const someObjects = (environment: FragmentTrees, seed: number, count: number): Int32Array[] => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => variedWalk(environment, random).states.slice(-environment.stateSize));
};

describe('trees of fragments', () => {
  test.each([1, 2, 3, 5, 9])('of up to %d fragments keep to the rules of environments', (maxFragments) => {
    expect(checkEnvironment(fragmentTrees({ vocabulary, maxFragments }), undefined, { trajectories: 30 })).toEqual([]);
  });

  test('are up to symmetry, and say so', () => {
    const rules = checkEnvironment({ ...trees, upToSymmetry: false }).map(({ rule }) => rule);
    expect(rules).toContain('distinct parents');
    expect(rules).toContain('forward then back');
  });

  test('are reported if an action is undone by one that leads elsewhere', () => {
    const wrong: FragmentTrees = {
      ...trees,
      backwardAction: (state, action) => {
        const right = trees.backwardAction(state, action);
        return right === 1 ? 2 : right;
      },
    };
    expect(checkEnvironment(wrong).map(({ rule }) => rule)).toContain('forward then back');
  });

  test('have actions in the groups of their layout', () => {
    const { observation } = trees;
    if (observation.kind !== 'graph') throw new Error('Trees are seen as graphs.');
    const { layout, size } = observation;
    expect(graphActionCount(layout, layout.actions)).toBe(1 + 9 * 5 + 8 * 8);
    expect(trees.actionCount).toBe(1 + 9 * 5 + 8 * 8);
    expect(graphActionCount(layout, layout.backwardActions)).toBe(1 + 9 + 16);
    expect(trees.backwardActionCount).toBe(1 + 9 + 16);
    expect(size).toBe(graphRow(layout).size);
    expect(trees.maxSteps).toBe(26);
  });

  test('take an action for each node, two for each edge and one to stop', () => {
    const random = randomFrom(3);
    const lengths = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const { states, actions, end } = variedWalk(trees, random);
      expect(end).toBe('terminal');
      const nodes = states[states.length - trees.stateSize];
      expect(actions.length).toBe(nodes + 2 * (nodes - 1) + 1);
      lengths.add(actions.length);
    }
    expect(Math.max(...lengths)).toBe(26);
    expect(Math.min(...lengths)).toBe(2);
  });

  test('may stop when both stems of every edge are chosen', () => {
    const stop = 0;
    expect(forward(trees, read('...'))).not.toContain(stop);
    expect(forward(trees, read('C ...'))).toContain(stop);
    for (const stems of ['?:?', '0:?', '?:1']) expect(forward(trees, read(`C{${stems} CO} ...`))).not.toContain(stop);
    expect(forward(trees, read('C{0:1 CO} ...'))).toContain(stop);
    expect(backward(trees, read('C{0:1 CO}'))).toEqual([0]);
  });

  test('grow where a fragment has more stems than edges, whether or not they are chosen', () => {
    // Of C{?:? CO}, carbon has its one stem promised, and CO has one to spare.
    const grown = forward(trees, read('C{?:? CO} ...'))
      .filter((action) => action >= 1 && action < 1 + 9 * 5)
      .map((action) => {
        const state = read('C{?:? CO} ...');
        trees.step(state, action);
        return keyOf(plain(state, 9));
      });
    const expected = [...vocabulary.keys()].map((added) =>
      keyOf({ nodes: [0, 1, added], edges: [[0, 1, -1, -1] as const, [1, 2, -1, -1] as const], finished: false }),
    );
    expect(grown.sort()).toEqual(expected.sort());
  });

  test('have two backward actions where two nodes are joined by a bare edge, like ones too', () => {
    expect(backward(trees, read('C{?:? CO} ...'))).toHaveLength(2);
    expect(backward(trees, read('CO{?:? CO} ...'))).toHaveLength(2);
    expect(backward(trees, read('CO{0:? CO} ...'))).toHaveLength(1);
    expect(backward(trees, read('CO{0:1 CO} ...'))).toHaveLength(2);
    expect(backward(trees, read('C ...'))).toHaveLength(1);
  });

  test('have the same row in whatever order their parts are given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.infiniteStream(fc.nat()), (seed, numbers) => {
        const [object] = someObjects(trees, seed, 1);
        const { nodes, edges } = plain(object, 9);
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, at: numbers.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const order = shuffled([...nodes.keys()]);
        const renamed = shuffled(edges).map(([u, v, a, b]) => {
          const [x, y] = [order.indexOf(u), order.indexOf(v)];
          return (numbers.next().value ?? 0) % 2 === 0 ? ([x, y, a, b] as const) : ([y, x, b, a] as const);
        });
        const state = new Int32Array(trees.stateSize).fill(-7);
        trees.writeObject({ fragments: order.map((node) => nodes[node]), edges: renamed }, state);
        expect(state).toEqual(object);
      }),
      { numRuns: 200 },
    );
  });
});

describe.each([
  { max: 2, stems: [1, 2, 6, 3, 2, 4] },
  { max: 3, stems: [1, 2, 3] },
])('all trees of up to $max fragments', ({ max, stems }) => {
  const names = ['C', 'N', 'O', 'P', 'S', 'B'];
  const environment = fragmentTrees({
    vocabulary: fragmentVocabulary(stems.map((count, f) => [names[f], Array<number>(count).fill(0)])),
    maxFragments: max,
  });
  const expected = allTrees(stems, max);
  const rows = new Map<string, Int32Array>();
  const initial = new Int32Array(environment.stateSize);
  environment.initial(initial);
  rows.set(initial.join(), initial);
  for (const state of rows.values()) {
    for (const action of forward(environment, state)) {
      const child = state.slice();
      environment.step(child, action);
      if (!rows.has(child.join())) rows.set(child.join(), child);
    }
  }
  const keys = (states: readonly PlainTree[]): string[] => states.map(keyOf).sort();

  test('are reached, each as one row', () => {
    const found = [...rows.values()].map((state) => keyOf(plain(state, max)));
    expect(new Set(found).size).toBe(found.length);
    expect(found.sort()).toEqual([...expected.keys()].sort());
  });

  test('have the actions and backward actions of the rules, as often as the rules have them', () => {
    for (const state of rows.values()) {
      const tree = plain(state, max);
      const children = forward(environment, state).map((action) => {
        const child = state.slice();
        environment.step(child, action);
        return plain(child, max);
      });
      expect(keys(children), environment.text(state)).toEqual(keys(childrenOf(tree, stems, max)));
      const parents = backward(environment, state).map((action) => {
        const parent = state.slice();
        environment.backwardStep(parent, action);
        return plain(parent, max);
      });
      expect(keys(parents), environment.text(state)).toEqual(keys(parentsOf(tree)));
    }
  });

  test('have as many paths back to nothing as there are orders to take them apart in', () => {
    const paths = new Map<string, number>([[keyOf(plain(initial, max)), 1]]);
    const pathsBack = (state: Int32Array): number => {
      const key = keyOf(plain(state, max));
      const known = paths.get(key);
      if (known !== undefined) return known;
      const found = backward(environment, state).reduce((sum, action) => {
        const parent = state.slice();
        environment.backwardStep(parent, action);
        return sum + pathsBack(parent);
      }, 0);
      paths.set(key, found);
      return found;
    };
    for (const state of rows.values()) {
      const tree = plain(state, max);
      expect(pathsBack(state), environment.text(state)).toBe(takenApart(tree));
      if (tree.finished && tree.nodes.length === 1) expect(pathsBack(state)).toBe(1);
      // Two stems in either order, then either node, then the other.
      if (tree.finished && tree.nodes.length === 2) expect(pathsBack(state)).toBe(4);
    }
  });
});

/** Orders in which the parts of a tree can be taken away, counted over parts instead of states. */
function takenApart(tree: PlainTree): number {
  return tree.nodes.length === 0 ? 1 : parentsOf(tree).reduce((sum, parent) => sum + takenApart(parent), 0);
}

describe('what the policy sees', () => {
  const { observation } = trees;
  const seen = (text: string): number[] => {
    const row = new Int32Array(observation.size).fill(-7);
    if (observation.kind === 'graph') observation.encode(read(text), row);
    return [...row];
  };
  const blank = (count: number): number[] => Array(count).fill(-1);

  test('of no fragment at all is one node of a kind of its own', () => {
    expect(seen('...')).toEqual([1, 0, 0, 5, ...blank(8 + 8 * 6)]);
  });

  test('of an edge are the stems of the node it leaves and the node it reaches, in either direction', () => {
    // Stems are counted from 1, and 0 is none; the second half starts at 5, for fragments of up to 4 stems.
    const [first, second] = [...read('CO{1:? c1cn[nH]c1} ...').subarray(1, 3)];
    const [left, right] = first === 1 ? [2, 0] : [0, 2];
    expect(seen('CO{1:? c1cn[nH]c1} ...')).toEqual([
      ...[2, 1, 0, first, second, ...blank(7)],
      ...[0, 1, left, 5 + right, right, 5 + left, ...blank(7 * 6)],
    ]);
  });

  test('of a finished tree is the same as before it stopped', () => {
    expect(seen('CO{1:3 c1cn[nH]c1}')).toEqual(seen('CO{1:3 c1cn[nH]c1} ...'));
  });
});

describe('the text of a tree', () => {
  test('nests branches in braces, with the stems that join them', () => {
    const text = trees.text(read('C{0:1 CO{0:2 c1cn[nH]c1{0:? S}}} ...'));
    expect(read(text)).toEqual(read('S{?:0 c1cn[nH]c1{2:0 CO{1:0 C}}} ...'));
    expect(trees.text(read('CO'))).toBe('CO');
    expect(trees.text(read('CO ...'))).toBe('CO ...');
    expect(trees.text(read('...'))).toBe('...');
  });

  test.each([
    ['', 'a finished tree has at least one fragment'],
    ['CC', 'there should be a fragment of the vocabulary, not "CC".'],
    ['CO{0:0 C', 'there should be a } that ends the branch'],
    ['CO{0 C}', 'there should be two stems and a space'],
    ['CO{0:0 C}}', 'at character 10 there should be the end'],
    ['CO{0:? C}', 'an edge of node 1 has not chosen its stem'],
    ['CO{2:0 C}', 'node 0 has no stem 2; they are 0 to 1'],
    ['CO{0:0 C}{0:0 C}', 'two edges of node 0 take its stem 0'],
    ['C{?:? C}{?:? C} ...', 'more edges than the 1 stems'],
    [`C${'{0:0 CO'.repeat(1)}${'{1:0 CO'.repeat(9)}${'}'.repeat(10)}`, 'it has 11 fragments, of 9 at most'],
  ])('is refused where it is "%s"', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
    expect(() => read(text)).toThrow('is not a state of fragment-trees');
  });

  test('lists that are no tree are refused', () => {
    const write = (fragments: number[], edges: [number, number, number, number][]) => () =>
      trees.writeObject({ fragments, edges }, new Int32Array(trees.stateSize));
    expect(write([1, 1, 1], [[0, 1, 0, 0]])).toThrow('has one edge fewer, not 1');
    expect(write([1, 1, 1], [[0, 1, 0, 0], [1, 0, 1, 1]])).toThrow('closes a ring'); // biome-ignore format: a list of edges
    expect(write([1, 1], [[0, 2, 0, 0]])).toThrow('joins nodes 0 and 2 of 2');
    expect(write([1, 7], [[0, 1, 0, 0]])).toThrow('there is no fragment 7');
  });
});

describe('a vocabulary', () => {
  test.each<[string, [string, number[]][], string]>([
    ['that is empty', [], 'is empty'],
    ['with a fragment that has no attachment points', [['CO', []]], 'CO has no attachment points'],
    [
      'with a fragment that has too many',
      [['C', Array<number>(32).fill(0)]],
      'C has 32 attachment points, of 31 at most',
    ],
    ['with an attachment point at no atom', [['CO', [2]]], 'at atom 2; its atoms are 0 to 1'],
    ['with a fragment twice', [['C', [0]], ['C', [0]]], 'C twice'], // biome-ignore format: a list of fragments
    ['with SMILES that cannot be read', [['C(', [0]]], 'Cannot read the SMILES "C("'],
  ])('%s is refused', (_, entries, problem) => {
    expect(() => fragmentVocabulary(entries)).toThrow(problem);
  });

  test('and a number of fragments out of bounds are refused', () => {
    for (const maxFragments of [0, 2.5, 100]) expect(() => fragmentTrees({ vocabulary, maxFragments })).toThrow('1 to');
  });
});

describe('the molecule of a tree', () => {
  /** Each atom's element, hydrogens and bonds, in no order: what two writings of one molecule have in common. */
  const description = (molecule: ReturnType<typeof readSmiles>): string[] => {
    const atoms = atomEnvironments(molecule).map(({ hydrogens, hybridization }, i) => {
      const { element, aromatic, charge } = molecule.atoms[i];
      return `${element} ${aromatic} ${charge} ${hydrogens} ${hybridization}`;
    });
    const bonds = molecule.bonds.map(
      ({ atoms: pair, order }) => `${order}: ${[...pair.map((atom) => atoms[atom])].sort().join(', ')}`,
    );
    return [...atoms, ...bonds].sort();
  };

  test.each([
    ['CO{1:0 C}', 'CCO'],
    ['CO{0:0 C}', 'COC'],
    // A written hydrogen gives way to the bond.
    ['c1cn[nH]c1{2:0 C}', 'c1cnn(C)c1'],
    ['c1cn[nH]c1{3:0 C}', 'c1cn[nH]c1C'],
    ['S{0:0 C}{1:1 CO}', 'CSCO'],
    ['C1CNCCN1{0:0 C1CNCCN1{1:0 C}}', 'C1CN(N2CCN(C)CC2)CCN1'],
  ])('of %s is %s', (text, smiles) => {
    expect(description(trees.moleculeOf(read(text)))).toEqual(description(readSmiles(smiles)));
  });

  test('gets hydrogens up to the next valence where a bond is more than the present one holds', () => {
    const phosphorus = fragmentTrees({ vocabulary: fragmentVocabulary([['O=PO', [1]], ['C', [0]]]) }); // biome-ignore format: a list
    const molecule = phosphorus.moleculeOf(read('O=PO{0:0 C}', phosphorus));
    expect(description(molecule)).toEqual(description(readSmiles('O=[PH](C)O')));
  });

  test('does not exist before the tree is finished', () => {
    expect(() => trees.moleculeOf(read('CO ...'))).toThrow('"CO ..." is not finished'.replaceAll('"', ''));
  });

  test('can be cut into fragments again', () => {
    const random = randomFrom(8);
    for (let i = 0; i < 30; i++) {
      const state = randomWalk(trees, random).states.slice(-trees.stateSize);
      const molecule = trees.moleculeOf(state);
      const tree = cutIntoFragments(molecule, vocabulary, 9);
      if (tree === undefined) throw new Error(`No tree was found for ${trees.text(state)}.`);
      const again = new Int32Array(trees.stateSize);
      trees.writeObject(tree, again);
      expect(description(trees.moleculeOf(again)), trees.text(state)).toEqual(description(molecule));
    }
  });

  test('cannot be cut into fragments that it is not made of', () => {
    expect(cutIntoFragments(readSmiles('CF'), vocabulary, 9)).toBeUndefined();
    expect(cutIntoFragments(readSmiles('COCOC'), vocabulary, 2)).toBeUndefined();
    // A carbon of this vocabulary has one stem.
    expect(cutIntoFragments(readSmiles('CCC'), vocabulary, 9)).toBeUndefined();
    expect(cutIntoFragments(readSmiles('COCC'), vocabulary, 9)?.fragments.toSorted()).toEqual([0, 0, 1]);
  });
});
