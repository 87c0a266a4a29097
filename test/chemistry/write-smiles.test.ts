import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Atom, Bond, Molecule } from '../../src/chemistry/molecule.ts';
import { hydrogensOf, usualValences } from '../../src/chemistry/valence.ts';
import { writeSmiles } from '../../src/chemistry/write-smiles.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { drugLikenessTable } from './drug-likeness-table.ts';

const chemistry = await openNodeChemistry();
const atom = (element: string, more: Partial<Atom> = {}): Atom => ({ element, charge: 0, aromatic: false, ...more });
const bond = (u: number, v: number, order: Bond['order'] = 1): Bond => ({ atoms: [u, v], order });
const canonical = (smiles: string): string | undefined => chemistry.canonicalSmiles(chemistry.readSmiles(smiles));

describe('SMILES', () => {
  test('are written for chains, branches, rings, parts and the empty molecule', () => {
    const chain = { atoms: [atom('C'), atom('C'), atom('O')], bonds: [bond(0, 1), bond(1, 2, 2)] };
    expect(writeSmiles(chain)).toBe('CC=O');
    const star = { atoms: [atom('N'), atom('C'), atom('F'), atom('Cl')], bonds: [bond(0, 1), bond(0, 2), bond(0, 3)] };
    expect(writeSmiles(star)).toBe('N(C)(F)Cl');
    const ring = { atoms: [atom('C'), atom('C'), atom('C')], bonds: [bond(0, 1), bond(1, 2), bond(2, 0, 2)] };
    expect(writeSmiles(ring)).toBe('C=1CC1');
    expect(writeSmiles({ atoms: [atom('C'), atom('O')], bonds: [] })).toBe('C.O');
    expect(writeSmiles({ atoms: [], bonds: [] })).toBe('');
  });

  test('of atoms with charges, hydrogens and aromaticity has brackets where they are needed', () => {
    expect(writeSmiles({ atoms: [atom('N', { charge: 1 })], bonds: [] })).toBe('[NH4+]');
    expect(writeSmiles({ atoms: [atom('C', { hydrogens: 2 })], bonds: [] })).toBe('[CH2]');
    expect(writeSmiles({ atoms: [atom('O', { charge: -2 })], bonds: [] })).toBe('[O-2]');
    const pyrrole: Molecule = {
      atoms: [atom('N', { aromatic: true, hydrogens: 1 }), ...Array(4).fill(atom('C', { aromatic: true }))],
      bonds: [0, 1, 2, 3, 4].map((i) => bond(i, (i + 1) % 5, 'aromatic')),
    };
    expect(writeSmiles(pyrrole)).toBe('[nH]1cccc1');
    const biphenyl: Molecule = {
      atoms: Array(12).fill(atom('C', { aromatic: true })),
      bonds: [
        ...[0, 1, 2, 3, 4, 5].map((i) => bond(i, (i + 1) % 6, 'aromatic')),
        ...[0, 1, 2, 3, 4, 5].map((i) => bond(6 + i, 6 + ((i + 1) % 6), 'aromatic')),
        bond(0, 6),
      ],
    };
    expect(chemistry.canonicalSmiles(biphenyl)).toBe('c1ccc(-c2ccccc2)cc1');
  });

  test('of more than nine open rings reads back', () => {
    // Two ladders' rails of twelve atoms, closed by twelve rungs: while the first rail is written, all rings are open.
    const rail = Array.from({ length: 11 }, (_, i) => [bond(i, i + 1), bond(12 + i, 13 + i)]).flat();
    const rungs = Array.from({ length: 12 }, (_, i) => bond(i, 12 + i));
    const ladder = { atoms: Array(24).fill(atom('C')), bonds: [...rail, ...rungs] };
    const smiles = writeSmiles(ladder);
    expect(smiles).toContain('%10');
    const { atoms, bonds } = chemistry.readSmiles(smiles);
    expect([atoms.length, bonds.length]).toEqual([24, 34]);
  });

  test('does not depend on how atoms are numbered, once it is canonical', () => {
    const molecules = drugLikenessTable.map(([smiles]) => chemistry.readSmiles(smiles));
    fc.assert(
      fc.property(fc.constantFrom(...molecules), fc.gen(), ({ atoms, bonds }, draw) => {
        const places = draw(() =>
          fc.shuffledSubarray([...atoms.keys()], { minLength: atoms.length, maxLength: atoms.length }),
        );
        const moved: Atom[] = [];
        for (const [i, place] of places.entries()) moved[place] = atoms[i];
        const renumbered = bonds.map(({ atoms: [u, v], order }, i) =>
          bond(places[i % 2 ? u : v], places[i % 2 ? v : u], order),
        );
        expect(chemistry.canonicalSmiles({ atoms: moved, bonds: renumbered })).toBe(
          chemistry.canonicalSmiles({ atoms, bonds }),
        );
      }),
    );
  });

  test('keeps what a SMILES says, but for the geometry of double bonds', () => {
    for (const [smiles, expected] of [
      ['C[C@H](N)C(=O)O', 'C[C@H](N)C(=O)O'],
      ['C[C@@H](N)C(=O)O', 'C[C@@H](N)C(=O)O'],
      ['[C@H](F)(Cl)Br', 'F[C@@H](Cl)Br'],
      ['C[S@](=O)CC', 'CC[S@](C)=O'],
      ['[C@]1(F)(Cl)CCO1', 'F[C@@]1(Cl)CCO1'],
      ['F/C=C/F', 'FC=CF'],
      ['C[N+](=O)[O-]', 'C[N+](=O)[O-]'],
      ['[CH2]C', '[CH2]C'],
    ]) {
      expect(canonical(smiles), smiles).toBe(expected);
    }
  });

  test('turns with two neighbours exchanged', () => {
    const centre = (bonds: readonly Bond[]): string | undefined =>
      chemistry.canonicalSmiles({
        atoms: [atom('C', { chirality: 'clockwise' }), atom('F'), atom('Cl'), atom('Br'), atom('I')],
        bonds,
      });
    const [one, other] = ['F[C@@](Cl)(Br)I', 'F[C@](Cl)(Br)I'];
    expect(centre([bond(0, 1), bond(0, 2), bond(0, 3), bond(0, 4)])).toBe(one);
    expect(centre([bond(0, 2), bond(0, 1), bond(0, 3), bond(0, 4)])).toBe(other);
    expect(centre([bond(0, 2), bond(0, 3), bond(0, 1), bond(0, 4)])).toBe(one);
  });

  test('leaves out a chirality that an atom cannot have', () => {
    const methane = { atoms: [atom('C', { chirality: 'clockwise' })], bonds: [] };
    expect(writeSmiles(methane)).toBe('C');
  });

  test('of a bond to nowhere is refused', () => {
    expect(() => writeSmiles({ atoms: [atom('C')], bonds: [bond(0, 1)] })).toThrow('joins the atoms 0 and 1');
    expect(() => writeSmiles({ atoms: [atom('C')], bonds: [bond(0, 0)] })).toThrow('joins the atoms 0 and 0');
  });
});

describe('hydrogens', () => {
  // A molfile leaves hydrogens to RDKit's own rules, as SMILES does for atoms without brackets and charges.
  const bondless = (element: string, charge: number): string =>
    ['', '  test', '', '  1  0  0  0  0  0            999 V2000']
      .concat(`    0.0000    0.0000    0.0000 ${element.padEnd(3)} 0  0  0  0  0  0  0  0  0  0  0  0`)
      .concat(charge === 0 ? [] : `M  CHG  1   1 ${String(charge).padStart(3)}`)
      .concat('M  END', '')
      .join('\n');

  test('are those that RDKit gives, also with a charge', () => {
    for (const element of ['B', 'C', 'N', 'O', 'F', 'Si', 'P', 'S', 'Cl', 'Br', 'I']) {
      for (const charge of [0, 1, -1]) {
        const [read] = chemistry.readSmiles(bondless(element, charge)).atoms;
        const own = hydrogensOf(atom(element, { charge }), 0);
        expect({ element, charge, hydrogens: own }).toEqual({ element, charge, hydrogens: read.hydrogens });
      }
    }
  });

  test('are none where no usual valence holds the bonds, or the element has none', () => {
    expect(hydrogensOf(atom('C'), 5)).toBe(0);
    expect(hydrogensOf(atom('S'), 3)).toBe(1);
    expect(usualValences('Fe', 0)).toEqual([]);
    expect(hydrogensOf(atom('Fe'), 0)).toBe(0);
  });
});
