import { expect, test } from 'vitest';
import { edgeFinder } from '../../src/environment/edges.ts';
import type { Environment } from '../../src/environment/environment.ts';
import { guardedEnvironment } from '../../src/environment/guarded.ts';
import { rowFunctionsOf } from '../../src/environment/row-functions.ts';
import { sampleStates } from '../../src/environment/rows.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { rucksack } from './row-rucksack.ts';

const environments: readonly Environment[] = [
  hypergrid({ dimension: 3, side: 4 }),
  bitSequence({ length: 12, wordSize: 3 }),
  rucksack,
];

test.each(environments)(
  '$name: edges found by WebAssembly are those its functions tell, in windows of any size',
  async (environment) => {
    const { stateSize, actionCount } = environment;
    const count = 50;
    const states = sampleStates(environment, 3, count);
    // Without its recordings the same functions are called one by one.
    const plain = Object.create(environment, { rows: { value: undefined } }) as Environment;
    expect(rowFunctionsOf(plain)).toBeUndefined();
    const [recorded, called] = [
      await edgeFinder(guardedEnvironment(environment), 7, 1e6),
      await edgeFinder(plain, 16, 1e6),
    ];
    const edgesOf = (edges: typeof called, state: number) => {
      const first = edges.find(states, count, state) * actionCount;
      return Array.from({ length: actionCount }, (_, action) => {
        const edge = first + action;
        if (edges.mask[edge] === 0) return undefined;
        const child = [...edges.children.subarray(edge * stateSize, (edge + 1) * stateSize)];
        return { child, isEnd: edges.isEnd[edge], parents: edges.parents[edge] };
      });
    };
    for (const backwards of [false, true]) {
      for (let i = 0; i < count; i++) {
        const state = backwards ? count - 1 - i : i;
        expect(edgesOf(recorded, state)).toEqual(edgesOf(called, state));
      }
    }
  },
);

test('a guarded environment of the row language remains one until one of its functions is replaced', () => {
  const guarded = guardedEnvironment(rucksack);
  expect(rowFunctionsOf(guarded)).toBeDefined();
  expect(rowFunctionsOf(Object.create(guarded, { step: { value: () => undefined } }) as Environment)).toBeUndefined();
});
