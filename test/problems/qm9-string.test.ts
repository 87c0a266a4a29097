import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enumeration } from '../../src/environment/environment.ts';
import { randomWalk } from '../../src/environment/rows.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { policyNetwork, valueNetwork } from '../../src/objective/index.ts';
import { blockNames, qm9String } from '../../src/problems/qm9-string/environment.ts';
import { parseQm9StringTable, qm9StringReward } from '../../src/problems/qm9-string/reward.ts';
import { randomFrom } from '../../src/random/random-from.ts';

const environment = qm9String();
const enumeration = environment.enumeration as Enumeration;
const read = (text: string): Int32Array => {
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};
const grown = (text: string, ...actions: number[]): string => {
  const state = read(text);
  for (const action of actions) environment.step(state, action);
  return environment.text(state);
};
const undone = (text: string, ...backwardActions: number[]): string => {
  const state = read(text);
  for (const backwardAction of backwardActions) environment.backwardStep(state, backwardAction);
  return environment.text(state);
};
// Scores from -3 to 17 that differ from string to string; the measured ones are no part of this repository.
const scores = Float32Array.from({ length: 161_051 }, (_, i) => -3 + (20 * i) / 161_050);
const bytesOf = (table: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(table.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of table.entries()) view.setFloat32(i * 4, value, true);
  return bytes;
};

describe('the string', () => {
  test('grows at its front by actions 0 to 10 and at its end by actions 11 to 21', () => {
    expect(grown('-----', 3)).toBe('3----');
    expect(grown('-----', 14)).toBe('3----');
    expect(grown('12---', 10)).toBe('a12--');
    expect(grown('12---', 21)).toBe('12a--');
    expect(grown('-----', 5, 11, 10, 21, 0)).toBe('0a50a');
  });

  test('is complete with five blocks', () => {
    expect(environment.isTerminal(read('1234-'))).toBe(false);
    expect(environment.isTerminal(read('12345'))).toBe(true);
    const mask = new Int32Array(22);
    environment.forwardMask(read('1234-'), mask);
    expect([...mask]).toEqual(Array(22).fill(1));
    environment.forwardMask(read('12345'), mask);
    expect([...mask]).toEqual(Array(22).fill(0));
  });

  test('is undone at its front by backward action 0 and at its end by backward action 1', () => {
    expect(undone('a123-', 0)).toBe('123--');
    expect(undone('a123-', 1)).toBe('a12--');
    expect(undone('12345', 0, 1, 0)).toBe('34---');
    expect(undone('7----', 0)).toBe('-----');
    expect(undone('7----', 1)).toBe('-----');
  });

  test('is redone by prepending the first block or appending the last', () => {
    expect(environment.forwardAction(read('a123-'), 0)).toBe(10);
    expect(environment.forwardAction(read('a123-'), 1)).toBe(14);
    expect(environment.forwardAction(read('7----'), 0)).toBe(7);
    expect(environment.forwardAction(read('7----'), 1)).toBe(18);
  });

  test('allows both backward actions wherever there is a block, so that log P_B of any trajectory is -5 ln 2', () => {
    const random = randomFrom(1);
    const mask = new Int32Array(2);
    environment.backwardMask(read('-----'), mask);
    expect([...mask]).toEqual([0, 0]);
    for (let i = 0; i < 20; i++) {
      const { states, actions } = randomWalk(environment, random);
      let logBackward = 0;
      for (let t = 1; t <= actions.length; t++) {
        environment.backwardMask(states.subarray(t * 6, (t + 1) * 6), mask);
        logBackward -= Math.log(mask[0] + mask[1]);
      }
      expect(logBackward).toBeCloseTo(-5 * Math.LN2, 12);
    }
  });

  test('is seen as a block of fourteen inputs for each place, of which an empty one turns on the last', () => {
    if (environment.observation.kind !== 'tokens') throw new Error('qm9-string is seen as tokens.');
    expect(environment.observation.width).toBe(70);
    const tokens = new Int32Array(5);
    environment.observation.encode(read('0a3--'), tokens);
    expect([...tokens]).toEqual([0, 24, 31, 55, 69]);
  });

  test("is seen by networks of the paper's sizes", () => {
    const context = { environment, seed: 1 };
    expect(policyNetwork(context, 1e-3).parameters.count).toBe(155_414);
    expect(valueNetwork(context, 1e-3).parameters.count).toBe(150_017);
  });

  test('has 177,156 states, 161,051 of them complete', () => {
    expect(enumeration.objectCount).toBe(161_051);
    expect(enumeration.stateCount + enumeration.objectCount).toBe(177_156);
  });

  test('is numbered in base 11 with its first block the most significant, the shorter strings first', () => {
    expect(enumeration.objectIndexOf(read('0000a'))).toBe(10);
    expect(enumeration.objectIndexOf(read('10000'))).toBe(11 ** 4);
    expect(enumeration.objectIndexOf(read('aaaaa'))).toBe(161_050);
    expect(enumeration.indexOf(read('-----'))).toBe(0);
    expect(enumeration.indexOf(read('a----'))).toBe(11);
    expect(enumeration.indexOf(read('02---'))).toBe(14);
    expect(enumeration.indexOf(read('aaaa-'))).toBe(enumeration.stateCount - 1);
  });

  test('has the same number as any state, and back', () => {
    fc.assert(
      fc.property(fc.nat({ max: enumeration.stateCount - 1 }), fc.nat({ max: 161_050 }), (index, object) => {
        const state = new Int32Array(6);
        enumeration.stateAt(index, state);
        expect(enumeration.indexOf(state)).toBe(index);
        enumeration.objectAt(object, state);
        expect(enumeration.objectIndexOf(state)).toBe(object);
      }),
    );
  });

  test('of other blocks, another length or with a gap is refused', () => {
    for (const text of ['', '1234', '123456', '1234b', '1234A', '12-4-', '12 45']) {
      expect(() => read(text), text).toThrow('is not a state of qm9-string');
    }
  });
});

test('a string is named by its blocks', () => {
  const state = new Int32Array(6);
  qm9String().parse?.('3921a', state);
  expect(blockNames(state)).toBe('CF, C1CCNC1, N, O, CCC');
  qm9String().parse?.('07---', state);
  expect(blockNames(state)).toBe('C, c1ccccc1');
});

describe('the exact distribution', () => {
  test('of the uniform policy is uniform, and is the target where all rewards are equal', async () => {
    const target = exactTarget(environment, qm9StringReward(new Float32Array(161_051).fill(2.5)));
    const { logReward } = target;
    const exact = await exactTerminalDistribution(environment, uniformPolicy(environment), { logReward });
    // 32 of the 22^5 sequences of actions lead to each string. 1e-10 is far above what some 3e5 additions in float64 lose.
    const furthest = exact.probability.reduce((max, q) => Math.max(max, Math.abs(q * 161_051 - 1)), 0);
    expect(furthest).toBeLessThan(1e-10);
    expect(target.logPartition).toBeCloseTo(Math.log(100 * 161_051), 9);
    expect(exact.elbo).toBeCloseTo(target.logPartition, 9);
    expect(exact.meanLength).toBeCloseTo(5, 9);
  });

  test('adds up the two actions that lead to one child', async () => {
    const random = randomFrom(2);
    const logits = Float64Array.from({ length: enumeration.stateCount * 22 }, () => 4 * random() - 2);
    const { probability } = await exactTerminalDistribution(environment, tabularPolicy(environment, logits));

    const chanceOf = (text: string, action: number): number => {
      const row = logits.subarray(enumeration.indexOf(read(text)) * 22, (enumeration.indexOf(read(text)) + 1) * 22);
      return Math.exp(row[action]) / row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    };
    // Every way to a string ends by prepending its first or appending its last block; two ways, even where they look alike.
    const arriving = (blocks: string): number => {
      if (blocks === '') return 1;
      const [rest, start] = [blocks.slice(1), blocks.slice(0, -1)];
      const digit = (block: string): number => Number.parseInt(block, 11);
      return (
        arriving(rest) * chanceOf(rest.padEnd(5, '-'), digit(blocks[0])) +
        arriving(start) * chanceOf(start.padEnd(5, '-'), 11 + digit(blocks[blocks.length - 1]))
      );
    };
    for (const text of ['11111', 'aaaaa', '12121', '07a30', '00001']) {
      // 1e-12 of the value itself: five factors and fewer than a hundred terms in float64.
      expect(probability[enumeration.objectIndexOf(read(text))] / arriving(text)).toBeCloseTo(1, 12);
    }
  });
});

describe('reward', () => {
  test('is 100 y^5 relative to the largest score', () => {
    for (const scale of [1, 0.25]) {
      const table = scores.map((y) => y * scale);
      const reward = qm9StringReward(table);
      expect(Math.exp(reward.logReward(read('aaaaa')))).toBeCloseTo(100, 10);
      const y = table[enumeration.objectIndexOf(read('98765'))];
      expect(Math.exp(reward.logReward(read('98765')))).toBeCloseTo(100 * (y / table[161_050]) ** 5, 9);
    }
  });

  test('takes scores below 1e-3 for 1e-3, before the power', () => {
    const reward = qm9StringReward(scores);
    const lowest = Math.log(100) + 5 * Math.log(1e-3 / 17);
    expect(reward.logReward(read('00000'))).toBeCloseTo(lowest, 12);
    expect(reward.logReward(read('00001'))).toBe(reward.logReward(read('00000')));
    const reference = qm9StringReward(new Float32Array(161_051).fill(-1));
    expect(reference.logReward(read('01234'))).toBeCloseTo(Math.log(100), 12);
  });

  test('refuses a table of another size', () => {
    expect(() => qm9StringReward(new Float32Array(100))).toThrow('161051 scores');
  });
});

describe("the table's file", () => {
  test('is little-endian float32, wherever it lies in memory', () => {
    const shifted = new Uint8Array(161_051 * 4 + 3);
    shifted.set(bytesOf(scores), 3);
    expect(parseQm9StringTable(shifted.subarray(3))).toEqual(scores);
  });

  test('is refused if it is cut off, too long, or holds anything but numbers', () => {
    const bytes = bytesOf(scores);
    expect(() => parseQm9StringTable(bytes.subarray(0, 1000))).toThrow('has 1000 bytes; it should have 644204');
    expect(() => parseQm9StringTable(new Uint8Array(644_208))).toThrow('644208 bytes');
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const table = scores.slice();
      table[131] = wrong;
      expect(() => parseQm9StringTable(bytesOf(table))).toThrow(
        `Score 131 of the qm9-string table (string 0010a) is ${wrong}`,
      );
    }
  });
});
