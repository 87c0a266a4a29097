import { describe, expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { rewardedAtOnce } from '../../src/environment/environment.ts';
import { parseDagData } from '../../src/problems/dag/data.ts';
import { bgeScore } from '../../src/problems/dag/scores.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { readAlignment } from '../../src/problems/phylo/sequences.ts';
import { parseScores } from '../../src/problems/table/scores.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const made = async (name: string, text: string, options = {}) =>
  rewardedAtOnce(await findProblem(name).create(options, async () => bytes(text)), 'This test');

describe('a table of sequences', () => {
  const table = 'sequence,score\nxaa,1\nabx,2\nxxx,8\n';

  test.each(['append', 'prepend-append', 'any-order'])(
    '%s: conforms, and rewards what the table says',
    async (build) => {
      const { environment, reward } = await made('table', table, { build, beta: 2 });
      assertConformance(environment, reward);
      const { objectCount, objectAt } = enumerationOf(environment, 'sequences');
      expect(objectCount).toBe(27);
      const state = new Int32Array(environment.stateSize);
      for (let object = 0; object < objectCount; object++) {
        objectAt(object, state);
        const score = { xaa: 1, abx: 2, xxx: 8 }[environment.text(state)] ?? 1;
        // Tables are float64 on the host; the logarithm and its double are rounded once each.
        expect(Math.abs(reward.logReward(state) - 2 * Math.log(score))).toBeLessThanOrEqual(2 ** -50);
      }
    },
  );

  test('of more sequences than are tabulated is looked up on the host', async () => {
    const { environment, reward } = await made('table', 'ACGTACGTACGTAC;0.5\nTTTTTTTTTTTTTT;-2', {
      form: 'exponential',
    });
    expect(environment.enumeration).toHaveProperty('reason');
    const at = (text: string) => {
      const state = new Int32Array(environment.stateSize);
      environment.parse?.(text, state);
      return reward.logReward(state);
    };
    expect([at('ACGTACGTACGTAC'), at('TTTTTTTTTTTTTT'), at('AAAAAAAAAAAAAA')]).toEqual([0.5, -2, -2]);
  });

  test.each([
    ['a,1\nb,', 'Line 2, column 2 of t is empty. Fill it in, or leave the line out.'],
    ['a,1\nb,x', 'Line 2, column 2 of t is "x", which is not a finite number.'],
    ['a,1\n,2', 'Line 2, column 1 of t is empty: give a sequence.'],
    ['a,1\nb', 'Line 2 of t has 1 cells, and the first line 2.'],
    ['a,1\nbb,2', 'Line 2, column 1 of t has 2 letters, and line 1 1.'],
    ['s,score\na,1\nb,2\na,3', 'The sequence "a" is in lines 2 and 4 of t. Leave one of them out.'],
    ['a,1\naa-,2', 'Line 2, column 1 of t has a - in it'],
    ['aa,1', 'The sequences of t have only one letter'],
    ['a,1,2', 't has 3 columns; a table has two'],
    ['', 't is empty.'],
    ['a,"1', 'Line 1 of t has a quotation mark that is not closed.'],
  ])('%j is refused', (text, message) => {
    expect(() => parseScores(bytes(text), 't')).toThrow(message);
  });

  test('with scores that have no power is refused', async () => {
    await expect(made('table', 'a,0\nb,1')).rejects.toThrow('have to be above 0; the least is 0. Shift the scores');
    await expect(findProblem('table').create()).rejects.toThrow('give it with --table FILE.');
  });
});

describe("a graph's data", () => {
  test('are read with or without names, and scored', async () => {
    const rows = [
      [1, 0.5, -0.25],
      [-0.5, 0.25, 0.75],
      [0.25, -1, 0.5],
      [1.5, 1, -0.5],
      [-1, -0.75, 0],
      [0.5, 0.25, 1.25],
    ];
    const text = rows.map((row) => row.join('\t')).join('\r\n');
    const data = parseDagData(bytes(`a\tb\tc\r\n${text}\r\n`), 'the data');
    expect(data).toEqual(parseDagData(bytes(text), 'the data'));
    expect(data).toEqual({ variables: 3, rows: 6, values: Float64Array.from(rows.flat()) });
    // To nine digits.
    expect(Math.abs(bgeScore(data)(0, 0) - -10.000887164)).toBeLessThanOrEqual(5e-10);
    const { environment } = await made('dag', text);
    expect(environment.options.variables).toBe(3);
  });

  test('have as many edges on average as their own columns can, whatever the number of variables without them', async () => {
    const five = '1,2,0,4,1\n3,1,1,4,0\n2,2,5,1,7';
    const prior = { graphPrior: 'erdos-renyi' };
    const { environment } = await made('dag', five, { ...prior, variables: 4, edges: 9 });
    expect(environment.options.variables).toBe(5);
    await expect(made('dag', five, { ...prior, variables: 12, edges: 10 })).rejects.toThrow(
      'dag: 10 edges on average are too many for 5 variables, which have at most 10.',
    );
    // They are those of the prior alone.
    await expect(made('dag', five, { edges: 400 })).resolves.toBeDefined();
    await expect(findProblem('dag').create({ edges: 6 })).rejects.toThrow('6 edges on average are too many for 4');
  });

  test('are not looked at by an expression', async () => {
    const typed = { score: 'expression', expression: '1 + edges', variables: 3 };
    const { environment } = await made('dag', 'no data', { ...typed, data: 'd.csv' });
    expect(environment.options.variables).toBe(3);
  });

  test.each([
    ['1,2\n3,', 'Line 2, column 2 of d is empty.'],
    ['1,2\n3,n', 'Line 2, column 2 of d is "n", which is not a finite number.'],
    ['1,2\n1,3', 'Column 1 of d has the same number in every row'],
    ['1,2', 'd has 1 rows of numbers; a score takes at least 2.'],
    [`${new Array(32).fill(1)}\n${new Array(32).fill(2)}`, 'd has 32 columns; graphs have at most 31 variables.'],
  ])('%j is refused', (text, message) => {
    expect(() => parseDagData(bytes(text), 'd')).toThrow(message);
  });
});

describe('an alignment', () => {
  test('is read from FASTA and from JSON alike', async () => {
    const json = '{ "A": "AAGT", "B": "ACGT", "C": "CCGA", "D": "CTTA" }';
    const fasta = '>A\nAAGT\n>B\nAC\nGT\n>C\nCCGA\n>D\nCTTA\n';
    expect(readAlignment(bytes(json))).toEqual(readAlignment(bytes(fasta)));
    const { environment, reward } = await made('phylo', json, { mutationsPerNat: 1 });
    const { objectCount, objectAt } = enumerationOf(environment, 'trees');
    const state = new Int32Array(environment.stateSize);
    const found = Array.from({ length: objectCount }, (_, object) => {
      objectAt(object, state);
      return 5 - reward.logReward(state);
    });
    // Rewards count from the mutations of a greedy tree, which finds one of the best here.
    expect(found.toSorted()).toEqual([...new Array(5).fill(5), ...new Array(10).fill(7)]);
  });

  test.each([
    ['{ "A": "AC", "B": 3 }', 'The alignment has no sequence for "B"'],
    ['{ "A": ', 'The alignment is not JSON'],
    ['>A\nAC\n>B\nACG', 'The sequence "B" has 3 sites and "A" 2. Align them first'],
    ['>A\nAC\n>B\nAX', 'The sequence "B" has "X" at site 2'],
  ])('%j is refused', (text, message) => {
    expect(() => readAlignment(bytes(text))).toThrow(message);
  });
});
