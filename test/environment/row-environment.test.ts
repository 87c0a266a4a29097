import { expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { rucksack, worth } from './row-rucksack.ts';

test('an environment of which only forward rules are said conforms', () => {
  assertConformance(rucksack, worth);
  const { stateCount, objectCount } = enumerationOf(rucksack, 'This test');
  expect([stateCount, objectCount, rucksack.actionCount, rucksack.backwardActionCount]).toEqual([8, 8, 4, 4]);
});
