import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numpyArrayConstructors } from '../../src/data/numpy-pickle.ts';
import { readPickle } from '../../src/data/pickle.ts';
import { dataPacks } from '../../src/problems/data-packs.ts';
import { convertBlockScores } from '../../src/problems/qm9-string/block-scores.ts';
import { parseQm9StringTable, qm9StringReward } from '../../src/problems/qm9-string/reward.ts';
import { parseSehFragments, parseSehMolecules, sehFragments } from '../../src/problems/seh/environment.ts';
import { convertSehFragments, convertSehMolecules } from '../../src/problems/seh/published-molecules.ts';
import { convertSehNetwork } from '../../src/problems/seh/published-network.ts';
import { parseSehWeights } from '../../src/problems/seh/weights.ts';
import { convertBindingScores } from '../../src/problems/tfbind8/binding-scores.ts';
import { parseTfbind8Table, tfbind8Reward } from '../../src/problems/tfbind8/reward.ts';
import { float32, float32Type, opcode, pickleOf, pickleScores, scalarFunction } from '../data/pickle-writer.ts';
import { alteredBytes, alteredJson, expectRefusal, long, parameters, readOrRefused } from './outside.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const noise = fc.uint8Array({ maxLength: 200 });

describe('a pickle from outside', () => {
  const whole = pickleScores([
    ['00000', 1],
    ['0000a', -2],
  ]);
  const parts = Object.values(opcode).flatMap((part) => (Array.isArray(part) ? [part as readonly number[]] : []));
  const values = [
    opcode.string('f4'),
    opcode.byte(3),
    opcode.none,
    float32Type,
    scalarFunction,
    opcode.bytes(float32(1)),
  ];
  const program = fc.array(fc.constantFrom(...parts, ...values)).map((body) => pickleOf(body.flat()));

  test('gives a value or is refused', () => {
    fc.assert(
      fc.property(fc.oneof(program, alteredBytes(whole), noise), (bytes) => {
        const read = readOrRefused(() => readPickle(bytes, numpyArrayConstructors));
        if ('refused' in read) expect(read.refused).toMatch(/^Cannot read the pickle: at byte \d+ there is/);
      }),
      { ...parameters, numRuns: 1500 },
    );
  });

  test('is refused at once if it doubles its contents again and again', () => {
    // 100 times a pair of the pair before: as text it would be longer than any memory.
    const pairs = Array.from({ length: 100 }, () => [...opcode.memoize, ...opcode.tuple2]);
    const doubling = [...opcode.string('x')];
    for (const [i] of pairs.entries()) doubling.push(...opcode.memoize, ...opcode.get(i), ...opcode.tuple2);
    const asName = pickleOf([...doubling, ...opcode.string('name'), ...opcode.global]);
    expect(readOrRefused(() => readPickle(asName, numpyArrayConstructors))).toHaveProperty('refused');
    const dtype = [...opcode.string('numpy'), ...opcode.string('dtype'), ...opcode.global];
    const asType = pickleOf([...dtype, ...doubling, ...opcode.tuple1, ...opcode.reduce]);
    expect(readOrRefused(() => readPickle(asType, numpyArrayConstructors))).toHaveProperty('refused');
  });

  test.each([
    ['marks', opcode.mark],
    ['numbers', opcode.byte(1)],
    ['tuples', opcode.tuple1],
    ['a name without an end', [0x63]],
  ])('that is long takes no longer than reading it: %s', (_, part) => {
    const body = Array.from({ length: 300_000 }, (_, i) => part[i % part.length]);
    readOrRefused(() => readPickle(pickleOf(body), numpyArrayConstructors));
  });

  test('whose numbers are no table is refused', () => {
    for (const convert of [convertBlockScores]) {
      fc.assert(
        fc.property(fc.oneof(alteredBytes(whole), noise), (bytes) => {
          expect(readOrRefused(() => convert(bytes))).toHaveProperty('refused');
        }),
        { ...parameters, numRuns: 300 },
      );
    }
  });
});

test('a file of binding scores that is altered is refused', () => {
  const lines = bytesOf(
    '8-mer\t8-mer\tE-score\tMedian\nAAAAAAAA\tTTTTTTTT\t0.25\t1\nAAAAAAAC\tGTTTTTTT\t-0.1\t1\nAAAAAAAG\tCTTTTTTT\t1e999\t1\n',
  );
  fc.assert(
    fc.property(fc.oneof(alteredBytes(lines), noise), (bytes) => {
      expect(readOrRefused(() => convertBindingScores(bytes))).toHaveProperty('refused');
    }),
    { ...parameters, numRuns: 500 },
  );
  expect(readOrRefused(() => convertBindingScores(bytesOf(long('8-mer\t8-mer\tE-score\n'))))).toHaveProperty('refused');
});

test('a Python module of fragments that is altered is read or refused', () => {
  const module = bytesOf(
    'FRAGMENTS = [\n    ("C", [0]),\n    ("c1ccccc1", [0, 2]),\n]\nFRAGMENTS_18: list = [\n    ("C", [0, 0]),\n]\n',
  );
  expect(readOrRefused(() => convertSehFragments(module))).toHaveProperty('value');
  fc.assert(
    fc.property(alteredBytes(module), (bytes) => {
      readOrRefused(() => convertSehFragments(bytes));
    }),
    { ...parameters, numRuns: 1000 },
  );
  for (const text of ['FRAGMENTS = [\n', 'FRAGMENTS = [\n    ("C", [0]),\n', '    ("C", [0]),\n']) {
    expect(readOrRefused(() => convertSehFragments(bytesOf(long(text))))).toHaveProperty('refused');
  }
});

test('a Python module of molecules that is altered is read or refused', () => {
  const fragments = bytesOf(
    '{"fragments": [{"smiles": "C", "stems": [0, 0]}, {"smiles": "c1ccccc1", "stems": [0, 2]}]}',
  );
  const module = bytesOf('SOME_MOLS = [\n    "CC",\n    "Cc1ccccc1",\n]\n');
  expect(readOrRefused(() => convertSehMolecules(module, fragments))).toHaveProperty('value');
  fc.assert(
    fc.property(alteredBytes(module), (bytes) => {
      readOrRefused(() => convertSehMolecules(bytes, fragments));
    }),
    { ...parameters, numRuns: 500 },
  );
});

test('a network that is no compressed pickle of arrays is refused', async () => {
  const compress = async (bytes: Uint8Array) =>
    new Uint8Array(
      await new Response(
        new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('gzip')),
      ).arrayBuffer(),
    );
  const whole = await compress(pickleOf([...opcode.list]));
  await fc.assert(
    fc.asyncProperty(fc.oneof(alteredBytes(whole), noise), async (bytes) => {
      const error = await convertSehNetwork(bytes).catch((cause: unknown) => cause);
      expectRefusal(error);
    }),
    { ...parameters, numRuns: 100 },
  );
});

describe('tables of environments', () => {
  test.each([
    ['tfbind8', (bytes: Uint8Array) => tfbind8Reward(parseTfbind8Table(bytes)), 4 * 4 ** 8],
    ['qm9-string', (bytes: Uint8Array) => qm9StringReward(parseQm9StringTable(bytes)), 4 * 11 ** 5],
    ['seh', (bytes: Uint8Array) => parseSehWeights(bytes), 4 * 612_545],
  ])('of %s with any bytes in any number are read or refused', (_, parse, size) => {
    const length = fc.oneof(fc.constant(size), fc.integer({ min: 0, max: size + 8 }));
    fc.assert(
      fc.property(length, noise, fc.nat({ max: size - 1 }), (count, bytes, at) => {
        const table = new Uint8Array(count);
        table.set(bytes.subarray(0, Math.max(0, count - at)), Math.min(at, count));
        const read = readOrRefused(() => parse(table));
        if (count !== size) expect(read).toHaveProperty('refused');
      }),
      { ...parameters, numRuns: 20 },
    );
  });

  test('of fragments and molecules as JSON are read or refused', () => {
    const fragments = {
      fragments: [
        { smiles: 'C', stems: [0, 0] },
        { smiles: 'c1ccccc1', stems: [0, 2] },
      ],
      fragments_18: [{ smiles: 'C', stems: [0] }],
    };
    const molecules = { molecules: [{ smiles: 'Cc1ccccc1', nodes: [0, 1], edges: [[0, 1, 0, 1]] }] };
    const json = (value: unknown) => bytesOf(JSON.stringify(value) ?? '');
    const vocabulary = parseSehFragments(json(fragments), 'full');
    const trees = sehFragments(vocabulary, { maxFragments: 3, vocabulary: 'full' });
    expect(parseSehMolecules(json(molecules), trees, 3)).toHaveLength(trees.stateSize);
    fc.assert(
      fc.property(alteredJson(fragments), (value) => {
        readOrRefused(() => parseSehFragments(json(value), 'full'));
      }),
      { ...parameters, numRuns: 1000 },
    );
    fc.assert(
      fc.property(alteredJson(molecules), (value) => {
        const read = readOrRefused(() => parseSehMolecules(json(value), trees, 3));
        if ('value' in read) expect(read.value.length % trees.stateSize).toBe(0);
      }),
      { ...parameters, numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.oneof(noise, alteredBytes(json(molecules))), (bytes) => {
        readOrRefused(() => parseSehFragments(bytes, 'full'));
        readOrRefused(() => parseSehMolecules(bytes, trees, 3));
      }),
      { ...parameters, numRuns: 500 },
    );
    for (const deep of [long('['), long('{"fragments":')]) {
      expect(readOrRefused(() => parseSehFragments(bytesOf(deep), 'full'))).toHaveProperty('refused');
    }
  });
});

test('no pack puts a file anywhere but into its folder', async () => {
  for (const { name, originals, files } of await dataPacks()) {
    for (const file of [name, ...originals.map((each) => each.name), ...files.map((each) => each.name)]) {
      expect(file).toMatch(/^[\w][\w.-]*$/);
    }
  }
  // What names come from elsewhere: none.
  for (const problem of ['tfbind8', 'qm9-string', 'seh']) {
    expect(await readFile(`src/problems/${problem}/data-pack.ts`, 'utf8')).not.toMatch(/process|fetch\(/);
  }
});
