import { describe, expect, test } from 'vitest';
import { readSmiles } from '../../src/chemistry/smiles.ts';
import type { Device } from '../../src/device/device.ts';
import { moleculeMetrics } from '../../src/metrics/molecule-metrics.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { QM9_TEMPERATURES, qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { QM9_SURROGATE, qm9AtomsReward, surrogateScore } from '../../src/problems/qm9-atoms/reward.ts';

const chemistry = await openNodeChemistry();
const noDevice = undefined as unknown as Device;
const scoreOf = (smiles: string): number => surrogateScore(chemistry.readSmiles(smiles));

describe('the surrogate of the gap', () => {
  test('is 1 for butadiene, more where the gap is smaller and less where it is wider', () => {
    expect(scoreOf('C=CC=C')).toBeCloseTo(1, 12);
    expect(scoreOf('C1=CC=C1')).toBeCloseTo(1 + (2 * (Math.sqrt(5) - 1)) / 2 / 4.6, 10);
    expect(scoreOf('C')).toBeCloseTo((2 * (Math.sqrt(5) - 1)) / 2 / 4.6, 10);
    expect(scoreOf('C=C')).toBeLessThan(1);
    expect(scoreOf('F')).toBeGreaterThan(1e-4);
  });

  test('is called a surrogate wherever it is named', () => {
    const environment = qm9Atoms();
    expect(QM9_SURROGATE).toContain('surrogate');
    expect(qm9AtomsReward({ environment, chemistry }).name).toBe(QM9_SURROGATE);
  });
});

describe('the reward of atoms', () => {
  const rows = (texts: readonly string[], environment = qm9Atoms()): Int32Array => {
    const { stateSize } = environment;
    const all = new Int32Array(texts.length * stateSize);
    for (const [i, text] of texts.entries())
      environment.parse?.(text, all.subarray(i * stateSize, (i + 1) * stateSize));
    return all;
  };

  test("is beta log r, with beta of the trajectory's level", async () => {
    const rate = await qm9AtomsReward({ environment: qm9Atoms(), chemistry }).prepare(noDevice);
    const levels = [0, 341, 1023];
    const { logRewards, scores } = await rate(rows(levels.map((level) => `C C; 0=1 (stopped) at level ${level}`)));
    const score = scoreOf('C=C');
    expect(Array.from(scores ?? [])).toEqual([score, score, score]);
    for (const [i, beta] of [0.5, 11, 32].entries()) expect(logRewards[i]).toBeCloseTo(beta * Math.log(score), 10);
  });

  test('is the same for all with one inverse temperature', async () => {
    const environment = qm9Atoms({ temperatures: false });
    const rate = await qm9AtomsReward({ environment, chemistry, inverseTemperature: 3 }).prepare(noDevice);
    const { logRewards } = await rate(rows(['C C; 0=1 (stopped)'], environment));
    expect(logRewards[0]).toBeCloseTo(3 * Math.log(scoreOf('C=C')), 10);
  });

  test('is -75 for an invalid molecule or one with an atom too many', async () => {
    const rate = await qm9AtomsReward({ environment: qm9Atoms({ maxAtoms: 5 }), chemistry }).prepare(noDevice);
    const { logRewards, scores } = await rate(
      rows(
        [
          'N C C C C; 0-1 0-2 0-3 0-4 (stopped) at level 3',
          'C C C C C C; 0-1 1-2 2-3 3-4 4-5 (one atom too many) at level 3',
        ],
        qm9Atoms({ maxAtoms: 5 }),
      ),
    );
    expect(Array.from(logRewards)).toEqual([-75, -75]);
    expect(Array.from(scores ?? [])).toEqual([Number.NaN, Number.NaN]);
  });

  test('rejects ions and radicals as molecules at any inverse temperature, and leaves them to custom scores', async () => {
    const environment = qm9Atoms();
    const lone = (element: string, charge: number, hydrogens: number) => {
      return { atoms: [{ element, charge, aromatic: false, hydrogens }], bonds: [] };
    };
    const objects = new Int32Array(3 * environment.stateSize);
    // A methyl radical, an ammonium ion, and a molecule beside them, all at an inverse temperature of 32.
    for (const [i, molecule] of [lone('C', 0, 3), lone('N', 1, 4), chemistry.readSmiles('C')].entries()) {
      environment.writeObject(molecule, objects.subarray(i * environment.stateSize, (i + 1) * environment.stateSize));
    }
    const { logRewards, scores } = await (await qm9AtomsReward({ environment, chemistry }).prepare(noDevice))(objects);
    expect(Array.from(scores ?? [])).toEqual([Number.NaN, Number.NaN, scoreOf('C')]);
    expect(Array.from(logRewards).slice(0, 2)).toEqual([-75, -75]);
    const score = { name: 'one for all', rate: async (smiles: readonly string[]) => smiles.map(() => 1) };
    const own = await (await qm9AtomsReward({ environment, chemistry, score }).prepare(noDevice))(objects);
    expect(Array.from(own.logRewards)).toEqual([0, 0, 0]);
  });

  test('can be another score, by its name', async () => {
    const asked: string[] = [];
    const reward = qm9AtomsReward({
      environment: qm9Atoms(),
      chemistry,
      score: {
        name: 'number of letters',
        rate: async (smiles) => {
          asked.push(...smiles);
          return smiles.map(({ length }) => length);
        },
      },
    });
    expect(reward.name).toBe('number of letters');
    const { logRewards } = await (await reward.prepare(noDevice))(rows(['C O; 0-1 (stopped) at level 1023']));
    expect(asked).toEqual(['CO']);
    expect(logRewards[0]).toBeCloseTo(32 * Math.log(2), 10);
  });
});

test('states that write one SMILES are one molecule: chirality and hydrogens that change nothing, and the level', async () => {
  const environment = qm9Atoms();
  const { stateSize, moleculeOf } = environment;
  const written = ['C F; 0-1', 'F C@@H3!; 0-1', 'F@ C@H3; 0-1', 'C', 'C@', 'CH2'].flatMap((text) => {
    const state = new Int32Array(stateSize);
    environment.parse?.(`${text} (stopped) at level 7`, state);
    return [state, state.with(QM9_TEMPERATURES.index, 8)];
  });
  expect(new Set(written.map((state) => state.join())).size).toBe(12);
  const found = await moleculeMetrics({ chemistry, stateSize, moleculeOf })({
    states: Int32Array.from(written.flatMap((state) => [...state])),
    scores: new Float64Array(12).fill(0.5),
    logRewards: new Float64Array(12),
  });
  expect(found.distinctMoleculeShare).toBeCloseTo(2 / 12, 12);
});

test('aromatic molecules are refused, whatever their atoms would add up to; a chemistry package writes their bonds', () => {
  for (const smiles of ['c1ccoc1', 'c1ccccc1', 'c1cc[nH]c1', 'c1ccncc1']) {
    expect(() => surrogateScore(readSmiles(smiles))).toThrow(/aromatic atoms.*readSmiles/);
    expect(scoreOf(smiles)).toBeGreaterThan(0.5);
  }
  // Furan, wherever its double bonds are written.
  // The eigenvalues' rounding depends on the order of the atoms: some 1e-16 each, of a few.
  expect(scoreOf('c1ccoc1')).toBeCloseTo(surrogateScore(readSmiles('C1=COC=C1')), 13);
});

test('an atom without an octet makes no molecule of the surrogate’s: its charges are another way to write a bond', async () => {
  for (const smiles of ['O=[C+][O-]', '[CH2+][O-]', '[CH2+][NH-]', 'C[C+]=[N-]']) {
    expect(surrogateScore(readSmiles(smiles)), smiles).toBe(1e-4);
  }
  // The same with the bond, and charges that no bond takes away.
  for (const smiles of ['O=C=O', 'C=O', 'C=N', '[C-]#[O+]', '[CH2-][N+]#N', 'C[N+](=O)[O-]', 'C[NH2+][O-]']) {
    expect(surrogateScore(readSmiles(smiles)), smiles).toBeGreaterThan(0.1);
  }
  const environment = qm9Atoms();
  const object = new Int32Array(environment.stateSize);
  environment.writeObject(readSmiles('O=[C+][O-]'), object);
  const { logRewards } = await (await qm9AtomsReward({ environment, chemistry }).prepare(noDevice))(object);
  expect(Array.from(logRewards)).toEqual([-75]);
});

test('radicals and ions have the least score, whatever their gap; zwitterions have that of their gap', () => {
  const atom = (element: string, charge = 0, hydrogens?: number) => ({
    ...{ element, charge, aromatic: false },
    ...(hydrogens === undefined ? {} : { hydrogens }),
  });
  for (const lone of [atom('C', 0, 0), atom('C', 0, 3), atom('F', 0, 0), atom('F', -1, 0), atom('N', 1, 4)]) {
    expect(surrogateScore({ atoms: [lone], bonds: [] })).toBe(1e-4);
  }
  expect(surrogateScore({ atoms: [atom('C', 0, 4)], bonds: [] })).toBeGreaterThan(0.2);
  const glycine = {
    atoms: [atom('N', 1, 3), atom('C'), atom('C'), atom('O'), atom('O', -1, 0)],
    bonds: [
      { atoms: [0, 1], order: 1 },
      { atoms: [1, 2], order: 1 },
      { atoms: [2, 3], order: 2 },
      { atoms: [2, 4], order: 1 },
    ],
  } as const;
  expect(surrogateScore(glycine)).toBeGreaterThan(1e-4);
});
