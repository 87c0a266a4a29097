import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chemistry } from '../../src/chemistry/chemistry.ts';
import { tanimotoDistance, tanimotoSimilarity } from '../../src/metrics/fingerprints.ts';
import { moleculeMetrics, withMoleculeMetrics } from '../../src/metrics/molecule-metrics.ts';
import { separateModes } from '../../src/metrics/separate-modes.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { pairsEnvironment } from '../environment/pairs.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe("Tanimoto's similarity", () => {
  test('is the share of bits that both have, out of those that either has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.gen(), (length, draw) => {
        const [a, b] = [draw(() => bytes(length)), draw(() => bytes(length))];
        const bits = (array: Uint8Array): string =>
          [...array].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const pairs = [...bits(a)].map((bit, i) => Number(bit) + Number(bits(b)[i]));
        const both = pairs.filter((sum) => sum === 2).length;
        const either = pairs.filter((sum) => sum > 0).length;
        expect(tanimotoSimilarity(a, b)).toBe(either === 0 ? 1 : both / either);
        expect(tanimotoSimilarity(b, a)).toBe(tanimotoSimilarity(a, b));
        expect(tanimotoDistance(a, a)).toBe(0);
      }),
    );
    expect(() => tanimotoSimilarity(new Uint8Array(2), new Uint8Array(3))).toThrow('of 2 and 3 bytes');
  });

  test('of molecules is that of RDKit for Python', async () => {
    const chemistry = await openNodeChemistry();
    // Made with RDKit 2026.09.1: GetMorganGenerator(radius=2, fpSize=2048) and DataStructs.TanimotoSimilarity.
    for (const [a, b, expected] of SIMILARITIES) {
      expect(tanimotoSimilarity(chemistry.fingerprint(a), chemistry.fingerprint(b))).toBeCloseTo(expected, 12);
    }
  });
});

const SIMILARITIES: readonly [string, string, number][] = [
  ['CCO', 'CCN', 3 / 9],
  ['c1ccccc1O', 'c1ccccc1N', 6 / 16],
  ['CC(=O)Oc1ccccc1C(=O)O', 'CC(=O)Nc1ccc(O)cc1', 8 / 36],
  ['Cn1c(=O)c2c(ncn2C)n(C)c1=O', 'Cn1cnc2c1c(=O)[nH]c(=O)n2C', 18 / 34],
];

describe('separate modes', () => {
  test('are taken from the best down, each farther than said from those before', () => {
    const options = { threshold: 5, farther: 1, distance: (a: number, b: number) => Math.abs(a - b) };
    // 10 is best; 11 is too near to it, 12 is not; 13 is too near to 12; 20 scores too little.
    expect(separateModes([12, 10, 11, 20, 13], [8, 9, 8.5, 4, 6], options)).toEqual([1, 0]);
    expect(separateModes([12, 10, 11, 20, 13], [8, 9, 8.5, 5, 6], options)).toEqual([1, 0, 3]);
    expect(separateModes([1, 1, 1], [7, 7, 7], options)).toEqual([0]);
    expect(separateModes([], [], options)).toEqual([]);
    expect(() => separateModes([1], [], options)).toThrow('0 scores do not belong to 1 objects');
  });

  test('are as far apart as said, and every other good object is near to a better one of them', () => {
    const point = fc.record({ at: fc.integer({ min: 0, max: 50 }), score: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), fc.integer({ min: 0, max: 9 }), (points, threshold) => {
        const distance = (a: { at: number }, b: { at: number }): number => Math.abs(a.at - b.at);
        const modes = separateModes(
          points,
          points.map(({ score }) => score),
          { threshold, farther: 3, distance },
        );
        for (const [n, i] of modes.entries()) {
          expect(points[i].score).toBeGreaterThanOrEqual(threshold);
          for (const j of modes.slice(0, n)) expect(distance(points[i], points[j])).toBeGreaterThan(3);
        }
        for (const [i, object] of points.entries()) {
          if (object.score < threshold || modes.includes(i)) continue;
          expect(modes.some((j) => points[j].score >= object.score && distance(points[j], object) <= 3)).toBe(true);
        }
      }),
    );
  });
});

describe('figures of molecules', () => {
  /** Molecules by number: SMILES of as many carbon atoms, and a fingerprint with the bit of each of them. */
  const chemistry = {
    canonicalSmiles: ({ atoms }) => 'C'.repeat(atoms.length),
    fingerprint: (smiles) => Uint8Array.of(2 ** smiles.length - 1),
  } as Chemistry;
  const moleculeOf = ([count]: Int32Array) => ({
    atoms: Array.from({ length: count }, () => ({ element: 'C', charge: 0, aromatic: false })),
    bonds: [],
  });
  const metrics = moleculeMetrics({ chemistry, stateSize: 1, moleculeOf, top: 2, modeScores: [3, 6] });

  test('are of different valid molecules, the best first', async () => {
    const states = Int32Array.of(4, 2, 4, 1, 8, 5);
    const scores = Float64Array.of(7, 6, 7, Number.NaN, 3, 2);
    const found = await metrics({ states, scores, logRewards: new Float64Array(6) });
    expect(found.distinctMoleculeShare).toBeCloseTo(4 / 6, 12);
    expect(found.topDistinctScore).toBe(6.5);
    expect(found.topDistinctCount).toBe(2);
    // Two bits out of four.
    expect(found.topDiversity).toBeCloseTo(0.5, 12);
    // Of 4, 2 and 8 carbon atoms: all less similar than 0.7.
    expect(found.modesFrom3).toBe(3);
    expect(found.modesFrom6).toBe(2);
  });

  test('are given to problems of molecules, with the scores that the problem has for modes', async () => {
    const problem = { environment: pairsEnvironment(), reward: { name: 'nothing', logReward: () => 0 } };
    expect(withMoleculeMetrics(problem, chemistry)).toBe(problem);
    // Two molecules are the best two, and are not called as diverse as a hundred.
    const { metricsOf } = withMoleculeMetrics({ ...problem, moleculeOf, modeScores: [7] }, chemistry);
    const states = Int32Array.of(4, 0, 0, 2, 0, 0);
    const found = await metricsOf?.({ states, scores: Float64Array.of(8, 6), logRewards: new Float64Array(2) });
    expect(found).toEqual({ distinctMoleculeShare: 1, topDistinctScore: 7, topDistinctCount: 2, modesFrom7: 1 });
  });

  test('of no valid molecule are few', async () => {
    const none = { states: Int32Array.of(1), scores: Float64Array.of(Number.NaN), logRewards: Float64Array.of(-75) };
    expect(await metrics(none)).toEqual({ distinctMoleculeShare: 0, modesFrom3: 0, modesFrom6: 0 });
  });
});
