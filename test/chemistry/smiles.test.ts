import { describe, expect, test } from 'vitest';
import { type AtomEnvironment, atomEnvironments } from '../../src/chemistry/hybridization.ts';
import { readSmiles } from '../../src/chemistry/smiles.ts';
import { testWhere } from '../setup/needs.ts';
import { needsData, sharedJson } from '../setup/shared-data.ts';

const symbols = (smiles: string): string =>
  readSmiles(smiles)
    .atoms.map(({ element, aromatic }) => (aromatic ? element.toLowerCase() : element))
    .join(' ');
const bonds = (smiles: string): string =>
  readSmiles(smiles)
    .bonds.map(
      ({ atoms: [u, v], order }) => `${Math.min(u, v)}-${Math.max(u, v)}:${order === 'aromatic' ? 'a' : order}`,
    )
    .sort()
    .join(' ');
const hydrogens = (smiles: string): number[] => atomEnvironments(readSmiles(smiles)).map((atom) => atom.hydrogens);
const hybridizations = (smiles: string): AtomEnvironment['hybridization'][] =>
  atomEnvironments(readSmiles(smiles)).map((atom) => atom.hybridization);

describe('SMILES', () => {
  test('have atoms in their order, of one letter or two', () => {
    expect(symbols('ClC(Br)c1cnc[nH]1')).toBe('Cl C Br c c n c n');
  });

  test('have bonds between neighbours, back to where a branch began, and around rings', () => {
    expect(bonds('CC(=O)N')).toBe('0-1:1 1-2:2 1-3:1');
    expect(bonds('C(C(F)F)#N')).toBe('0-1:1 0-4:3 1-2:1 1-3:1');
    expect(bonds('C1CC1')).toBe('0-1:1 0-2:1 1-2:1');
    expect(bonds('C%10CC%10')).toBe(bonds('C1CC1'));
    expect(bonds('C1=CCC=1')).toBe('0-1:2 0-3:2 1-2:1 2-3:1');
    // The digit of a ring that is closed can be used again.
    expect(bonds('C1CC1C1CC1')).toBe('0-1:1 0-2:1 1-2:1 2-3:1 3-4:1 3-5:1 4-5:1');
  });

  test('have aromatic bonds within an aromatic ring, and a single one between two rings', () => {
    expect(bonds('c1ccccc1')).toBe('0-1:a 0-5:a 1-2:a 2-3:a 3-4:a 4-5:a');
    expect(bonds('c1ccoc1c2ccoc2')).toContain('4-5:1');
    expect(bonds('c1ccoc1-c2ccoc2')).toBe(bonds('c1ccoc1c2ccoc2'));
    expect(bonds('c1nc2[nH]ccnc-2n1')).toContain('2-7:1');
  });

  test('have written hydrogens and charges in brackets alone', () => {
    const [carbon, nitrogen, oxygen] = readSmiles('C[NH2+][O-]').atoms;
    expect(carbon).toEqual({ element: 'C', aromatic: false, charge: 0 });
    expect(nitrogen).toEqual({ element: 'N', aromatic: false, charge: 1, hydrogens: 2 });
    expect(oxygen).toEqual({ element: 'O', aromatic: false, charge: -1, hydrogens: 0 });
    expect(readSmiles('[Fe+3]').atoms[0].charge).toBe(3);
    expect(readSmiles('[O--]').atoms[0].charge).toBe(-2);
  });

  test.each([
    ['', 'at character 1, there is no atom'],
    ['CX', 'at character 2, "X" is not understood'],
    ['C(C', 'a branch does not end'],
    ['CC)C', 'at character 3, a branch ends that was not begun'],
    ['(C)', 'a branch starts from no atom'],
    ['C1CC', 'ring 1 is not closed'],
    ['C11', 'ring 1 joins an atom with itself'],
    ['C=1CC#1', 'ring 1 has two different bonds'],
    ['C=', 'a bond leads to no atom'],
    ['C(=)C', 'a bond leads to no atom'],
    ['=C', 'a bond without an atom before it'],
    ['C==C', 'a bond without an atom before it'],
    ['[13CH4]', '"[13CH4]" is not a known atom'],
    ['C[C@H](F)Cl', '"[C@H]" is not a known atom'],
    ['C.C', '"." is not understood'],
  ])('"%s" are refused', (smiles, problem) => {
    expect(() => readSmiles(smiles)).toThrow(problem);
  });
});

describe('hydrogens', () => {
  test('fill up the usual valences, of which the smallest that is large enough counts', () => {
    expect(hydrogens('CC(=O)N')).toEqual([3, 0, 0, 2]);
    expect(hydrogens('C#N')).toEqual([1, 0]);
    expect(hydrogens('S')).toEqual([2]);
    expect(hydrogens('O=S(C)C')).toEqual([0, 0, 3, 3]);
    expect(hydrogens('O=PO')).toEqual([0, 0, 1]);
    expect(hydrogens('O=P(C)O')).toEqual([0, 1, 3, 1]);
  });

  test('of aromatic atoms never go beyond the first valence', () => {
    expect(hydrogens('c1ccsc1')).toEqual([1, 1, 1, 0, 1]);
    expect(hydrogens('c1ccc2ccccc2c1')).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 0, 1]);
    expect(hydrogens('O=c1cc[nH]cc1')).toEqual([0, 0, 1, 1, 1, 1, 1]);
  });

  test('of an element that is not known are refused', () => {
    expect(() => hydrogens('C[Fe]')).toThrow('There is no element Fe here');
  });
});

describe('hybridisation', () => {
  test('counts neighbours and lone pairs', () => {
    expect(hybridizations('CC#N')).toEqual(['sp3', 'sp', 'sp']);
    expect(hybridizations('C=CC')).toEqual(['sp2', 'sp2', 'sp3']);
    expect(hybridizations('COC')).toEqual(['sp3', 'sp3', 'sp3']);
    expect(hybridizations('CS(=O)(=O)C')).toEqual(['sp3', 'sp3', 'sp2', 'sp2', 'sp3']);
  });

  test('is sp2 where a lone pair is conjugated', () => {
    // The nitrogen of an amide and the second oxygen of an acid, but not the nitrogen of an amine.
    expect(hybridizations('CC(=O)NC')).toEqual(['sp3', 'sp2', 'sp2', 'sp2', 'sp3']);
    expect(hybridizations('O=CO')).toEqual(['sp2', 'sp2', 'sp2']);
    expect(hybridizations('CNC')).toEqual(['sp3', 'sp3', 'sp3']);
    expect(hybridizations('Oc1ccccc1')[0]).toBe('sp2');
    expect(hybridizations('c1cc[nH]c1')).toEqual(Array(5).fill('sp2'));
    expect(hybridizations('c1ccsc1')).toEqual(Array(5).fill('sp2'));
    // A positive nitrogen has no lone pair left to give.
    expect(hybridizations('C=C[NH3+]')[2]).toBe('sp3');
  });
});

interface Published {
  readonly fragments: {
    readonly atoms: [string, number, number, number][];
    readonly bonds: [number, number, number][];
  }[];
}
const vocabulary = sharedJson<{ fragments: { smiles: string }[] }>('seh_fragments.json');
const published = sharedJson<Published>('seh_fragment_atoms.json');

testWhere(vocabulary !== undefined && published !== undefined, needsData)(
  'the published fragments have the atoms, hydrogens and bonds of RDKit',
  () => {
    for (const [i, { smiles }] of vocabulary?.fragments.entries() ?? []) {
      const molecule = readSmiles(smiles);
      const found = atomEnvironments(molecule);
      const expected = published?.fragments[i];
      expect(
        molecule.atoms.map(({ element, aromatic, charge }, a) => [
          element,
          aromatic ? 1 : 0,
          charge,
          found[a].hydrogens,
        ]),
        smiles,
      ).toEqual(expected?.atoms);
      const orders = ['1', '2', '3', 'a'];
      const written = expected?.bonds.map(([u, v, kind]) => `${Math.min(u, v)}-${Math.max(u, v)}:${orders[kind]}`);
      expect(bonds(smiles), smiles).toBe(written?.sort().join(' '));
    }
  },
);
