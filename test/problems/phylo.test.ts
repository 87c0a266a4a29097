import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allTrees, newick, type PhyloTree, parsimony } from '../../src/problems/phylo/parsimony.ts';
import { treePictures } from '../../src/problems/phylo/picture.ts';
import { readNewick } from '../../src/problems/phylo/read-newick.ts';
import { alignment, parseFasta } from '../../src/problems/phylo/sequences.ts';

const toy = alignment([
  ['w', 'AAGT'],
  ['x', 'ACGT'],
  ['y', 'CCGA'],
  ['z', 'CTTA'],
]);

describe('parsimony', () => {
  test("is 5 mutations for the toy's 5 trees that split {w, x} from {y, z}, and 7 for the 10 others", () => {
    const scores = allTrees(4).map((tree) => parsimony(toy, tree));
    expect(scores.filter((score) => score === 5)).toHaveLength(5);
    expect(scores.filter((score) => score === 7)).toHaveLength(10);
    expect(
      parsimony(toy, [
        [0, 1],
        [2, 3],
      ]),
    ).toBe(5);
    const logPartition = (divisor: number) =>
      Math.log(scores.reduce((sum, score) => sum + Math.exp(-score / divisor), 0));
    // Told to 9 decimals.
    expect(Math.abs(logPartition(1) - -3.151017321)).toBeLessThanOrEqual(6e-10);
    expect(Math.abs(logPartition(4) - 1.153814682)).toBeLessThanOrEqual(6e-10);
  });

  test('number (2n - 3)!!', () => {
    expect([2, 3, 4, 5, 6, 7].map((n) => allTrees(n).length)).toEqual([1, 3, 15, 105, 945, 10395]);
    expect(new Set(allTrees(5).map((tree) => newick(tree, ['0', '1', '2', '3', '4']))).size).toBe(105);
    expect(() => allTrees(9)).toThrow('too many');
  });

  const letters = fc.constantFrom('A', 'C', 'G', 'T', '-', 'N', '?');
  const sequences = fc.array(fc.array(letters, { minLength: 12, maxLength: 12 }), { minLength: 5, maxLength: 5 });

  test('is the fewest mutations of all letters that ancestors could have', () => {
    fc.assert(
      fc.property(sequences, fc.nat(104), (rows, which) => {
        const named = rows.map((row, i) => [`t${i}`, row.join('')] as const);
        const tree = allTrees(5)[which];
        let expected = 0;
        for (let site = 0; site < 12; site++)
          expected += bySankoff(
            rows.map((row) => row[site]),
            tree,
          );
        expect(parsimony(alignment(named), tree)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('does not depend on where the tree is rooted', () => {
    fc.assert(
      fc.property(sequences, (rows) => {
        const data = alignment(rows.map((row, i) => [`t${i}`, row.join('')] as const));
        const rooted: PhyloTree[] = [
          [
            [[0, 1], 2],
            [3, 4],
          ],
          [
            [0, 1],
            [2, [3, 4]],
          ],
          [0, [1, [2, [3, 4]]]],
        ];
        expect(new Set(rooted.map((tree) => parsimony(data, tree))).size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});

/** The fewest mutations at one site, by the costs of every letter at every node (Sankoff 1975). */
function bySankoff(column: readonly string[], tree: PhyloTree): number {
  const states = 'ACGT-';
  const costs = (subtree: PhyloTree): number[] => {
    if (typeof subtree === 'number') {
      const letter = column[subtree];
      return [...states].map((state) =>
        letter === state || ((letter === 'N' || letter === '?') && state !== '-') ? 0 : Number.POSITIVE_INFINITY,
      );
    }
    const children = subtree.map(costs);
    return [...states].map((_, here) =>
      children.reduce((sum, child) => sum + Math.min(...child.map((cost, there) => cost + Number(here !== there))), 0),
    );
  };
  return Math.min(...costs(tree));
}

describe('alignments', () => {
  test('equal columns are one with a weight, and constant ones are left out', () => {
    const { sites, weights, length } = alignment([
      ['a', 'AACGT?'],
      ['b', 'AACGAN'],
    ]);
    expect([sites, Array.from(weights), length]).toEqual([1, [1], 6]);
    expect(
      Array.from(
        alignment([
          ['a', 'AAT'],
          ['b', 'CCT'],
        ]).weights,
      ),
    ).toEqual([2]);
  });

  test('errors are named with taxon and site', () => {
    expect(() => alignment([['a', 'AC']])).toThrow('at least 2 sequences; there are 1');
    expect(() =>
      alignment([
        ['a', 'AC'],
        ['a', 'AG'],
      ]),
    ).toThrow('two sequences called "a"');
    expect(() =>
      alignment([
        ['a', 'AC'],
        ['b', 'A'],
      ]),
    ).toThrow('"b" has 1 sites and "a" 2');
    expect(() =>
      alignment([
        ['a', 'AC'],
        ['b', 'AX'],
      ]),
    ).toThrow('"b" has "X" at site 2');
  });

  test('FASTA allows names, continued lines and comments; errors are named with the line', () => {
    expect(parseFasta('>one first\nAC\nGT\n\n; a note\r\n>two\r\nA-G?\r\n')).toEqual([
      ['one', 'ACGT'],
      ['two', 'A-G?'],
    ]);
    expect(() => parseFasta('AC\n>one')).toThrow('Line 1 of the FASTA file has letters before the first name');
    expect(() => parseFasta('>one\n>two\nAC')).toThrow('no letters for "one"');
    expect(() => parseFasta('>\nAC')).toThrow('Line 1 of the FASTA file is a > without a name');
  });

  const taxa = ['a', "b's", 'c d', 'd'];

  test('Newick quotes names with other signs, and its trees are read back', () => {
    expect(newick([[0, 1], 2], taxa)).toBe("((a,'b''s'),'c d');");
    expect(readNewick("((a,'b''s'),'c d'); d;", taxa)).toEqual([[[0, 1], 2], 3]);
    // As other programs write them: lengths, names of inner nodes, and a root of three branches.
    expect(readNewick("(d:0.1,('c d':1e-2, a)88:2,\n'b''s':0);", taxa)).toEqual([[[3, [2, 0]], 1]]);
  });

  test.each([
    ['((a,d);', 'where ) should be'],
    ["((a,d),('b''s','c d'))", 'an end where ; should be'],
    ["(a,d,'b''s','c d');", 'a node has 4 branches'],
    ["((a,e),('b''s','c d'));", '"e" is not one of the taxa'],
    ["((a,a),('b''s','c d'));", '"a" is there twice'],
    ["((a,d),'b''s');", 'the taxon "c d" is missing'],
    ["((a:x,d),('b''s','c d'));", 'a : without a length'],
    ['(,a);', 'where a taxon should be'],
  ])('Newick: %s is refused', (text, reason) => {
    expect(() => readNewick(text, taxa)).toThrow(reason);
  });

  test('a picture has the names of the taxa and a bracket for each join', () => {
    const [picture] = treePictures(taxa, 1, () => [[[0, 1], 2], 3])({
      best: { states: Int32Array.of(0), logRewards: Float64Array.of(-1.5), scores: Float64Array.of(Number.NaN) },
    });
    expect(picture.svg.match(/<path/g)).toHaveLength(3);
    for (const name of taxa) expect(picture.svg).toContain(`>${name}</text>`);
    expect(picture.svg).toContain('log-reward -1.50');
    expect(picture.caption).toContain("(((a,'b''s'),'c d'),d);");
    expect(treePictures(taxa, 1, () => 0)({})).toEqual([]);
  });
});
