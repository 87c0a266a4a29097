import { describe, expect, test } from 'vitest';
import { checkEnvironment } from '../../src/environment/conformance.ts';
import { fragmentTrees } from '../../src/environment/fragment-trees.ts';
import { fragmentVocabulary } from '../../src/environment/fragments.ts';

const vocabulary = fragmentVocabulary([
  ['C', [0]],
  ['CO', [1, 0]],
  ['c1ccccc1', [0, 1, 2, 3]],
  ['C1CNCCN1', [2, 5, 0]],
  ['S', [0, 0]],
]);

describe('trees of fragments', () => {
  test.each([1, 2, 3, 5, 9])('of up to %d fragments keep to the rules of environments', (mostFragments) => {
    expect(checkEnvironment(fragmentTrees({ vocabulary, mostFragments }), undefined, { trajectories: 30 })).toEqual([]);
  });
});
