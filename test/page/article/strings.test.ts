import { describe, expect, test } from 'vitest';
import {
  choicesAt,
  letterShares,
  nodeBeside,
  nodesOf,
  prefixShares,
  trieOf,
} from '../../../src/page/article/beyond/string-trie.ts';
import { stringsConfig } from '../../../src/page/article/beyond/strings-figure.ts';
import { pageProblem } from '../../../src/page/catalogue.ts';
import { informationOf, logoLetters } from '../../../src/problems/pictures/logo-letters.ts';
import { dna } from '../../../src/problems/tfbind8/environment.ts';

const bits = { letters: 'ab', length: 3 };
// aaa, aab, aba, abb, baa, bab, bba, bbb
const shares = [0.25, 0.25, 0, 0.125, 0, 0, 0.125, 0.25];

describe('strings as a trie', () => {
  test('pass each prefix as often as all strings that begin with it', () => {
    const levels = prefixShares(bits, shares);
    expect(levels.map((level) => [...level])).toEqual([[1], [0.625, 0.375], [0.5, 0.125, 0, 0.375], shares]);
    expect(letterShares(bits, levels).map((found) => [...found])).toEqual([
      [0.625, 0.375],
      [0.5, 0.5],
      [0.375, 0.625],
    ]);
  });

  test('are numbered as the library numbers them', () => {
    const row = new Int32Array(dna.stateSize);
    dna.enumeration.objectAt(0b00_01_10_11_00_00_00_10, row);
    expect(dna.text(row)).toBe('ACGTAAAG');
    expect(pageProblem(stringsConfig().problem).size({}).maxSteps).toBe(8);
    const one = new Float64Array(4 ** 8);
    one[0b00_01_10_11_00_00_00_10] = 1;
    const root = trieOf({ letters: 'ACGT', length: 8 }, one, 1);
    expect(nodesOf(root).at(-1)?.text).toBe('ACGTAAAG');
  });

  test('show the likeliest ones, in rows without gaps, each prefix centred on its continuations', () => {
    const root = trieOf(bits, shares, 3);
    const nodes = nodesOf(root);
    expect(nodes.filter(({ text }) => text.length === 3).map(({ text, row }) => [text, row])).toEqual([
      ['aaa', 0],
      ['aab', 1],
      ['bbb', 2],
    ]);
    expect(nodes.find(({ text }) => text === 'aa')?.row).toBe(0.5);
    expect(root.row).toBe((0.5 + 2) / 2);
  });

  test('of equal strings are drawn from everywhere', () => {
    const first = trieOf({ letters: 'ACGT', length: 4 }, new Float64Array(256).fill(1 / 256), 16);
    expect(first.children.map(({ text }) => text)).toEqual(['A', 'C', 'G', 'T']);
  });

  test('have a choice at each prefix, and none at a prefix that no string passes', () => {
    const levels = prefixShares(bits, shares);
    const root = trieOf(bits, shares, 8);
    const at = (text: string) => nodesOf(root).find((node) => node.text === text) ?? root;
    expect(choicesAt(levels, root)).toEqual([0.625, 0.375]);
    expect(choicesAt(levels, at('ab'))).toEqual([0, 1]);
    expect(choicesAt(levels, at('ba'))).toBeUndefined();
    expect(choicesAt(levels, at('aaa'))).toBeUndefined();
  });

  test('move by arrow keys to the likeliest letter, back, and to neighbours of the same length', () => {
    const levels = prefixShares(bits, shares);
    const root = trieOf(bits, shares, 8);
    const go = (...keys: string[]) =>
      keys.reduce((node, key) => nodeBeside(root, node, `Arrow${key}`, levels) ?? node, root).text;
    expect(go('Right')).toBe('a');
    expect(go('Right', 'Down', 'Right')).toBe('bb');
    expect(go('Right', 'Down', 'Right', 'Up', 'Left')).toBe('b');
    expect(go('Right', 'Right', 'Right', 'Right')).toBe('aaa');
    expect(go('Left')).toBe('');
  });
});

describe('a sequence logo', () => {
  test('is as high as the information of a place, and stacks letters with the most frequent on top', () => {
    expect([
      informationOf([0.25, 0.25, 0.25, 0.25]),
      informationOf([1, 0, 0, 0]),
      informationOf([0.5, 0.5, 0, 0]),
    ]).toEqual([0, 2, 1]);
    const letters = logoLetters(
      'ab',
      [
        [1, 0],
        [0.5, 0.5],
      ],
      2,
    );
    expect(letters).toEqual([
      { letter: 'b', place: 0, bottom: 0, height: 0 },
      { letter: 'a', place: 0, bottom: 0, height: 0.5 },
      { letter: 'a', place: 1, bottom: 0, height: 0 },
      { letter: 'b', place: 1, bottom: 0, height: 0 },
    ]);
  });
});
