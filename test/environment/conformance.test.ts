import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertConformance, CONFORMANCE_RULES, checkEnvironment } from '../../src/environment/conformance.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { bitSequenceModes, bitSequenceReward } from '../../src/problems/bit-sequence/reward.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { qm9String } from '../../src/problems/qm9-string/environment.ts';
import { qm9StringReward } from '../../src/problems/qm9-string/reward.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { tfbind8Reward } from '../../src/problems/tfbind8/reward.ts';
import { brokenEnvironments } from './broken.ts';
import { pairsEnvironment } from './pairs.ts';

describe('environments without findings', () => {
  test('hypergrids of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom('easy' as const, 'hard' as const),
        fc.integer(),
        (dimension, side, difficulty, seed) => {
          const reward = hypergridReward({ dimension, side, difficulty });
          const options = { seed, trajectories: 20, exhaustiveUpTo: 300 };
          expect(checkEnvironment(hypergrid({ dimension, side }), reward, options)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('hypergrids too large to enumerate', () => {
    const size = { dimension: 10, side: 20 };
    const reward = hypergridReward({ ...size, difficulty: 'hard' });
    expect(checkEnvironment(hypergrid(size), reward, { trajectories: 10 })).toEqual([]);
  });

  test('tfbind8', () => {
    const table = Float32Array.from({ length: 4 ** 8 }, (_, i) => (i % 101) / 100);
    expect(checkEnvironment(tfbind8(), tfbind8Reward(table))).toEqual([]);
  });

  test('qm9-string', () => {
    const table = Float32Array.from({ length: 11 ** 5 }, (_, i) => (i % 101) / 10 - 2);
    expect(checkEnvironment(qm9String(), qm9StringReward(table))).toEqual([]);
  });

  test('bit sequences of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.integer(),
        (places, wordSize, beta, seed) => {
          const size = { length: places * wordSize, wordSize };
          const modes = bitSequenceModes({ length: size.length, count: 3, seed });
          const options = { seed, trajectories: 10, exhaustiveUpTo: 300 };
          expect(checkEnvironment(bitSequence(size), bitSequenceReward({ ...size, modes, beta }), options)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('bit sequences too long to enumerate', () => {
    const size = { length: 64, wordSize: 4 };
    const modes = bitSequenceModes({ length: 64, count: 60 });
    const reward = bitSequenceReward({ ...size, modes, beta: 3 });
    expect(checkEnvironment(bitSequence(size), reward, { trajectories: 5 })).toEqual([]);
  });

  test('parallel actions, states of different depths, features, and methods of a class', () => {
    expect(checkEnvironment(pairsEnvironment())).toEqual([]);
  });
});

describe('environments with a fault', () => {
  for (const { fault, rule, environment, reward } of brokenEnvironments) {
    test(`${fault} breaks the rule "${rule}"`, () => {
      const findings = checkEnvironment(environment, reward);
      expect(findings.map((finding) => finding.rule)).toContain(rule);
      expect(() => assertConformance(environment, reward)).toThrow(CONFORMANCE_RULES[rule]);
    });
  }

  test('every rule is broken by one of them', () => {
    const rules = new Set(brokenEnvironments.map(({ rule }) => rule));
    expect([...rules].sort()).toEqual(Object.keys(CONFORMANCE_RULES).sort());
  });

  test('the finding names the state in readable form and the action', () => {
    const fault = 'a backward step that goes two cells back';
    const [environment] = brokenEnvironments
      .filter((broken) => broken.fault === fault)
      .map((broken) => broken.environment);
    const finding = checkEnvironment(environment).find(({ rule }) => rule === 'forward then back');
    expect(finding?.message).toMatch(
      /^At "\(\d, \d\)", action [01] leads to "\(\d, \d\)", and backward action [01] from there/,
    );
  });

  test('a rule broken everywhere is reported at most three times', () => {
    const environment = { ...hypergrid({ dimension: 2, side: 6 }), text: () => '(0, 0)' };
    const counts = new Map<string, number>();
    for (const { rule } of checkEnvironment(environment)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBe(3);
  });
});
