import { expect, test } from 'vitest';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { bitSequenceReward } from '../../src/problems/bit-sequence/reward.ts';
import { chain } from '../../src/problems/chain/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { sets } from '../../src/problems/sets/environment.ts';

const grid = { dimension: 2, side: 8 };
const bits = { length: 8, wordSize: 2 };

test.each<[string, (options: never) => unknown, object, string]>([
  ['hypergrid', hypergrid, { dimension: 2, size: 8 }, 'side'],
  ['hypergrid', hypergrid, { dim: 2, side: 8 }, 'dimension'],
  ['hypergridReward', hypergridReward, { ...grid, dificulty: 'easy' }, 'difficulty'],
  ['bitSequence', bitSequence, { length: 8, wordsize: 2 }, 'wordSize'],
  ['bitSequenceReward', bitSequenceReward, { ...bits, mode: [], beta: 1 }, 'modes'],
  ['chain', chain, { variables: 3, value: 2 }, 'values'],
  ['sets', sets, { items: 4, size: 2, upto: true }, 'upTo'],
  ['qm9Atoms', qm9Atoms, { maxAtom: 4 }, 'maxAtoms'],
])('%s refuses an option that it does not know, and names the nearest', (owner, make, options, nearest) => {
  expect(() => make(options as never)).toThrow(
    new RegExp(`^${owner}: unknown option \\w+\\. Did you mean ${nearest}\\?`),
  );
});

test('hypergrid refuses what is no object of options', () => {
  expect(() => hypergrid(8 as never)).toThrow('hypergrid: options must be an object of options, not 8');
});
