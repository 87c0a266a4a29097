import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEnvironment } from '../../src/environment/conformance.ts';
import { graphRow } from '../../src/environment/graph-layout.ts';
import { variedWalk } from '../../src/environment/rows.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { QM9_TEMPERATURES, qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { type Atoms, childrenOf, classOf, readAtoms } from './atoms-by-hand.ts';

const chemistry = await openNodeChemistry();
const environment = qm9Atoms();
const plain = qm9Atoms({ temperatures: false });

const stateOf = (text: string, of = plain): Int32Array => {
  const state = new Int32Array(of.stateSize);
  of.parse?.(text, state);
  return state;
};
const allowed = (mask: Int32Array): number[] => Array.from(mask.keys()).filter((action) => mask[action] !== 0);
const actionsAt = (state: Int32Array, of = plain): number[] => {
  const mask = new Int32Array(of.actionCount);
  of.forwardMask(state, mask);
  return allowed(mask);
};
const backwardActionsAt = (state: Int32Array, of = plain): number[] => {
  const mask = new Int32Array(of.backwardActionCount);
  of.backwardMask(state, mask);
  return allowed(mask);
};
const childOf = (state: Int32Array, action: number, of = plain): Int32Array => {
  const child = state.slice();
  of.step(child, action);
  return child;
};
const parentOf = (state: Int32Array, action: number): Int32Array => {
  const parent = state.slice();
  plain.backwardStep(parent, action);
  return parent;
};
const counts = (keys: readonly string[]): Map<string, number> => {
  const count = new Map<string, number>();
  for (const key of keys) count.set(key, (count.get(key) ?? 0) + 1);
  return count;
};

describe('building molecules', () => {
  interface Small {
    readonly state: Int32Array;
    readonly graph: Atoms;
    readonly symmetries: number;
  }

  /** States of C and N, smaller ones first: three atoms with at most one attribute set, and one or two with two. */
  function smallStates(): Map<string, Small> {
    const initial = new Int32Array(plain.stateSize);
    plain.initial(initial);
    const found = new Map<string, Small>([['', { state: initial, graph: { atoms: [], bonds: [] }, symmetries: 1 }]]);
    for (const { state } of found.values()) {
      for (const action of actionsAt(state)) {
        const child = childOf(state, action);
        if (plain.isTerminal(child)) continue;
        const graph = readAtoms(plain.text(child));
        const set = graph.atoms.reduce((sum, atom) => sum + Object.keys(atom).length - 1, 0);
        if (
          graph.atoms.length > 3 ||
          set > (graph.atoms.length === 3 ? 1 : 2) ||
          graph.atoms.some(({ element }) => 'FO'.includes(element))
        )
          continue;
        const { key, symmetries } = classOf(graph);
        if (!found.has(key)) found.set(key, { state: child, graph, symmetries });
      }
    }
    return found;
  }
  const small = smallStates();
  const keys = new Map([['no atoms', '']]);
  function keyOf(state: Int32Array): string {
    const text = plain.text(state);
    const key = keys.get(text) ?? classOf(readAtoms(text)).key;
    keys.set(text, key);
    return key;
  }

  test('allows exactly the actions that the rules allow, from every small state', () => {
    expect(small.size).toBeGreaterThan(500);
    for (const { state, graph } of small.values()) {
      const children = actionsAt(state).map((action) => childOf(state, action));
      const growing = children.filter((child) => !plain.isTerminal(child)).map(keyOf);
      expect(counts(growing), plain.text(state)).toEqual(counts(childrenOf(graph).map((child) => classOf(child).key)));
      expect(children.length - growing.length).toBe(graph.atoms.length > 0 ? 1 : 0);
    }
  });

  test('has one row for each state', () => {
    for (const { state } of small.values()) {
      for (const action of actionsAt(state)) {
        const child = childOf(state, action);
        const known = plain.isTerminal(child) ? undefined : small.get(keyOf(child));
        if (known) expect(child).toEqual(known.state);
      }
    }
  });

  test('allows backwards exactly what undoes an action, as often as symmetry has it', () => {
    // Numbered graphs of a state: n! / symmetries. Counted from both ends, the ways between them must agree.
    const forward = new Map(
      [...small].map(([key, { state }]) => [
        key,
        counts(
          actionsAt(state).map((action) => {
            const child = childOf(state, action);
            return plain.isTerminal(child) ? 'stopped' : keyOf(child);
          }),
        ),
      ]),
    );
    for (const [key, { state, symmetries }] of small) {
      const back = counts(backwardActionsAt(state).map((action) => keyOf(parentOf(state, action))));
      const expected = new Map<string, number>();
      for (const [parent, to] of forward) {
        const along = to.get(key);
        if (along !== undefined) expected.set(parent, (along * symmetries) / (small.get(parent)?.symmetries ?? 0));
      }
      expect(back, plain.text(state)).toEqual(expected);
    }
  });

  test('has as many paths to a state, times its symmetries, as lead back from it', () => {
    const along = new Map([['', 1]]);
    const back = new Map([['', 1]]);
    const bySize = [...small].sort(([, a], [, b]) => sizeOf(a.graph) - sizeOf(b.graph));
    for (const [key, { state, symmetries }] of bySize) {
      if (key !== '') {
        const parents = backwardActionsAt(state).map((action) => keyOf(parentOf(state, action)));
        back.set(
          key,
          parents.reduce((sum, parent) => sum + (back.get(parent) ?? Number.NaN), 0),
        );
        expect((along.get(key) ?? 0) * symmetries, plain.text(state)).toBe(back.get(key));
      }
      for (const action of actionsAt(state)) {
        const child = childOf(state, action);
        if (!plain.isTerminal(child)) along.set(keyOf(child), (along.get(keyOf(child)) ?? 0) + (along.get(key) ?? 0));
      }
    }
  });
  const sizeOf = ({ atoms, bonds }: Atoms): number =>
    atoms.reduce((sum, atom) => sum + Object.keys(atom).length, 0) +
    bonds.reduce((sum, { order }) => sum + (order > 1 ? 2 : 1), 0);

  test('conforms, with molecules of any size', () => {
    for (const maxAtoms of [1, 2, 3, 9]) {
      for (const temperatures of [true, false]) {
        const options = { seed: maxAtoms, trajectories: 12 };
        expect(checkEnvironment(qm9Atoms({ maxAtoms, temperatures }), undefined, options)).toEqual([]);
      }
    }
  });

  test('takes no more steps than its maximum', () => {
    const one = qm9Atoms({ maxAtoms: 1 });
    // An atom with each of four attributes set, then stopped; the bound allows for half a bond more.
    expect(one.maxSteps).toBe(7);
    const random = randomFrom(1);
    const longest = Math.max(...Array.from({ length: 200 }, () => variedWalk(one, random).actions.length));
    expect(longest).toBe(6);
  });
});

describe('an atom too many', () => {
  const small = qm9Atoms({ maxAtoms: 2, temperatures: false });

  test('ends the trajectory, and only its removal undoes it', () => {
    const ethane = stateOf('C C; 0-1', small);
    // Oxygen to the first atom.
    const propanol = childOf(ethane, 1 + 3, small);
    expect(small.isTerminal(propanol)).toBe(true);
    expect(small.isTooLarge(propanol)).toBe(true);
    expect(small.text(propanol)).toContain('(one atom too many)');
    const [only, ...more] = backwardActionsAt(propanol, small);
    expect(more).toEqual([]);
    small.backwardStep(propanol, only);
    expect(small.text(propanol)).toBe('C C; 0-1');
    expect(small.isTooLarge(childOf(ethane, 0, small))).toBe(false);
  });

  test('is told apart from the others, even from equal ones', () => {
    const [end, middle] = [0, 1].map((atom) => childOf(stateOf('C N; 0-1', small), 1 + 4 * atom, small));
    // C-C-N, with the first or C-N-C, with either carbon too many.
    expect(small.text(end)).not.toBe(small.text(middle));
    expect(() => stateOf('C C (one atom too many)', small)).toThrow('has no more than 2 atoms');
    expect(() => stateOf('C N C; 0-1 1=2 (one atom too many)', small)).toThrow('not one that has just been added');
  });
});

describe('what a policy sees', () => {
  const { observation } = environment;
  if (observation.kind !== 'graph') throw new Error('Molecules are seen as graphs.');
  const { layout } = observation;
  const rowOf = (text: string): number[] => {
    const row = new Int32Array(observation.size);
    observation.encode(stateOf(text, environment), row);
    return [...row];
  };

  test('is 23 features of an atom and 3 of a bond', () => {
    expect([layout.nodeWidth, layout.edgeWidth, layout.maxNodes]).toEqual([23, 3, 10]);
    const { nodes, edges, size } = graphRow(layout);
    expect(size).toBe(observation.size);
    const row = rowOf('C N+@H2! O; 0-1 1=2 at level 7');
    expect(row.slice(0, 3)).toEqual([3, 2, 7]);
    const atoms = [0, 1, 2].map((i) => row.slice(nodes + 6 * i, nodes + 6 * i + 6));
    // Charge, chirality, written hydrogens, wildcard, no further hydrogens, element.
    expect(atoms).toContainEqual([0, 3, 6, 10, 15, 17]);
    expect(atoms).toContainEqual([1, 5, 8, 10, 16, 18]);
    expect(atoms).toContainEqual([0, 3, 6, 10, 15, 20]);
    const bonds = [0, 1].map((i) => row.slice(edges + 4 * i, edges + 4 * i + 4));
    expect(bonds.map(([, , one, other]) => [one, other]).sort()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    for (const [u, v] of bonds) expect(u < v && v < 3).toBe(true);
    expect(new Set(row.slice(edges + 8)).size).toBe(1);
  });

  test('is one node of its own kind without atoms', () => {
    const row = rowOf('no atoms at level 0');
    expect(row.slice(0, 4)).toEqual([1, 0, 0, 22]);
    expect(new Set(row.slice(4))).toEqual(new Set([-1]));
  });

  test('has the actions of the paper, in its order', () => {
    const widths = layout.actions.map(({ of, width }) => [of, width]);
    expect(widths).toEqual([
      ['graph', 1],
      ['node', 4],
      ['node', 12],
      ['pair', 1],
      ['edge', 2],
    ]);
    expect(environment.actionCount).toBe(1 + 10 * 4 + 10 * 12 + 45 + 23 * 2);
  });

  test('has the inverse temperature on a thermometer of 32 over 0 to 32', () => {
    const { levels, low, high } = QM9_TEMPERATURES;
    expect(layout.thermometer).toEqual({ bins: 32, low: 0, high: 32, from: 0.5, step: 31.5 / 1023 });
    expect([levels, low, high]).toEqual([1024, 0.5, 32]);
    const initial = new Int32Array(environment.stateSize);
    environment.initial(initial);
    expect(environment.text(initial)).toBe('no atoms at level 1023');
    expect(qm9Atoms({ temperatures: false }).condition).toBeUndefined();
  });
});

describe('molecules', () => {
  const state = new Int32Array(environment.stateSize);
  // Molecules of up to nine atoms, with rings, charges, triple bonds, chirality and symmetric parts.
  const smiles = [
    'C',
    'N',
    'F',
    'C=O',
    'C#N',
    'CC(C)(C)C',
    'C1CC1',
    'c1ccccc1',
    'c1cc[nH]c1',
    'C1=CC2CC2=C1',
    'OC1CN1',
    'CC#CC#N',
    'C12C3C4C1C5C2C3C45',
    'C[N+](C)(C)[O-]',
    'C[NH2+]CC(=O)[O-]',
    'O=c1cc[nH]cn1',
    'C[C@H](O)C(=O)N',
    'C[C@@H](O)C(=O)N',
    'C[C@H]1O[C@H]1C',
    'C[C@H]1O[C@@H]1C',
    'C[C@@H]1O[C@@H]1C',
    'O[C@H]1CC[C@@H](F)C1',
    'N[C@@H](CO)C#N',
    'FC(F)(F)F',
    '[CH2]C',
    '[H]C([H])([H])[H]',
    'C[C@](N)(O)F',
    'O[C@@H]([C@H](O)C=O)CN',
  ];

  test('equal their states, whatever the numbers of their atoms', () => {
    for (const each of smiles) {
      const molecule = chemistry.readSmiles(each);
      environment.writeObject(molecule, state);
      expect(environment.isTerminal(state)).toBe(true);
      expect(chemistry.canonicalSmiles(environment.moleculeOf(state)), each).toBe(chemistry.canonicalSmiles(molecule));
      const rows = new Set<string>();
      fc.assert(
        fc.property(fc.shuffledSubarray([...molecule.atoms.keys()], { minLength: molecule.atoms.length }), (place) => {
          const atoms: (typeof molecule.atoms)[number][] = [];
          for (const [i, atom] of molecule.atoms.entries()) atoms[place[i]] = atom;
          const bonds = molecule.bonds.map((bond) => ({
            ...bond,
            atoms: [place[bond.atoms[0]], place[bond.atoms[1]]] as const,
          }));
          environment.writeObject({ atoms, bonds }, state);
          rows.add(state.join());
        }),
        { numRuns: 5 },
      );
      expect(rows.size, each).toBe(1);
    }
  });

  test('can be built: every one is reached backwards and forwards', () => {
    const random = randomFrom(2);
    for (const each of smiles) {
      environment.writeObject(chemistry.readSmiles(each), state);
      const mask = new Int32Array(environment.backwardActionCount);
      const object = state.slice();
      const forward: number[] = [];
      while (environment.text(state) !== 'no atoms at level 1023') {
        environment.backwardMask(state, mask);
        const back = allowed(mask);
        expect(back.length, environment.text(state)).toBeGreaterThan(0);
        const action = back[Math.floor(random() * back.length)];
        forward.push(environment.forwardAction(state, action));
        environment.backwardStep(state, action);
      }
      for (const action of forward.reverse()) {
        expect(actionsAt(state, environment)).toContain(action);
        environment.step(state, action);
      }
      expect(state).toEqual(object);
    }
  });

  test('have the hydrogens that their attributes say', () => {
    for (const [text, expected] of [
      ['C', 'C'],
      ['CH2', 'C'],
      ['C!', '[C]'],
      ['CH2!', '[CH2]'],
      ['N+', '[NH4+]'],
      ['C+', '[CH3+]'],
      ['O-', '[OH-]'],
      ['C N O; 0-1 1=2', 'CN=O'],
      // More hydrogens than nitrogen has room for.
      ['NH3 C C; 0-1 0-2', undefined],
      ['N C C C C; 0-1 0-2 0-3 0-4', undefined],
      ['N+ C C C C; 0-1 0-2 0-3 0-4', 'C[N+](C)(C)C'],
    ]) {
      const molecule = plain.moleculeOf(stateOf(`${text} (stopped)`));
      expect(chemistry.canonicalSmiles(molecule), text).toBe(expected);
    }
    expect(() => plain.moleculeOf(stateOf('C'))).toThrow('still under way');
  });

  test('that cannot be built are refused, saying why', () => {
    const refusals: Record<string, string> = {
      CCCCCCCCCC: 'has 10 atoms, of 9 at most',
      'CC.CC': 'do not hang together',
      CS: 'an atom of S',
      'C[N+2]C': 'an atom of charge 2',
    };
    for (const [each, problem] of Object.entries(refusals)) {
      expect(() => environment.writeObject(chemistry.readSmiles(each), state), each).toThrow(problem);
    }
    const carbon = { element: 'C', charge: 0, aromatic: true };
    expect(() => environment.writeObject({ atoms: [carbon], bonds: [] }, state)).toThrow('aromatic');
  });
});

describe('text and sizes', () => {
  test('that stand for no state are refused', () => {
    const refusals: Record<string, string> = {
      'C (stopped)': 'its level is one of 0 to 1023',
      'C at level 1024': 'its level is one of',
      'no atoms (stopped) at level 3': 'no atom to stop at',
      'X at level 3': '"X" is not an atom',
      'C C; 0~1 at level 3': '"0~1" is not a bond',
      'C C; 0-2 at level 3': 'no atoms 0 and 2',
      'C C; 0-1 1-0 at level 3': 'bonded twice',
      'C C at level 3': 'do not hang together',
      'F C C; 0-1 0-2 at level 3': 'atom 0 has no room',
      'C; 0-1; 1-2 at level 3': 'there is more text after the bonds',
    };
    for (const [text, problem] of Object.entries(refusals)) {
      expect(() => stateOf(text, environment), text).toThrow(problem);
    }
    expect(() => stateOf('C at level 3', plain)).toThrow('it has no level');
  });

  test('out of bounds are refused', () => {
    for (const maxAtoms of [0, 16, 2.5, Number.NaN]) {
      expect(() => qm9Atoms({ maxAtoms })).toThrow(`1 to 15 atoms, not ${maxAtoms}`);
    }
    expect(checkEnvironment(qm9Atoms({ maxAtoms: 15 }), undefined, { trajectories: 3 })).toEqual([]);
  });
});
