import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseSehFragments, parseSehMolecules, sehFragments } from '../../src/problems/seh/environment.ts';
import { convertSehFragments, convertSehMolecules } from '../../src/problems/seh/published-molecules.ts';
import { convertSehNetwork } from '../../src/problems/seh/published-network.ts';
import { parseSehWeights, SEH_ARRAYS } from '../../src/problems/seh/weights.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { randomWeights } from '../problems/plain-seh.ts';
import { testWhere } from '../setup/needs.ts';
import { needsData, sharedFile, sharedJson } from '../setup/shared-data.ts';
import { pickleArrays } from './pickle-writer.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('the network', () => {
  const weights = randomWeights(randomFrom(4));
  /** As they are published: with four arrays more behind the twelfth. */
  const arrays: { shape: readonly number[]; data: Float32Array }[] = SEH_ARRAYS.map(([name, shape]) => ({
    shape,
    data: weights[name],
  }));
  const unused = Array.from({ length: 4 }, () => ({ shape: [2, 3], data: new Float32Array(6) }));
  const all = arrays.toSpliced(12, 0, ...unused);

  test('keeps its numbers, without the arrays that predict nothing here', async () => {
    expect(parseSehWeights(await convertSehNetwork(gzipSync(pickleArrays(all))))).toEqual(weights);
  });

  test('is refused with other arrays, other shapes, and cut off', async () => {
    await expect(convertSehNetwork(gzipSync(pickleArrays(arrays)))).rejects.toThrow('a list of 22 arrays');
    const turned = all.with(4, { shape: [4, 128], data: all[4].data });
    await expect(convertSehNetwork(gzipSync(pickleArrays(turned)))).rejects.toThrow(
      'Array 4 of the sEH network, conv.nn.0.weight, has the shape [4, 128] and should have [128, 4].',
    );
    const short = all.with(4, { shape: [128, 4], data: all[4].data.slice(1) });
    await expect(convertSehNetwork(gzipSync(pickleArrays(short)))).rejects.toThrow('of shape [128, 4] with 2044 bytes');
    const whole = gzipSync(pickleArrays(all));
    await expect(convertSehNetwork(whole.subarray(0, 5000))).rejects.toThrow(
      'is not compressed by gzip, or is cut off',
    );
    await expect(convertSehNetwork(pickleArrays(all))).rejects.toThrow('is not compressed by gzip');
  });

  const original = sharedFile('original/best_params.pkl.gz');
  const converted = sharedFile('seh_proxy_f32le.bin');
  testWhere(original !== undefined && converted !== undefined, needsData)(
    'as it is published becomes the file of our weights',
    async () => {
      const made = await convertSehNetwork(original ?? new Uint8Array());
      expect(Buffer.from(made).equals(converted ?? new Uint8Array())).toBe(true);
    },
  );
});

describe('the fragments and molecules', () => {
  const fragmentModule = [
    'FRAGMENTS: list[tuple[str, list[int]]] = [',
    '    ("CO", [1, 0]),',
    '    ("c1cn[nH]c1", [0, 1, 3]),',
    '    ("C", [0]),',
    ']',
    '',
    '# Another list.',
    'FRAGMENTS_18 = [',
    '    ("S", [0, 0]),',
    ']',
    '',
  ].join('\n');
  const moleculeModule = ['SOME_MOLS = [', '    "COC",', '    "COn1cc(C)cn1",', ']', ''].join('\n');
  const fragments = convertSehFragments(bytesOf(fragmentModule));

  test('are read from the lists of the Python modules', () => {
    expect(JSON.parse(textOf(fragments))).toEqual({
      fragments: [
        { smiles: 'CO', stems: [1, 0] },
        { smiles: 'c1cn[nH]c1', stems: [0, 1, 3] },
        { smiles: 'C', stems: [0] },
      ],
      fragments_18: [{ smiles: 'S', stems: [0, 0] }],
    });
  });

  test('become trees, each molecule cut into fragments', () => {
    const molecules = convertSehMolecules(bytesOf(moleculeModule), fragments);
    const trees = sehFragments(parseSehFragments(fragments, 'full'), { maxFragments: 9, vocabulary: 'full' });
    const objects = parseSehMolecules(molecules, trees, 9);
    const texts = [0, 1].map((i) => trees.text(objects.subarray(i * trees.stateSize, (i + 1) * trees.stateSize)));
    const [short, long] = [new Int32Array(trees.stateSize), new Int32Array(trees.stateSize)];
    trees.parse?.('CO{0:0 C}', short);
    trees.parse?.('c1cn[nH]c1{2:0 CO}{0:0 C}', long);
    expect(texts).toEqual([trees.text(short), trees.text(long)]);
  });

  test.each([
    ['without their list', fragmentModule.replace('FRAGMENTS:', 'PARTS:'), 'has no list called FRAGMENTS'],
    [
      'with an entry of another form',
      fragmentModule.replace('("C", [0])', '("C", 0)'),
      'that is not understood: "("C", 0)',
    ],
    ['with code in their list', fragmentModule.replace('("C", [0])', '(open("x"), [0])'), 'is not understood'],
    ['with a fragment that cannot be read', fragmentModule.replace('"CO"', '"C("'), 'Cannot read the SMILES "C("'],
    ['with a fragment without stems', fragmentModule.replace('[0, 0]', '[]'), 'is not understood'],
  ])('are refused %s', (_, text, problem) => {
    expect(() => convertSehFragments(bytesOf(text))).toThrow(problem);
  });

  test('are refused where a molecule is not made of the fragments', () => {
    const text = moleculeModule.replace('COC', 'CF');
    expect(() => convertSehMolecules(bytesOf(text), fragments)).toThrow(
      'CF is not made of fragments of the vocabulary',
    );
  });

  interface Molecules {
    readonly molecules: { readonly smiles: string; readonly nodes: number[] }[];
  }
  const vocabulary = sharedFile('seh_fragments.json');
  const published = sharedJson<Molecules>('seh_test_molecules.json');
  testWhere(vocabulary !== undefined && published !== undefined, needsData)(
    'as they are published are cut as others have cut them',
    () => {
      const lines = published?.molecules.map(({ smiles }) => `    "${smiles}",`) ?? [];
      const module = bytesOf(['SOME_MOLS = [', ...lines, ']', ''].join('\n'));
      const { molecules }: Molecules = JSON.parse(textOf(convertSehMolecules(module, vocabulary ?? new Uint8Array())));
      expect(molecules.map(({ nodes }) => nodes.toSorted())).toEqual(
        published?.molecules.map(({ nodes }) => nodes.toSorted()),
      );
    },
  );
});
