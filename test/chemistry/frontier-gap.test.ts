import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frontierGap } from '../../src/chemistry/frontier-gap.ts';
import type { Molecule } from '../../src/chemistry/molecule.ts';
import { symmetricEigenvalues } from '../../src/chemistry/symmetric-eigenvalues.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';

const chemistry = await openNodeChemistry();
const gapOf = (smiles: string): number => frontierGap(chemistry.readSmiles(smiles));
/** Of levels that are sums of a few roots, in float64. */
const DIGITS = 10;

describe('the gap of the frontier orbitals', () => {
  test("is Hückel's for conjugated hydrocarbons", () => {
    // Rings of n have the levels 2 cos(2 pi k / n), chains 2 cos(pi k / (n + 1)).
    const chain = (n: number): number =>
      2 * (Math.cos((Math.PI * (n / 2)) / (n + 1)) - Math.cos((Math.PI * (n / 2 + 1)) / (n + 1)));
    expect(gapOf('C=C')).toBeCloseTo(chain(2), DIGITS);
    expect(gapOf('C=CC=C')).toBeCloseTo(chain(4), DIGITS);
    expect(gapOf('C=CC=CC=C')).toBeCloseTo(chain(6), DIGITS);
    expect(gapOf('c1ccccc1')).toBeCloseTo(2, DIGITS);
    expect(gapOf('C1=CC=C1')).toBeCloseTo(0, DIGITS);
    // Naphthalene: the golden section, as butadiene.
    expect(gapOf('c1ccc2ccccc2c1')).toBeCloseTo(chain(4), DIGITS);
  });

  test('keeps the planes of cumulated and triple bonds apart', () => {
    expect(gapOf('C=C=C')).toBeCloseTo(2, DIGITS);
    expect(gapOf('C#C')).toBeCloseTo(2, DIGITS);
    expect(gapOf('C=C=C=C')).toBeCloseTo(gapOf('C=CC=C'), DIGITS);
    expect(gapOf('C#CC#C')).toBeCloseTo(gapOf('C=CC=C'), DIGITS);
  });

  test('of a double bond to oxygen is between its lone pair and its antibonding level', () => {
    // h = 1, k = 1: levels 1/2 +- sqrt(1/4 + 1); the lone pair in the plane is at 1.6.
    expect(gapOf('C=O')).toBeCloseTo(1.6 - (0.5 - Math.sqrt(1.25)), DIGITS);
  });

  test('of a lone pair beside a double bond is that of three orbitals in a row', () => {
    // Vinylamine: two carbons and the pair of nitrogen, at 1.5 and coupled with 0.8. Four electrons fill two levels.
    const levels = [...symmetricEigenvalues(Float64Array.of(0, 1, 0, 1, 0, 0.8, 0, 0.8, 1.5), 3)].sort((a, b) => b - a);
    expect(gapOf('C=CN')).toBeCloseTo(levels[1] - levels[2], DIGITS);
  });

  test('of single bonds is wide, and narrower with a lone pair', () => {
    expect(gapOf('C')).toBeCloseTo(4.6, DIGITS);
    expect(gapOf('CCC')).toBeCloseTo(4.6, DIGITS);
    expect(gapOf('N')).toBeLessThan(gapOf('C'));
    expect(gapOf('C=CC=C')).toBeLessThan(gapOf('C=C'));
  });

  test('depends on the molecule alone: not on the order of atoms, bonds and the ends of bonds', () => {
    const molecules = [
      'c1ccc2[nH]ccc2c1',
      'C#CC=C=CN',
      'C[N+](=O)[O-]',
      'O=c1cc[nH]cn1',
      'C=[N+]=[N-]',
      'FC=C(O)C#N',
      '[CH2]C=O',
    ].map((smiles) => chemistry.readSmiles(smiles));
    fc.assert(
      fc.property(fc.constantFrom(...molecules), fc.gen(), ({ atoms, bonds }, draw) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          draw(() => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length }));
        const order = shuffled([...atoms.keys()]);
        const place = (atom: number): number => order.indexOf(atom);
        const renumbered: Molecule = {
          atoms: order.map((atom) => atoms[atom]),
          bonds: shuffled(bonds).map((bond, i) => {
            const ends = bond.atoms.map(place) as [number, number];
            return { ...bond, atoms: i % 2 ? ends : [ends[1], ends[0]] };
          }),
        };
        expect(frontierGap(renumbered)).toBeCloseTo(frontierGap({ atoms, bonds }), DIGITS);
      }),
    );
  });

  test('does not depend on where the double bonds of an aromatic ring are written', () => {
    const ring = (first: number): Molecule => ({
      atoms: Array.from({ length: 6 }, (_, i) => ({ element: i === 0 ? 'N' : 'C', charge: 0, aromatic: false })),
      bonds: Array.from({ length: 6 }, (_, i) => ({
        atoms: [i, (i + 1) % 6] as const,
        order: (i % 2 === first ? 2 : 1) as 1 | 2,
      })),
    });
    expect(frontierGap(ring(0))).toBeCloseTo(frontierGap(ring(1)), DIGITS);
  });

  test('is that of no electrons if there are none, and unknown elements are refused', () => {
    expect(frontierGap({ atoms: [], bonds: [] })).toBe(0);
    expect(() => gapOf('CS')).toThrow('Orbitals of S are not known; those of C, N, O, F are');
    const aromatic = { element: 'C', charge: 0, aromatic: true };
    expect(() => frontierGap({ atoms: [aromatic], bonds: [] })).toThrow('aromatic');
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  test('have its trace and its sum of squares, and are its diagonal if all else is 0', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 8 })
          .chain((size) =>
            fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size * size, maxLength: size * size }),
          ),
        (entries) => {
          const size = Math.sqrt(entries.length);
          const matrix = new Float64Array(entries.length);
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) matrix[i * size + j] = entries[Math.max(i, j) * size + Math.min(i, j)];
          }
          const values = symmetricEigenvalues(matrix, size);
          const trace = Array.from({ length: size }, (_, i) => matrix[i * size + i]).reduce((a, b) => a + b, 0);
          const squares = matrix.reduce((sum, value) => sum + value * value, 0);
          // Rounding grows with the entries, which are at most 3 and 64 in number.
          expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(trace, 9);
          expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 9);
        },
      ),
    );
    const [one, three] = symmetricEigenvalues(Float64Array.from([2, 1, 1, 2]), 2).sort();
    expect(one).toBeCloseTo(1, 12);
    expect(three).toBeCloseTo(3, 12);
    expect([...symmetricEigenvalues(Float64Array.from([5, 0, 0, -1]), 2)]).toEqual([5, -1]);
  });
});
