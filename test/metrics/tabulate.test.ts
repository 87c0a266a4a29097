import { expect, test } from 'vitest';
import { tabulate } from '../../src/metrics/tabulate.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';

const environment = hypergrid({ dimension: 2, side: 5 });

test.each([1, 3, 100])('a table has the logits of every state, with %i chunks asked for ahead', async (ahead) => {
  let underWay = 0;
  let max = 0;
  const asked: number[] = [];
  const table = await tabulate(
    environment,
    async (states, count) => {
      asked.push(count);
      underWay++;
      max = Math.max(max, underWay);
      // Later chunks answer first.
      for (let turn = 0; turn < 20 - asked.length; turn++) await Promise.resolve();
      underWay--;
      return Float64Array.from({ length: 3 * count }, (_, i) => {
        const [row, action] = [Math.floor(i / 3), i % 3];
        return 100 * states[3 * row] + 10 * states[3 * row + 1] + action;
      });
    },
    { chunk: 4, ahead },
  );
  expect(asked).toEqual([4, 4, 4, 4, 4, 4, 1]);
  expect(max).toBe(Math.min(ahead, 7));
  const states = Int32Array.of(0, 0, 0, 4, 3, 0, 2, 2, 0);
  expect(Array.from(await table(states, 3))).toEqual([0, 1, 2, 430, 431, 432, 220, 221, 222]);
});
