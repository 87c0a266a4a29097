import { expect, test } from 'vitest';
import { parseAddress } from '../../src/page/address.ts';
import { equalWalksSentence } from '../../src/page/ui/equal-walks.ts';
import { type KnownRun, newKnownRun } from '../../src/page/ui/known-run.ts';

function knownRun(objective: string, variations: Readonly<Record<number, number>>): KnownRun {
  const curve = Object.entries(variations).map(([step, totalVariation]) => ({
    ...{ step: Number(step), seconds: 0, values: { totalVariation } },
  }));
  return { ...newKnownRun(parseAddress(`batch=10&objective=${objective}`)), curve };
}

test('two runs are compared after as many walks as the slower one has', () => {
  const slow = knownRun('ent-ppo', { 0: 0.9, 10: 0.04 });
  const fast = knownRun('tb', { 0: 0.9, 9: 0.75, 12: 0.5, 3000: 0.01 });
  expect(equalWalksSentence([slow, fast])).toBe(
    'After 100 walks each, misplaced: Ent-PPO 4.0 %, TB 75.0 %. That is one seed; the experiments take several.',
  );
  expect(equalWalksSentence([knownRun('ent-ppo', { 0: 0.9 }), fast])).toBeUndefined();
  expect(equalWalksSentence([knownRun('ent-ppo', {}), fast])).toBeUndefined();
});
