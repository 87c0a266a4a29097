import initRdkit from '@rdkit/rdkit';
import { describe, expect, test } from 'vitest';
import { type RdkitModule, type RdkitMolecule, rdkitChemistry } from '../../src/chemistry/rdkit.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';

const rdkit = (await initRdkit()) as unknown as RdkitModule;

/** RDKit, with a count of the molecules and patterns that are not deleted yet. */
function counted(module: RdkitModule): { module: RdkitModule; open(): number; opened(): number } {
  let open = 0;
  let opened = 0;
  const count = (molecule: RdkitMolecule | null): RdkitMolecule | null => {
    if (molecule === null) return null;
    open++;
    opened++;
    const remove = molecule.delete.bind(molecule);
    molecule.delete = () => {
      open--;
      remove();
    };
    return molecule;
  };
  return {
    module: {
      version: () => module.version(),
      get_mol: (smiles) => count(module.get_mol(smiles)),
      get_qmol: (smarts) => count(module.get_qmol(smarts)),
    },
    open: () => open,
    opened: () => opened,
  };
}

describe('RDKit', () => {
  test('frees every molecule it opens, also after an error, and its patterns on close', () => {
    const { module, open, opened } = counted(rdkit);
    const chemistry = rdkitChemistry(module);
    const molecule = chemistry.readSmiles('CC(=O)Nc1ccc(O)cc1');
    chemistry.canonicalSmiles(molecule);
    chemistry.fingerprint('CCO');
    chemistry.drawing('CCO', { width: 100, height: 100 });
    expect(() => chemistry.readSmiles('[Xe]')).toThrow('atomic number 54');
    expect(() => chemistry.readSmiles('C$C')).toThrow('order 4');
    expect(() => chemistry.fingerprint('C(C')).toThrow('"C(C" is not the SMILES');
    expect(open()).toBe(0);
    chemistry.drugProperties('CCO');
    const patterns = open();
    expect(patterns).toBe(128);
    chemistry.drugProperties('CCN');
    expect(open()).toBe(patterns);
    chemistry.close();
    expect(open()).toBe(0);
    expect(opened()).toBeGreaterThan(patterns + 5);
  });

  test('names itself with its version', async () => {
    expect((await openNodeChemistry()).name).toMatch(/^RDKit \d{4}\.\d+\.\d+$/);
  });
});

describe('a molecule', () => {
  const chemistry = rdkitChemistry(rdkit);
  const carbon = { element: 'C', charge: 0, aromatic: false };

  test('is not valid with too many bonds, or an aromatic ring that cannot be', () => {
    const bonds = [1, 2, 3, 4, 5].map((other) => ({ atoms: [0, other] as const, order: 1 as const }));
    expect(chemistry.canonicalSmiles({ atoms: Array(6).fill(carbon), bonds })).toBeUndefined();
    const aromatic = { ...carbon, aromatic: true };
    const ring = (size: number) => ({
      atoms: Array(size).fill(aromatic),
      bonds: Array.from({ length: size }, (_, i) => ({
        atoms: [i, (i + 1) % size] as const,
        order: 'aromatic' as const,
      })),
    });
    expect(chemistry.canonicalSmiles(ring(6))).toBe('c1ccccc1');
    expect(chemistry.canonicalSmiles(ring(5))).toBeUndefined();
  });

  test('that is invalid has no SMILES and no other property', () => {
    for (const wrong of ['', 'C(', 'c1ccc1c', 'CC(C)(C)(C)C', 'hello']) {
      expect(() => chemistry.readSmiles(wrong), wrong).toThrow(`"${wrong}" is not the SMILES of a valid molecule`);
      expect(() => chemistry.drugProperties(wrong), wrong).toThrow('is not the SMILES');
    }
  });

  test('is read with its double bonds in place and its hydrogens counted', () => {
    const { atoms, bonds } = chemistry.readSmiles('c1ccncc1');
    expect(atoms.map(({ aromatic }) => aromatic)).toEqual(Array(6).fill(false));
    expect(atoms.map(({ hydrogens }) => hydrogens)).toEqual([1, 1, 1, 0, 1, 1]);
    expect(bonds.filter(({ order }) => order === 2)).toHaveLength(3);
  });

  test('has a fingerprint of 2048 bits that tells it from others', () => {
    const [ethanol, same, benzene] = ['CCO', 'OCC', 'c1ccccc1'].map((smiles) => chemistry.fingerprint(smiles));
    expect(ethanol).toHaveLength(256);
    expect(ethanol).toEqual(same);
    expect(ethanol).not.toEqual(benzene);
  });

  test('is refused with isotopes, which a molecule here does not have', () => {
    expect(() => chemistry.readSmiles('[13CH4]')).toThrow(/isotopes are not read, as of C with mass number 13/);
    expect(() => chemistry.readSmiles('[2H]OC')).toThrow(/isotopes are not read, as of H with mass number 2/);
  });

  test('is drawn in the size asked for', () => {
    const svg = chemistry.drawing('CCO', { width: 123, height: 45 });
    expect(svg).toContain("width='123px' height='45px'");
    expect(svg.trim().endsWith('</svg>')).toBe(true);
  });
});
