import { describe, expect, test } from 'vitest';
import type { Chemistry } from '../../src/chemistry/chemistry.ts';
import type { Molecule } from '../../src/chemistry/molecule.ts';
import type { Device } from '../../src/device/device.ts';
import { type MoleculeRewardOptions, moleculeReward } from '../../src/molecules/molecule-reward.ts';

/** Objects are rows of one number: 0 is no molecule, an odd one is a molecule that is not valid, others are named by it. */
const moleculeOf = ([object]: Int32Array): Molecule | undefined =>
  object === 0 ? undefined : { atoms: [{ element: `X${object % 100}`, charge: 0, aromatic: false }], bonds: [] };
const chemistry = {
  canonicalSmiles: ({ atoms: [{ element }] }: Molecule) =>
    Number(element.slice(1)) % 2 === 1 ? undefined : `[${element}]`,
} as Chemistry;
const noDevice = undefined as unknown as Device;

function reward(options: Partial<MoleculeRewardOptions> = {}) {
  const asked: (readonly string[])[] = [];
  const made = moleculeReward({
    name: 'numbers',
    chemistry,
    stateSize: 1,
    moleculeOf,
    ...options,
    rate: async (smiles) => {
      asked.push(smiles);
      return (options.rate ?? (async (each: readonly string[]) => each.map((text) => Number(text.slice(2, -1)))))(
        smiles,
      );
    },
  });
  const rate = async (...objects: number[]) => (await made.prepare(noDevice))(Int32Array.from(objects));
  return { asked, rate };
}

describe('a reward of molecules', () => {
  test('scores each molecule once, and gives invalid ones the illegal log-reward and no score', async () => {
    const { asked, rate } = reward({ logReward: (score, [object]) => score + object / 1000 });
    const { logRewards, scores } = await rate(8, 0, 4, 3, 8, 108);
    expect(Array.from(logRewards)).toEqual([8.008, -75, 4.004, -75, 8.008, 8.108]);
    expect(Array.from(scores ?? [])).toEqual([8, Number.NaN, 4, Number.NaN, 8, 8]);
    expect(asked).toEqual([['[X8]', '[X4]']]);
    await rate(4, 6, 8);
    expect(asked).toEqual([['[X8]', '[X4]'], ['[X6]']]);
  });

  test('is log R = log score unless said otherwise, and asks for no more at once than it may', async () => {
    const { asked, rate } = reward({ atOnce: 2, illegalLogReward: -9 });
    const { logRewards } = await rate(2, 4, 6, 8, 10, 1);
    expect(Array.from(logRewards)).toEqual([...[2, 4, 6, 8, 10].map(Math.log), -9]);
    expect(asked.map(({ length }) => length)).toEqual([2, 2, 1]);
    await rate();
    await rate(0, 1, 3);
    expect(asked).toHaveLength(3);
  });

  test('forgets the molecule not asked for the longest', async () => {
    const { asked, rate } = reward({ remembered: 2 });
    await rate(2, 4);
    await rate(2);
    await rate(6);
    expect(asked.flat()).toEqual(['[X2]', '[X4]', '[X6]']);
    await rate(2, 6);
    expect(asked.flat()).toHaveLength(3);
    await rate(4);
    expect(asked.flat()).toHaveLength(4);
    // More at once than are remembered.
    const { scores } = await rate(20, 22, 24, 26);
    expect(Array.from(scores ?? [])).toEqual([20, 22, 24, 26]);
  });

  test('that fails names the molecule it fails for', async () => {
    const failing = async (smiles: readonly string[]): Promise<number[]> => {
      if (smiles.includes('[X6]')) throw new Error('no pocket found');
      return smiles.map(() => 1);
    };
    await expect(reward({ rate: failing }).rate(2, 4, 6, 8)).rejects.toThrow(
      'The reward numbers fails for [X6]: no pocket found.',
    );
    await expect(reward({ rate: failing }).rate(6)).rejects.toThrow('fails for [X6]');
    await expect(reward({ rate: async () => [Number.NaN] }).rate(4)).rejects.toThrow('gives [X4] the score NaN');
    await expect(reward({ rate: async () => [0] }).rate(4)).rejects.toThrow('of [X4] is not finite: log R = -Infinity');
    await expect(reward({ rate: async () => [1, 2, 3] }).rate(4)).rejects.toThrow('returned 3 scores');
  });

  test('continues if a failure does not recur when molecules are asked for one by one', async () => {
    const { asked, rate } = reward({
      rate: async (smiles) => {
        if (smiles.length > 1) throw new Error('too many at once');
        return [5];
      },
    });
    const { scores } = await rate(2, 4);
    expect(Array.from(scores ?? [])).toEqual([5, 5]);
    expect(asked).toEqual([['[X2]', '[X4]'], ['[X2]'], ['[X4]']]);
  });

  test('is refused with invalid bounds', () => {
    expect(() => reward({ atOnce: 0 })).toThrow('atOnce of the reward numbers is a whole number of at least 1, not 0');
    expect(() => reward({ remembered: 1.5 })).toThrow('remembered of the reward numbers');
  });
});
