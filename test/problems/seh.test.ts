import { describe, expect, test } from 'vitest';
import { readSmiles } from '../../src/chemistry/smiles.ts';
import { isDeferred } from '../../src/environment/environment.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { parseSehFragments, parseSehMolecules, sehFragments } from '../../src/problems/seh/environment.ts';
import { sehGraph } from '../../src/problems/seh/features.ts';
import { sehPredictor } from '../../src/problems/seh/predictor.ts';
import { sehLogReward, sehReward } from '../../src/problems/seh/reward.ts';
import { parseSehWeights } from '../../src/problems/seh/weights.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { testWhere } from '../setup/needs.ts';
import { needsData, sharedFile, sharedJson } from '../setup/shared-data.ts';
import { plainSeh, randomWeights } from './plain-seh.ts';

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const fragmentsFile = json({
  fragments: [
    { smiles: 'CO', stems: [1, 0] },
    { smiles: 'c1cn[nH]c1', stems: [0, 3] },
    { smiles: 'C#N', stems: [0] },
  ],
  fragments_18: [{ smiles: 'S', stems: [0, 0] }],
});
const weights = randomWeights(randomFrom(1));
const weightBytes = new Uint8Array(Float32Array.from(Object.values(weights).flatMap((array) => [...array])).buffer);
const trees = sehFragments(parseSehFragments(fragmentsFile, 'full'), { maxFragments: 3, vocabulary: 'full' });

/** What a float32 network of 12 steps may be off by; the published predictions are to be met as closely. */
const tolerance = 1e-4;

describe('the features of a molecule', () => {
  test('are its atoms, and its bonds in both directions', () => {
    const { atomCount, features, edges, kinds } = sehGraph(readSmiles('N#CC'));
    expect(atomCount).toBe(3);
    const on = (atom: number): number[] =>
      [...features.subarray(71 * atom, 71 * atom + 71).keys()].filter((k) => features[71 * atom + k] !== 0);
    expect([on(0), on(1), on(2)]).toEqual([[2, 10, 20], [1, 10, 19], [1, 12, 13, 19]]); // biome-ignore format: columns
    expect(features[2 * 71 + 13]).toBe(3);
    expect([...edges]).toEqual([1, 0, 2, 1, 0, 1, 1, 2]);
    expect([...kinds]).toEqual([2, 0, 2, 0]);
  });

  test('of an atom alone are an edge to itself, of no kind of bond', () => {
    const { edges, kinds } = sehGraph(readSmiles('Br'));
    expect([...edges]).toEqual([0, 0]);
    expect([...kinds]).toEqual([4]);
  });

  const vector = sharedJson<{ smiles: string; x_nonzero: number[][] }>('seh_proxy_testvector.json');
  testWhere(vector !== undefined, needsData)('of paracetamol are those computed by RDKit', () => {
    const { features } = sehGraph(readSmiles(vector?.smiles ?? ''));
    const on = [...features.keys()].filter((i) => features[i] !== 0);
    expect(on.map((i) => [Math.floor(i / 71), i % 71, features[i]])).toEqual(vector?.x_nonzero);
  });
});

const molecules = ['C', 'CC(=O)Nc1ccc(O)cc1', 'Br', 'N#CC', 'c1ccsc1', 'O=C=O'].map((smiles) =>
  sehGraph(readSmiles(smiles)),
);
const expected = molecules.map((molecule) => plainSeh(weights, molecule));
const published = {
  weights: sharedFile('seh_proxy_f32le.bin'),
  fragments: sharedJson<{ fragments: { smiles: string; proxy_alone: number }[] }>('seh_fragments.json'),
  molecules: sharedJson<{ molecules: { smiles: string; proxy: number }[] }>('seh_test_molecules.json'),
  vector: sharedJson<{ smiles: string; proxy: number }>('seh_proxy_testvector.json'),
};
const isPublished = Object.values(published).every((file) => file !== undefined);

onEach(testDevices, (open) => {
  test('the network predicts the values of its formulas, whatever else is in the batch', async () => {
    const device = await open();
    const predict = sehPredictor(device, weights);
    const found = await predict(molecules);
    const error = Math.max(...expected.map((value, i) => Math.abs(value - found[i])));
    expect(error).toBeLessThan(device.kind === 'reference' ? 1e-9 : tolerance);
    // They differ by far more than that.
    const sorted = expected.toSorted((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThan(100 * tolerance);
    const [alone] = await predict([molecules[1]]);
    expect(Math.abs(alone - expected[1])).toBeLessThan(tolerance);
  });

  testWhere(isPublished, needsData)('the published network predicts the published values', async () => {
    const device = await open();
    const predict = sehPredictor(device, parseSehWeights(published.weights ?? new Uint8Array()));
    const { smiles, proxy } = published.vector ?? { smiles: '', proxy: 0 };
    const listed: [string, number][] = [[smiles, proxy]];
    for (const molecule of published.molecules?.molecules ?? []) listed.push([molecule.smiles, molecule.proxy]);
    for (const alone of published.fragments?.fragments ?? []) listed.push([alone.smiles, alone.proxy_alone]);
    // All 83 of them take the slow devices minutes.
    if (device.kind !== 'cpu') listed.length = 4;
    const found = await predict(listed.map(([text]) => sehGraph(readSmiles(text))));
    for (const [i, [text, value]] of listed.entries()) expect(Math.abs(found[i] - value), text).toBeLessThan(tolerance);
  });
});

describe('predictions', () => {
  test('of many molecules are those of each, in their order', async () => {
    const device = await testDevices[0].open();
    const predict = sehPredictor(device, weights);
    // 1,500 atoms: more than one chunk, the last of them small.
    const many = Array.from({ length: 300 }, (_, i) => molecules[i % molecules.length]);
    const [found, few] = [await predict(many), await predict(molecules)];
    for (const [i, prediction] of found.entries()) expect(prediction).toBeCloseTo(few[i % molecules.length], 5);
    expect(await predict([])).toHaveLength(0);
  });

  test('of a molecule larger than a chunk are made too', async () => {
    const device = await testDevices[0].open();
    const chain = sehGraph(readSmiles('C'.repeat(1500)));
    expect(Number.isFinite((await sehPredictor(device, weights)([chain]))[0])).toBe(true);
  });
});

describe('the reward', () => {
  test('is a power of an eighth of the prediction, within bounds', () => {
    expect(sehLogReward(8, 16)).toBe(0);
    expect(sehLogReward(4, 16)).toBeCloseTo(-16 * Math.LN2, 12);
    expect(sehLogReward(-3, 16)).toBeCloseTo(16 * Math.log(1e-4), 12);
    expect(sehLogReward(0, 1)).toBeCloseTo(Math.log(1e-4), 12);
    expect(sehLogReward(1e6, 1)).toBeCloseTo(Math.log(100), 12);
  });

  test('of a prediction that is no number is that of a prediction of 0, on the cpu device, which has such numbers', async () => {
    const device = await testDevices[0].open();
    const broken = { ...weights, 'lin3.bias': Float32Array.of(Number.NaN) };
    const objects = new Int32Array(2 * trees.stateSize);
    for (const [i, text] of ['CO', 'CO{1:1 c1cn[nH]c1}'].entries()) {
      trees.parse?.(text, objects.subarray(i * trees.stateSize, (i + 1) * trees.stateSize));
    }
    const { logRewards, scores } = await (await sehReward({ weights: broken, trees }).prepare(device))(objects);
    expect(Array.from(scores ?? [])).toEqual([0, 0]);
    expect(Array.from(logRewards)).toEqual([sehLogReward(0, 16), sehLogReward(0, 16)]);
  });

  test('of an object is that of the molecule that it stands for', async () => {
    const device = await testDevices[0].open();
    const rate = await sehReward({ weights, trees, beta: 2 }).prepare(device);
    const texts = ['CO', 'CO{1:1 c1cn[nH]c1}', 'CO'];
    const objects = new Int32Array(texts.length * trees.stateSize);
    for (const [i, text] of texts.entries()) {
      trees.parse?.(text, objects.subarray(i * trees.stateSize, (i + 1) * trees.stateSize));
    }
    const { logRewards, scores } = await rate(objects);
    const expected = ['CO', 'OCn1cccn1', 'CO'].map((smiles) => plainSeh(weights, sehGraph(readSmiles(smiles))));
    for (const [i, value] of expected.entries()) {
      expect(Math.abs((scores?.[i] ?? Number.NaN) - value)).toBeLessThan(tolerance);
      expect(logRewards[i]).toBe(sehLogReward(scores?.[i] ?? Number.NaN, 2));
    }
  });

  test.each([
    ['cut short', weightBytes.subarray(0, 1000), 'has 1000 bytes; it should have 2450180'],
    ['too long', new Uint8Array(2_450_184), '2450184 bytes'],
  ])('refuses weights that are %s', (_, bytes, problem) => {
    expect(() => parseSehWeights(bytes)).toThrow(problem);
  });

  test('refuses weights that are no numbers, naming the array', () => {
    const bytes = weightBytes.slice();
    new DataView(bytes.buffer).setFloat32(4 * (64 * 71 + 3), Number.NaN, true);
    expect(() => parseSehWeights(bytes)).toThrow('Weight 3 of lin0.bias in seh_proxy_f32le.bin is NaN');
    expect(parseSehWeights(weightBytes)).toEqual(weights);
  });
});

describe('the files of fragments and molecules', () => {
  test('have two vocabularies', () => {
    expect(parseSehFragments(fragmentsFile, 'full').map(({ name }) => name)).toEqual(['CO', 'c1cn[nH]c1', 'C#N']);
    expect(parseSehFragments(fragmentsFile, 'reduced').map(({ stems }) => stems)).toEqual([[0, 0]]);
  });

  test.each([
    [new TextEncoder().encode('{"fragments": ['), 'is not JSON'],
    [json({ fragments_18: [] }), 'has no list of objects called fragments'],
    [
      json({ fragments: [{ smiles: 'CO' }] }),
      'Entry 0 of fragments in seh_fragments.json has no SMILES with a list of stems',
    ],
    [json({ fragments: [{ smiles: 'CO', stems: [] }] }), 'CO has no attachment points'],
    [json({ fragments: [{ smiles: 'C(', stems: [0] }] }), 'Cannot read the SMILES "C("'],
  ])('with other contents than fragments are refused', (bytes, problem) => {
    expect(() => parseSehFragments(bytes, 'full')).toThrow(problem);
  });

  test('have molecules as objects, those of few enough fragments', () => {
    const file = json({
      molecules: [
        { smiles: 'COC', nodes: [0, 2], edges: [[0, 1, 0, 0]] },
        { smiles: 'long', nodes: [0, 0, 0, 0], edges: [] },
        { smiles: 'CO', nodes: [0], edges: [] },
      ],
    });
    const objects = parseSehMolecules(file, trees, 3);
    const texts = [0, 1].map((i) => trees.text(objects.subarray(i * trees.stateSize, (i + 1) * trees.stateSize)));
    expect(objects).toHaveLength(2 * trees.stateSize);
    expect(texts[1]).toBe('CO');
    const state = new Int32Array(trees.stateSize);
    trees.parse?.('CO{0:0 C#N}', state);
    expect(objects.subarray(0, trees.stateSize)).toEqual(state);
    expect(() => parseSehMolecules(json({ molecules: [{ nodes: [0] }] }), trees, 3)).toThrow('Molecule 0 in');
    const broken = json({ molecules: [{ nodes: [0, 2], edges: [[0, 1, 0, 5]] }] });
    expect(() => parseSehMolecules(broken, trees, 3)).toThrow('node 1 has no stem 5');
  });
});

describe('the problem', () => {
  const files: Readonly<Record<string, Uint8Array>> = {
    'seh_fragments.json': fragmentsFile,
    'seh_proxy_f32le.bin': weightBytes,
    'seh_test_molecules.json': json({ molecules: [{ nodes: [0], edges: [] }] }),
  };
  const read = async (name: string): Promise<Uint8Array> => files[name] ?? Promise.reject(new Error(`no file ${name}`));

  test('is made of its files, with molecules and a deferred reward', async () => {
    const problem = await findProblem('seh').create({}, read);
    expect(isDeferred(problem)).toBe(true);
    expect(problem.environment.options).toEqual({ maxFragments: 9, vocabulary: 'full' });
    expect(problem.heldOut).toHaveLength(problem.environment.stateSize);
    expect(problem.moleculeOf?.(problem.heldOut ?? new Int32Array()).atoms.map(({ element }) => element)).toEqual([
      'C',
      'O',
    ]);
  });

  test('of the reduced vocabulary has no molecules to compare with', async () => {
    const problem = await findProblem('seh').create({ vocabulary: 'reduced', maxFragments: 4 }, read);
    expect(problem.environment.options).toEqual({ maxFragments: 4, vocabulary: 'reduced' });
    expect(problem.environment.maxSteps).toBe(11);
    expect(problem.heldOut).toBeUndefined();
  });

  testWhere(isPublished, needsData)(
    'rates the published molecules, put together of fragments, as published',
    async () => {
      const problem = await findProblem('seh').create({}, async (name) => sharedFile(name) ?? new Uint8Array());
      if (!isDeferred(problem) || problem.heldOut === undefined) throw new Error('The problem has no objects to rate.');
      const rate = await problem.reward.prepare(await testDevices[0].open());
      const { scores } = await rate(problem.heldOut);
      for (const [i, { smiles, proxy }] of published.molecules?.molecules.entries() ?? []) {
        expect(Math.abs((scores?.[i] ?? Number.NaN) - proxy), smiles).toBeLessThan(tolerance);
      }
    },
  );
});
