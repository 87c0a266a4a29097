import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ColouredGraph, canonicalNumbering, colouredGraph } from '../../src/graph/canonical-graph.ts';

const SIZE = 10;
const LAST_BITS = 12;

interface Plain {
  readonly colours: readonly number[];
  readonly edges: readonly (readonly [number, number, number])[];
}

function graphOf({ colours, edges }: Plain): ColouredGraph {
  const graph = colouredGraph(SIZE);
  graph.nodes = colours.length;
  for (const [node, colour] of colours.entries()) graph.colour[node] = colour;
  for (const [u, v, colour] of edges) {
    graph.edge[u * SIZE + v] = colour;
    graph.edge[v * SIZE + u] = colour;
  }
  return graph;
}

/** The graph with its nodes moved, as text. */
function moved({ colours, edges }: Plain, place: ArrayLike<number>): string {
  const matrix = colours.map(() => colours.map(() => 0));
  for (const [u, v, colour] of edges) {
    matrix[place[u]][place[v]] = colour;
    matrix[place[v]][place[u]] = colour;
  }
  const placed: number[] = [];
  for (const [node, colour] of colours.entries()) placed[place[node]] = colour;
  return JSON.stringify([placed, matrix]);
}

function canonical(graph: Plain): string {
  const place = new Int32Array(SIZE);
  canonicalNumbering(SIZE, LAST_BITS)(graphOf(graph), place);
  expect([...place.subarray(0, graph.colours.length)].sort()).toEqual([...graph.colours.keys()]);
  return moved(graph, place);
}

function permute({ colours, edges }: Plain, place: readonly number[]): Plain {
  const placed: number[] = [];
  for (const [node, colour] of colours.entries()) placed[place[node]] = colour;
  return { colours: placed, edges: edges.map(([u, v, colour]) => [place[u], place[v], colour]) };
}

const graphs = (max: number, colours: number): fc.Arbitrary<Plain> =>
  fc.integer({ min: 1, max }).chain((nodes) =>
    fc.record({
      colours: fc.array(fc.integer({ min: 0, max: colours - 1 }), { minLength: nodes, maxLength: nodes }),
      edges: fc
        .uniqueArray(
          fc.tuple(
            fc.integer({ min: 0, max: nodes - 1 }),
            fc.integer({ min: 0, max: nodes - 1 }),
            fc.integer({ min: 1, max: 3 }),
          ),
          { selector: ([u, v]) => Math.min(u, v) * SIZE + Math.max(u, v), maxLength: 2 * nodes },
        )
        .map((drawn) => drawn.filter(([u, v]) => u !== v)),
    }),
  );

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, i) =>
        permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [first, ...rest]),
      );

describe('the canonical order', () => {
  test('is the same however the nodes were numbered', () => {
    fc.assert(
      fc.property(graphs(SIZE, 6), fc.gen(), (graph, draw) => {
        const nodes = [...graph.colours.keys()];
        const place = draw(() => fc.shuffledSubarray(nodes, { minLength: nodes.length, maxLength: nodes.length }));
        expect(canonical(permute(graph, place))).toBe(canonical(graph));
      }),
      { numRuns: 500 },
    );
  });

  test('is the same for graphs that some exchange of nodes makes equal, and for no others', () => {
    fc.assert(
      fc.property(graphs(4, 2), graphs(4, 2), (a, b) => {
        const alike =
          a.colours.length === b.colours.length &&
          permutations([...a.colours.keys()]).some((place) => moved(a, place) === moved(b, [...b.colours.keys()]));
        expect(canonical(a) === canonical(b)).toBe(alike);
      }),
      { numRuns: 2000 },
    );
  });

  test('is found for graphs whose nodes no neighbourhood tells apart', () => {
    const ring = (nodes: number, step: number): Plain['edges'] =>
      Array.from({ length: nodes }, (_, i) => [i, (i + step) % nodes, 1]);
    const same = (nodes: number, edges: Plain['edges']): Plain => ({ colours: Array(nodes).fill(0), edges });
    const cube = same(
      8,
      [...ring(4, 1), ...ring(4, 1).map(([u, v, c]) => [u + 4, v + 4, c] as const)].concat(
        [0, 1, 2, 3].map((i) => [i, i + 4, 1] as const),
      ),
    );
    const petersen = same(10, [
      ...ring(5, 1),
      ...ring(5, 2).map(([u, v, c]) => [u + 5, v + 5, c] as const),
      ...[0, 1, 2, 3, 4].map((i) => [i, i + 5, 1] as const),
    ]);
    const triangles = same(6, [...ring(3, 1), ...ring(3, 1).map(([u, v, c]) => [u + 3, v + 3, c] as const)]);
    const star = same(
      10,
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => [0, i, 1] as const),
    );
    for (const graph of [cube, petersen, triangles, same(6, ring(6, 1)), star]) {
      const nodes = [...graph.colours.keys()];
      fc.assert(
        fc.property(fc.shuffledSubarray(nodes, { minLength: nodes.length, maxLength: nodes.length }), (place) => {
          expect(canonical(permute(graph, place))).toBe(canonical(graph));
        }),
        { numRuns: 20 },
      );
    }
    // Both have six nodes of two edges each.
    expect(canonical(triangles)).not.toBe(canonical(same(6, ring(6, 1))));
  });

  test('has ascending colours, and compares the last bits last', () => {
    // A path whose ends differ in colour alone, and one whose ends differ in the last bits.
    const path = (a: number, b: number): Plain => ({
      colours: [a, 16, b],
      edges: [
        [0, 1, 1],
        [1, 2, 2],
      ],
    });
    expect(JSON.parse(canonical(path(2, 1)))[0]).toEqual([1, 2, 16]);
    const [one, other] = [canonical(path(4, 8)), canonical(path(8, 4))].map((text) => JSON.parse(text));
    // The nodes are told apart by their edges, in the same order whichever has which bits.
    expect(one[1]).toEqual(other[1]);
    expect(one[0]).toEqual([other[0][1], other[0][0], 16]);
  });
});
