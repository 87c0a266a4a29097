import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { checkEnvironment } from '../../src/environment/conformance.ts';
import { isDeferred } from '../../src/environment/environment.ts';
import { variedWalk } from '../../src/environment/rows.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { flagName, fromText, optionAt } from '../../src/options/index.ts';
import { bitSequenceModes } from '../../src/problems/bit-sequence/reward.ts';
import { findProblem, problemDefinitions } from '../../src/problems/listed.ts';
import { DRUG_FRAGMENTS, drugFragmentTrees } from '../../src/problems/molecules/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { editDistance, nearestName } from '../../src/text/nearest.ts';
import { namedProblem } from '../rollout/problems.ts';

const noDevice = undefined as unknown as Device;

/** Reads an option's value as the command line does. */
const parsed = (problem: string, name: string, text: string) => {
  const option = optionAt(findProblem(problem).options, name);
  if (option === undefined || option.kind === 'group') throw new Error(`${problem} has no option ${name}.`);
  return fromText(flagName(name), option, text);
};

describe('the registry', () => {
  test('makes a hypergrid out of defaults and out of options', async () => {
    const byDefault = await findProblem('hypergrid').create();
    expect(byDefault.environment.options).toEqual({ dimension: 2, side: 16 });
    expect(byDefault.reward.name).toBe('easy');
    const problem = await findProblem('hypergrid').create({ dimension: 4, side: 20, reward: 'hard' });
    expect(problem.environment.options).toEqual({ dimension: 4, side: 20 });
    expect(problem.reward.name).toBe('hard');
  });

  test('makes a hypergrid whose reward was painted', async () => {
    const create = findProblem('hypergrid').create;
    const problem = await create({ side: 3, reward: 'painted', painting: '012345679' });
    expect(problem.reward.name).toBe('painted');
    if (isDeferred(problem)) throw new Error('A painted reward is known at once.');
    const rewardAt = (x: number, y: number) => Math.exp(problem.reward.logReward(Int32Array.of(x, y, 1)));
    // Rounded by log and exp in float64.
    expect(rewardAt(0, 0)).toBeCloseTo(1e-3, 12);
    expect(rewardAt(0, 2)).toBeCloseTo(2 / 9, 12);
    expect(rewardAt(1, 0)).toBeCloseTo(3 / 9, 12);
    expect(rewardAt(2, 2)).toBeCloseTo(1, 12);
  });

  test('refuses a painting of another size, of other characters, in other dimensions, and one that is missing', async () => {
    const create = findProblem('hypergrid').create;
    const painted = { side: 3, reward: 'painted' };
    await expect(create(painted)).rejects.toThrow('The option painting is missing, which the chosen');
    await expect(create({ ...painted, painting: '01234567' })).rejects.toThrow('the painting has 8');
    await expect(create({ ...painted, painting: '0123 5678' })).rejects.toThrow('characters out of 0123456789, not');
    await expect(create({ ...painted, painting: 123456789 })).rejects.toThrow('characters out of 0123456789, not 1');
    await expect(create({ ...painted, painting: '' })).rejects.toThrow('not ""');
    await expect(create({ ...painted, painting: '0'.repeat(65_537) })).rejects.toThrow('1 to 65536 characters');
    await expect(create({ ...painted, dimension: 3, painting: '0'.repeat(27) })).rejects.toThrow(
      'two dimensions, not of 3',
    );
  });

  test('ignores a painting and an expression beside another reward, whatever they are', async () => {
    const plain = await namedProblem('hypergrid', { side: 3 });
    const idle = await namedProblem('hypergrid', { side: 3, painting: '01', expression: '2x' });
    const state = Int32Array.of(1, 2, 1);
    expect(idle.reward.logReward(state)).toBe(plain.reward.logReward(state));
  });

  test('makes the strings of tfbind8 with a synthetic score, of no data', async () => {
    const problem = await namedProblem('tfbind8-synthetic');
    expect(problem.environment.name).toBe('tfbind8');
    expect(problem.reward.name).toBe('synthetic motif');
  });

  test('reads the table of tfbind8 from its data folder', async () => {
    const bytes = new Uint8Array(new Float32Array(65_536).fill(0.5).buffer);
    const asked: string[] = [];
    const problem = await namedProblem('tfbind8', { data: 'somewhere' }, async (fileName) => {
      asked.push(fileName);
      return bytes;
    });
    expect(asked).toEqual(['tfbind8_six6_ref_r1_normalized_f32le.bin']);
    expect(problem.environment.name).toBe('tfbind8');
    const state = new Int32Array(9);
    problem.environment.parse?.('ACGTACGT', state);
    expect(problem.reward.logReward(state)).toBeCloseTo(Math.log(10), 12);
  });

  test('reads the table of qm9-string from its data folder', async () => {
    const bytes = new Uint8Array(new Float32Array(161_051).fill(0.5).buffer);
    const asked: string[] = [];
    const problem = await namedProblem('qm9-string', { data: 'somewhere' }, async (fileName) => {
      asked.push(fileName);
      return bytes;
    });
    expect(asked).toEqual(['qm9str_block_v1_s5_raw_f32le.bin']);
    const state = new Int32Array(6);
    problem.environment.parse?.('0123a', state);
    expect(problem.reward.logReward(state)).toBeCloseTo(Math.log(100), 12);
    await expect(findProblem('qm9-string').create({})).rejects.toThrow('give the folder that holds it (data)');
  });

  test('makes bit sequences out of defaults and out of options', async () => {
    const byDefault = await findProblem('bit-sequence').create();
    expect(byDefault.environment.options).toEqual({ length: 16, wordSize: 4 });
    const problem = await namedProblem('bit-sequence', { length: 8, wordSize: 2, modes: 1, beta: 0.5 });
    expect(problem.environment.options).toEqual({ length: 8, wordSize: 2 });
    const [mode] = bitSequenceModes({ length: 8, count: 1 });
    const opposite = mode.replace(/[01]/g, (bit) => String(1 - Number(bit)));
    const state = new Int32Array(5);
    problem.environment.parse?.(mode, state);
    expect(problem.reward.logReward(state)).toBe(0);
    problem.environment.parse?.(opposite, state);
    expect(problem.reward.logReward(state)).toBeCloseTo(-0.5, 12);
  });

  test('makes molecules out of fragments, rewarded by drug-likeness', async () => {
    let opened = 0;
    const packages = {
      chemistry: async () => {
        opened++;
        return openNodeChemistry();
      },
    };
    const problem = await findProblem('molecules').create({ maxFragments: 3, beta: 2 }, undefined, packages);
    expect(opened).toBe(1);
    expect(problem.environment.options).toEqual({ maxFragments: 3 });
    expect(problem.reward.name).toBe('drug-likeness (QED)');
    if (!isDeferred(problem)) throw new Error('Drug-likeness is a deferred reward.');
    const state = new Int32Array(problem.environment.stateSize);
    problem.environment.parse?.('c1ccccc1', state);
    const { logRewards, scores } = await (await problem.reward.prepare(noDevice))(state);
    // QED of benzene, by RDKit for Python.
    expect(scores?.[0]).toBeCloseTo(0.442628, 6);
    expect(logRewards[0]).toBeCloseTo(2 * Math.log(0.442628), 5);
    expect(problem.moleculeOf?.(state).atoms).toHaveLength(6);
    expect(problem.modeScores).toEqual([0.9]);
    expect(checkEnvironment(problem.environment, undefined, { trajectories: 10 })).toEqual([]);
  });

  test('makes molecules of which every fragment can be joined at every stem', async () => {
    const chemistry = await openNodeChemistry();
    const trees = drugFragmentTrees({ maxFragments: 5 });
    const random = randomFrom(4);
    const used = new Set<string>();
    for (let i = 0; i < 150; i++) {
      const { states } = variedWalk(trees, random);
      const object = states.slice(-trees.stateSize);
      for (const { name } of trees.vocabulary) if (trees.text(object).includes(name)) used.add(name);
      expect(chemistry.canonicalSmiles(trees.moleculeOf(object)), trees.text(object)).toBeDefined();
    }
    expect(used.size).toBe(DRUG_FRAGMENTS.length);
  });

  test('makes molecules out of atoms, with drawn inverse temperatures or a fixed one', async () => {
    const packages = { chemistry: openNodeChemistry };
    const drawn = await findProblem('qm9-atoms').create({}, undefined, packages);
    expect(drawn.environment.condition?.levels).toBe(1024);
    expect(drawn.reward.name).toContain('surrogate');
    const fixed = await findProblem('qm9-atoms').create(
      { inverseTemperature: 'fixed', beta: 2, maxAtoms: 4 },
      undefined,
      packages,
    );
    expect(fixed.environment.condition).toBeUndefined();
    if (!isDeferred(fixed)) throw new Error('The surrogate is a deferred reward.');
    const state = new Int32Array(fixed.environment.stateSize);
    fixed.environment.parse?.('C C; 0=1 (stopped)', state);
    const { logRewards, scores } = await (await fixed.reward.prepare(noDevice))(state);
    expect(logRewards[0]).toBeCloseTo(2 * Math.log(scores?.[0] ?? 0), 12);
  });

  test('says what a problem of molecules needs without a chemistry package', async () => {
    await expect(findProblem('molecules').create()).rejects.toThrow('molecules needs a chemistry package');
    const missing = { chemistry: () => Promise.reject(new Error('Run: npm install @rdkit/rdkit')) };
    await expect(findProblem('qm9-atoms').create({}, undefined, missing)).rejects.toThrow('npm install @rdkit/rdkit');
  });

  test('refuses bit sequences that cannot be cut into words, and values out of bounds', async () => {
    const create = findProblem('bit-sequence').create;
    await expect(create({ length: 16, wordSize: 5 })).rejects.toThrow('cannot be cut into words of 5 bits');
    await expect(create({ length: 2000 })).rejects.toThrow(
      'bit-sequence: length must be an integer from 1 to 1024, not 2000',
    );
    await expect(create({ beta: -0.5 })).rejects.toThrow('a number from 0 to 1000, not -0.5');
    await expect(create({ beta: Number.NaN })).rejects.toThrow('not NaN');
    await expect(create({ beta: '3' })).rejects.toThrow('not "3"');
    await expect(create({ modes: 0 })).rejects.toThrow('an integer from 1 to 1000, not 0');
  });

  test('passes on errors in the data', async () => {
    const create = findProblem('tfbind8').create;
    await expect(create({})).rejects.toThrow('give the folder that holds it (data)');
    await expect(create({}, async () => new Uint8Array(7))).rejects.toThrow('has 7 bytes');
    await expect(create({}, () => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  });

  test('names the nearest problem for an unknown one', () => {
    expect(() => findProblem('hypergird')).toThrow('There is no problem "hypergird". Did you mean hypergrid?');
    expect(() => findProblem('tfbind')).toThrow('Did you mean tfbind8?');
    const known = problemDefinitions.map(({ name }) => name).join(', ');
    expect(() => findProblem('chess')).toThrow(`"chess". Known: ${known}.`);
  });

  test('refuses options that a problem does not take, with the nearest one', async () => {
    const create = findProblem('hypergrid').create;
    await expect(create({ sied: 8 })).rejects.toThrow('hypergrid: unknown option sied. Did you mean side?');
    await expect(create({ dim: 8 })).rejects.toThrow('Did you mean dimension?');
    await expect(create({ temperature: 8 })).rejects.toThrow(
      'temperature. It takes dimension, side, reward, painting, expression.',
    );
  });

  test('refuses values that an option does not take', async () => {
    const create = findProblem('hypergrid').create;
    await expect(create({ side: 0 })).rejects.toThrow('hypergrid: side must be an integer from 2');
    await expect(create({ side: 7.5 })).rejects.toThrow('not 7.5');
    await expect(create({ side: '8' })).rejects.toThrow('not "8"');
    await expect(create({ dimension: -1 })).rejects.toThrow('not -1');
    await expect(create({ reward: 'eazy' })).rejects.toThrow(
      'one of easy, hard, painted, expression, not "eazy" (did you mean easy?)',
    );
    await expect(findProblem('tfbind8').create({ data: '' })).rejects.toThrow('the path of a folder');
  });

  test('refuses grids with too many cells to count, and takes grids too large to enumerate', async () => {
    const create = findProblem('hypergrid').create;
    await expect(create({ dimension: 20, side: 20 })).rejects.toThrow('20^20 cells, more than can be counted exactly');
    await expect(create({ dimension: 1000, side: 20 })).rejects.toThrow('integer from 1 to 53');
    await expect(create({ dimension: 2, side: 2 ** 24 })).rejects.toThrow('inputs to a policy');
    const { environment } = await create({ dimension: 10, side: 20 });
    expect(environment.enumeration).toEqual({ reason: expect.stringContaining('20^10 cells') });
  });
});

describe('the text of an option', () => {
  test('is a whole number, one of the choices, or a path', () => {
    expect(parsed('hypergrid', 'side', ' 20 ')).toBe(20);
    expect(parsed('hypergrid', 'reward', 'hard')).toBe('hard');
    expect(parsed('tfbind8', 'data', './data')).toBe('./data');
    expect(parsed('hypergrid', 'painting', '0129')).toBe('0129');
  });

  test('is a number, with a point and an exponent where it need not be whole', () => {
    for (const [text, value] of Object.entries({
      '3': 3,
      ' 0.5 ': 0.5,
      '.5': 0.5,
      '2.': 2,
      '+1e2': 100,
      '5E-1': 0.5,
    })) {
      expect(parsed('bit-sequence', 'beta', text), text).toBe(value);
    }
    for (const text of ['', '.', 'e3', '1e', '0x8', 'Infinity', 'NaN', '1,5', '-1', '1001', '1e99']) {
      expect(() => parsed('bit-sequence', 'beta', text), text).toThrow(/^--beta must be a number from 0 to 1000/);
    }
  });

  test('is refused under the name that the command line has', () => {
    expect(() => parsed('bit-sequence', 'wordSize', '0')).toThrow(
      /^--word-size must be an integer from 1 to 16, not 0/,
    );
  });

  test('is refused if it is none of these', () => {
    for (const text of ['', 'abc', '8.5', '1e-3', '0x8', '0', '-3', '8 8', 'Infinity', '99999999999999999999']) {
      expect(() => parsed('hypergrid', 'side', text), text).toThrow(/^--side must be an integer from 2/);
    }
    expect(() => parsed('hypergrid', 'reward', 'medium')).toThrow('one of easy, hard');
    expect(() => parsed('tfbind8', 'data', ' ')).toThrow('the path of a folder');
  });
});

describe('names that are nearly right', () => {
  test('have the edit distance of their fewest changes', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('flaw', 'lawn')).toBe(2);
  });

  test('have a symmetric distance, no more than the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance === 0).toBe(a === b);
      }),
    );
  });

  test('are suggested only if they are near', () => {
    expect(nearestName('Side', ['dimension', 'side'])).toBe('side');
    expect(nearestName('xyz', ['dimension', 'side'])).toBeUndefined();
    expect(nearestName('side', [])).toBeUndefined();
  });
});
