import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enumeration } from '../../src/environment/environment.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { parseTfbind8Table, tfbind8Reward } from '../../src/problems/tfbind8/reward.ts';

const environment = tfbind8();
const enumeration = environment.enumeration as Enumeration;
const read = (text: string): Int32Array => {
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};
// Scores from 0 to 1 that differ from string to string; the measured ones are no part of this repository.
const scores = Float32Array.from({ length: 65_536 }, (_, i) => i / 65_535);
const bytesOf = (table: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(table.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of table.entries()) view.setFloat32(i * 4, value, true);
  return bytes;
};

describe('the string', () => {
  test('is written from the left and is complete with eight letters', () => {
    const state = new Int32Array(9);
    environment.initial(state);
    const texts = [environment.text(state)];
    for (const action of [0, 2, 2, 3, 0, 3, 1, 0]) {
      expect(environment.isTerminal(state)).toBe(false);
      environment.step(state, action);
      texts.push(environment.text(state));
    }
    expect(texts.slice(0, 4)).toEqual(['--------', 'A-------', 'AG------', 'AGG-----']);
    expect(texts.at(-1)).toBe('AGGTATCA');
    expect(environment.isTerminal(state)).toBe(true);
  });

  test('is seen as a block of five inputs for each place, of which an empty one turns none on', () => {
    if (environment.observation.kind !== 'tokens') throw new Error('tfbind8 is seen as tokens.');
    expect(environment.observation.width).toBe(40);
    const tokens = new Int32Array(8);
    environment.observation.encode(read('ACGT----'), tokens);
    expect([...tokens]).toEqual([0, 6, 12, 18, -1, -1, -1, -1]);
  });

  test('has 87,381 states, 65,536 of them complete', () => {
    expect(enumeration.objectCount).toBe(65_536);
    expect(enumeration.stateCount + enumeration.objectCount).toBe(87_381);
  });

  test('is numbered in base 4 with its first letter the most significant, the shorter strings first', () => {
    expect(enumeration.objectIndexOf(read('AAAAAAAC'))).toBe(1);
    expect(enumeration.objectIndexOf(read('CAAAAAAA'))).toBe(4 ** 7);
    expect(enumeration.objectIndexOf(read('TTTTTTTT'))).toBe(65_535);
    expect(enumeration.indexOf(read('--------'))).toBe(0);
    expect(enumeration.indexOf(read('T-------'))).toBe(4);
    expect(enumeration.indexOf(read('AC------'))).toBe(6);
    expect(enumeration.indexOf(read('TTTTTTT-'))).toBe(enumeration.stateCount - 1);
  });

  test('has the same number as any state, and back', () => {
    fc.assert(
      fc.property(fc.nat({ max: enumeration.stateCount - 1 }), fc.nat({ max: 65_535 }), (index, object) => {
        const state = new Int32Array(9);
        enumeration.stateAt(index, state);
        expect(enumeration.indexOf(state)).toBe(index);
        enumeration.objectAt(object, state);
        expect(enumeration.objectIndexOf(state)).toBe(object);
      }),
    );
  });

  test('of other letters, another length or with a gap is refused', () => {
    for (const text of ['', 'ACGT', 'ACGTACGTA', 'ACGU----', 'AC-T----', 'acgt----']) {
      expect(() => read(text), text).toThrow('is not a state of tfbind8');
    }
  });
});

describe('reward', () => {
  test('is 10 y^3 relative to the largest score, and at least 1e-3', () => {
    const half = scores.map((y) => y / 2);
    for (const table of [scores, half]) {
      const reward = tfbind8Reward(table);
      expect(Math.exp(reward.logReward(read('TTTTTTTT')))).toBeCloseTo(10, 9);
      expect(Math.exp(reward.logReward(read('AAAAAAAA')))).toBeCloseTo(1e-3, 12);
      const y = table[enumeration.objectIndexOf(read('CGTACGTA'))] / table[65_535];
      // 1e-6: the table is float32.
      expect(Math.exp(reward.logReward(read('CGTACGTA')))).toBeCloseTo(10 * y ** 3, 6);
    }
  });

  test('refuses a table whose scores are all 0, are no scores, or are too few', () => {
    expect(() => tfbind8Reward(new Float32Array(65_536))).toThrow('Every score of the tfbind8 table is 0');
    expect(() => tfbind8Reward(scores.map((y) => y * 2))).toThrow('scores are normalised to lie in [0, 1]');
    expect(() => tfbind8Reward(new Float32Array(100))).toThrow('65536 scores');
  });
});

describe("the table's file", () => {
  test('is little-endian float32, wherever it lies in memory', () => {
    const shifted = new Uint8Array(65_536 * 4 + 3);
    shifted.set(bytesOf(scores), 3);
    expect(parseTfbind8Table(shifted.subarray(3))).toEqual(scores);
  });

  test('is refused if it is cut off, too long, or holds anything but scores', () => {
    const bytes = bytesOf(scores);
    expect(() => parseTfbind8Table(bytes.subarray(0, 1000))).toThrow('has 1000 bytes; it should have 262144');
    expect(() => parseTfbind8Table(new Uint8Array(262_148))).toThrow('262148 bytes');
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -0.25, 1.5]) {
      const table = scores.slice();
      table[27] = wrong;
      expect(() => parseTfbind8Table(bytesOf(table))).toThrow(
        `Score 27 of the tfbind8 table (string AAAAACGT) is ${wrong}`,
      );
    }
  });
});
