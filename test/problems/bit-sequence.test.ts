import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enumeration } from '../../src/environment/environment.ts';
import { randomWalk } from '../../src/environment/rows.ts';
import { totalVariation } from '../../src/metrics/distance.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { bitSequenceModes, bitSequenceReward } from '../../src/problems/bit-sequence/reward.ts';
import type { BitSequenceSize } from '../../src/problems/bit-sequence/size.ts';
import { randomFrom } from '../../src/random/random-from.ts';

const read = (size: BitSequenceSize, text: string): Int32Array => {
  const environment = bitSequence(size);
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};
const six = { length: 6, wordSize: 2 };
const environment = bitSequence(six);

describe('the sequence', () => {
  test('is written word by word at any place still empty, and is complete when none is', () => {
    const state = new Int32Array(4);
    environment.initial(state);
    const texts = [environment.text(state)];
    // Place 2 gets word 3, place 0 word 1, place 1 word 2.
    for (const action of [11, 1, 6]) {
      expect(environment.isTerminal(state)).toBe(false);
      environment.step(state, action);
      texts.push(environment.text(state));
    }
    expect(texts).toEqual(['------', '----11', '01--11', '011011']);
    expect(environment.isTerminal(state)).toBe(true);
  });

  test('allows every word at places still empty, and emptying every other place', () => {
    const mask = new Int32Array(12);
    environment.forwardMask(read(six, '01--11'), mask);
    expect([...mask]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    environment.forwardMask(read(six, '011011'), mask);
    expect([...mask]).toEqual(Array(12).fill(0));
    const backwardMask = new Int32Array(3);
    environment.backwardMask(read(six, '01--11'), backwardMask);
    expect([...backwardMask]).toEqual([1, 0, 1]);
  });

  test('is undone place by place', () => {
    const state = read(six, '011011');
    expect(environment.forwardAction(state, 1)).toBe(6);
    expect(environment.backwardAction(read(six, '01--11'), 6)).toBe(1);
    environment.backwardStep(state, 1);
    expect(environment.text(state)).toBe('01--11');
  });

  test('has log P_B = -ln m! for any trajectory of m words', () => {
    for (const { length, wordSize, logBackward } of [
      { length: 6, wordSize: 2, logBackward: -Math.log(6) },
      { length: 5, wordSize: 1, logBackward: -Math.log(120) },
    ]) {
      const walked = bitSequence({ length, wordSize });
      const { states, actions } = randomWalk(walked, randomFrom(3));
      const mask = new Int32Array(walked.backwardActionCount);
      let total = 0;
      for (let t = 1; t <= actions.length; t++) {
        walked.backwardMask(states.subarray(t * walked.stateSize, (t + 1) * walked.stateSize), mask);
        total -= Math.log(mask.reduce((sum, allowed) => sum + allowed, 0));
      }
      expect(total).toBeCloseTo(logBackward, 12);
    }
  });

  test('is seen as a block of one input more than there are words for each place, the last for an empty one', () => {
    if (environment.observation.kind !== 'tokens') throw new Error('Bit sequences are seen as tokens.');
    expect(environment.observation.width).toBe(15);
    const tokens = new Int32Array(3);
    environment.observation.encode(read(six, '01--11'), tokens);
    expect([...tokens]).toEqual([1, 9, 13]);
  });

  test('has the sizes of the literature with 120 bits in words of 8', () => {
    const { actionCount, backwardActionCount, maxSteps, horizon, observation } = bitSequence({
      length: 120,
      wordSize: 8,
    });
    expect({ actionCount, backwardActionCount, maxSteps, horizon, width: observation.width }).toEqual({
      actionCount: 3840,
      backwardActionCount: 15,
      maxSteps: 15,
      horizon: 15,
      width: 3855,
    });
  });
});

describe('numbers of states', () => {
  test('of states are in the order of rows, an empty place first, without the complete sequences', () => {
    const pairs = bitSequence({ length: 2, wordSize: 1 });
    const { stateCount, objectCount, stateAt, objectAt } = pairs.enumeration as Enumeration;
    const row = new Int32Array(3);
    const texts = (count: number, at: (index: number, state: Int32Array) => void): string[] =>
      Array.from({ length: count }, (_, i) => {
        at(i, row);
        return pairs.text(row);
      });
    expect(texts(stateCount, stateAt)).toEqual(['--', '-0', '-1', '0-', '1-']);
    expect(texts(objectCount, objectAt)).toEqual(['00', '01', '10', '11']);
  });

  test('of complete sequences are their bits, the first the most significant', () => {
    const { objectIndexOf } = environment.enumeration as Enumeration;
    expect(objectIndexOf(read(six, '011011'))).toBe(0b011011);
  });

  test('are those of (2^k + 1)^(n / k) states, 2^n of them complete', () => {
    const { stateCount, objectCount } = bitSequence({ length: 16, wordSize: 4 }).enumeration as Enumeration;
    expect(objectCount).toBe(65_536);
    expect(stateCount + objectCount).toBe(17 ** 4);
  });

  test('too many to enumerate have a reason instead', () => {
    expect(bitSequence({ length: 120, wordSize: 8 }).enumeration).toEqual({
      reason: expect.stringContaining('257^15 states'),
    });
    expect(bitSequence({ length: 1024, wordSize: 1 }).enumeration).toEqual({
      reason: expect.stringContaining('3^1024 states'),
    });
  });
});

describe('text and sizes', () => {
  test('that stand for no state are refused', () => {
    for (const text of ['', '01101', '0110111', '0110-1', '01-11-', '01102x', '0110 1']) {
      expect(() => read(six, text), text).toThrow('is not a state of bit-sequence');
    }
  });

  test('that make no sequence are refused with a reason', () => {
    expect(() => bitSequence({ length: 120, wordSize: 7 })).toThrow('cannot be cut into words of 7 bits');
    expect(() => bitSequence({ length: 0, wordSize: 1 })).toThrow('from 1 to 1024, not 0');
    expect(() => bitSequence({ length: 1025, wordSize: 1 })).toThrow('not 1025');
    expect(() => bitSequence({ length: 8, wordSize: 0 })).toThrow('from 1 to 16, not 0');
    expect(() => bitSequence({ length: 34, wordSize: 17 })).toThrow('not 17');
    expect(() => bitSequence({ length: 8.5, wordSize: 1 })).toThrow('not 8.5');
    expect(() => bitSequence({ length: 8, wordSize: Number.NaN })).toThrow('not NaN');
  });
});

describe('modes', () => {
  const blocks = ['00000000', '11111111', '11110000', '00001111', '00111100'];

  test('are different sequences of blocks of eight bits', () => {
    const modes = bitSequenceModes({ length: 120, count: 60 });
    expect(new Set(modes).size).toBe(60);
    for (const mode of modes) {
      expect(mode).toHaveLength(120);
      for (let i = 0; i < 120; i += 8) expect(blocks).toContain(mode.slice(i, i + 8));
    }
    // Each of the 900 blocks is one of five; a standard deviation of their counts is 12, and 48 is four of them.
    for (const block of blocks) {
      const count =
        modes
          .join('')
          .match(/.{8}/g)
          ?.filter((part) => part === block).length ?? 0;
      expect(Math.abs(count - 180)).toBeLessThan(48);
    }
  });

  test('are the same for the same seed, others for another, and fewer of them are the first', () => {
    const modes = bitSequenceModes({ length: 120, count: 60 });
    expect(bitSequenceModes({ length: 120, count: 60, seed: 0 })).toEqual(modes);
    expect(bitSequenceModes({ length: 120, count: 7 })).toEqual(modes.slice(0, 7));
    expect(bitSequenceModes({ length: 120, count: 60, seed: 1 })).not.toEqual(modes);
    // Results from different versions can be compared only while the modes stay what they are.
    expect(bitSequenceModes({ length: 24, count: 3 })).toEqual([
      '001111001111111100001111',
      '001111001111000011110000',
      '000000001111000000111100',
    ]);
  });

  test('are all blocks if more are requested, the last block being cut short', () => {
    expect(bitSequenceModes({ length: 16, count: 1000 })).toHaveLength(25);
    expect(bitSequenceModes({ length: 4, count: 60 }).sort()).toEqual(['0000', '0011', '1111']);
    expect(bitSequenceModes({ length: 12, count: 60 })).toHaveLength(15);
    expect(bitSequenceModes({ length: 1, count: 60 }).sort()).toEqual(['0', '1']);
  });

  test('number at least one', () => {
    expect(() => bitSequenceModes({ length: 16, count: 0 })).toThrow('at least 1, not 0');
    expect(() => bitSequenceModes({ length: 16, count: 1.5 })).toThrow('not 1.5');
    expect(() => bitSequenceModes({ length: 0, count: 1 })).toThrow('length');
  });
});

describe('reward', () => {
  const bits = (length: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom('0', '1'), { minLength: length, maxLength: length }).map((each) => each.join(''));
  const distance = (a: string, b: string): number => [...a].filter((bit, i) => bit !== b[i]).length;

  test('is 1 at a mode and falls by a factor of exp(-beta / n) with each bit', () => {
    const { logReward } = bitSequenceReward({ ...six, modes: ['000000', '110011'], beta: 3 });
    expect(logReward(read(six, '000000'))).toBe(0);
    expect(logReward(read(six, '110011'))).toBe(0);
    expect(logReward(read(six, '100000'))).toBeCloseTo(-0.5, 12);
    expect(logReward(read(six, '111111'))).toBeCloseTo(-1, 12);
    expect(logReward(read(six, '001100'))).toBeCloseTo(-1, 12);
    expect(logReward(read(six, '011001'))).toBeCloseTo(-1.5, 12);
  });

  test('is exp(-beta d / n) for the distance d to the nearest mode, with words of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 16 }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.gen(),
        (places, wordSize, beta, draw) => {
          const length = places * wordSize;
          const modes = draw(() => fc.array(bits(length), { minLength: 1, maxLength: 5 }));
          const text = draw(() => bits(length));
          const nearest = Math.min(...modes.map((mode) => distance(mode, text)));
          const { logReward } = bitSequenceReward({ length, wordSize, modes, beta });
          expect(logReward(read({ length, wordSize }, text))).toBeCloseTo((-beta * nearest) / length, 12);
        },
      ),
    );
  });

  test('refuses no modes, modes that are no sequences, and a beta below 0', () => {
    expect(() => bitSequenceReward({ ...six, modes: [], beta: 3 })).toThrow('at least one mode');
    expect(() => bitSequenceReward({ ...six, modes: ['00000'], beta: 3 })).toThrow('"00000" is not a mode');
    expect(() => bitSequenceReward({ ...six, modes: ['00--00'], beta: 3 })).toThrow('6 bits of 0 and 1');
    expect(() => bitSequenceReward({ ...six, modes: ['000000'], beta: -1 })).toThrow('at least 0, not -1');
    expect(() => bitSequenceReward({ ...six, modes: ['000000'], beta: Number.NaN })).toThrow('not NaN');
    expect(() => bitSequenceReward({ length: 6, wordSize: 4, modes: ['000000'], beta: 1 })).toThrow('cut into words');
  });
});

describe('the exact distribution', () => {
  test('of the uniform policy is uniform, at the total variation that counting all sequences gives', async () => {
    for (const [length, wordSize] of [
      [4, 1],
      [6, 2],
      [8, 4],
      [9, 3],
    ]) {
      const size = { length, wordSize };
      const small = bitSequence(size);
      const modes = bitSequenceModes({ length, count: 2 });
      const target = exactTarget(small, bitSequenceReward({ ...size, modes, beta: 4 }));
      const exact = await exactTerminalDistribution(small, uniformPolicy(small));

      const rewards = Array.from({ length: 2 ** length }, (_, x) => {
        const text = x.toString(2).padStart(length, '0');
        const distances = modes.map((mode) => [...mode].filter((bit, i) => bit !== text[i]).length);
        return Math.exp((-4 * Math.min(...distances)) / length);
      });
      const partition = rewards.reduce((sum, reward) => sum + reward, 0);
      const variation = rewards.reduce((sum, reward) => sum + Math.abs(reward / partition - 2 ** -length), 0) / 2;
      expect(target.logPartition).toBeCloseTo(Math.log(partition), 12);
      expect(totalVariation(exact.probability, target.probability)).toBeCloseTo(variation, 12);
      for (const q of exact.probability) expect(q).toBeCloseTo(2 ** -length, 12);
      expect(exact.meanLength).toBeCloseTo(length / wordSize, 12);
    }
  });
});
