import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSmiles } from '../../src/chemistry/smiles.ts';
import { writeSmiles } from '../../src/chemistry/write-smiles.ts';
import { altered, long, parameters, readOrRefused } from './outside.ts';

const pieces = [
  'c1ccccc1',
  'C(=O)',
  '[nH]',
  '[O-]',
  '[Fe+3]',
  '%10',
  '%',
  '1',
  '=',
  '#',
  ':',
  '(',
  ')',
  '[',
  ']',
  '*',
  '@',
];

/** What a molecule is, whatever its SMILES. */
function expectMolecule({ atoms, bonds }: ReturnType<typeof readSmiles>): void {
  expect(atoms.length).toBeGreaterThan(0);
  const pairs = bonds.map(({ atoms: ends }) => [...ends].sort((a, b) => a - b).join());
  expect(new Set(pairs).size).toBe(pairs.length);
  for (const {
    atoms: [u, v],
  } of bonds) {
    expect(u).not.toBe(v);
    for (const end of [u, v]) expect(atoms[end]).toBeDefined();
  }
}

describe('SMILES from outside', () => {
  const anySmiles = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...pieces, 'C', 'c', 'N', 'Cl', 'o')).map((parts) => parts.join('')),
    altered('CC(=O)Oc1ccccc1C(=O)[O-]', pieces),
    altered('c1nc2[nH]ccnc-2n1', pieces),
  );

  test('are read as a molecule or refused with the place of the error', () => {
    fc.assert(
      fc.property(anySmiles, (smiles) => {
        const read = readOrRefused(() => readSmiles(smiles));
        if ('value' in read) expectMolecule(read.value);
        else expect(read.refused).toMatch(/^Cannot read the SMILES ".*".*: at character \d+, /s);
      }),
      { ...parameters, numRuns: 1000 },
    );
  });

  test('that are read are written again, or refused', () => {
    fc.assert(
      fc.property(anySmiles, (smiles) => {
        const read = readOrRefused(() => readSmiles(smiles));
        if ('value' in read) readOrRefused(() => writeSmiles(read.value));
      }),
      { ...parameters, numRuns: 1000 },
    );
  });

  test.each([
    ['one long chain', 'C'],
    ['aromatic atoms without a ring', 'c'],
    ['aromatic rings', 'c1ccccc1'],
    ['branches', 'C(C)'],
    ['branches that do not end', 'C('],
    ['brackets that do not end', '['],
    ['bonds', '='],
    ['digits', 'C1'],
    ['spaces', ' '],
  ])('that are long take no longer than reading them: %s', (_, text) => {
    readOrRefused(() => readSmiles(long(text)));
  });

  test('of one ring of many atoms are aromatic all around', () => {
    const { bonds } = readSmiles(`c1${long('c')}1`);
    expect(bonds.every(({ order }) => order === 'aromatic')).toBe(true);
  });
});

test('a bond is aromatic between aromatic atoms that are joined without it too, and no other', () => {
  /** Whether two atoms are joined without a bond, by colouring what can be reached. */
  const isJoined = (pairs: readonly (readonly [number, number])[], without: number): boolean => {
    const reached = new Set([pairs[without][0]]);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const [i, [a, b]] of pairs.entries()) {
        if (i !== without && (reached.has(a) || reached.has(b))) reached.add(a).add(b);
      }
    }
    return reached.has(pairs[without][1]);
  };
  const part = fc.constantFrom('c', 'c', 'c1', 'c2', 'c3', 'c(', ')', 'c4');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const read = readOrRefused(() => readSmiles(parts.join('')));
      if (!('value' in read)) return;
      const pairs = read.value.bonds.map(({ atoms }) => atoms);
      for (const [i, { order }] of read.value.bonds.entries()) expect(order).toBe(isJoined(pairs, i) ? 'aromatic' : 1);
    }),
    { ...parameters, numRuns: 1500 },
  );
});
