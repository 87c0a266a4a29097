import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flopsOfTurn, multiplyAddModule } from '../../bench/kernels/multiply-add.ts';
import { stepFlops } from '../../bench/step/problems.ts';
import { iterationFlops } from '../../bench/train/flops.ts';

/** Multiplications and additions of C [n, m] += A [n, k] B [k, m], counted in a loop. */
function countProduct(n: number, k: number, m: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) for (let l = 0; l < k; l++) count += 2;
  return count;
}

test('a step counts each product forward and backward, except for the gradient of its inputs', () => {
  const size = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(size, fc.array(size, { minLength: 2, maxLength: 4 }), (rows, widths) => {
      let count = 0;
      for (let layer = 0; layer + 1 < widths.length; layer++) {
        const [inputs, outputs] = [widths[layer], widths[layer + 1]];
        count += countProduct(rows, inputs, outputs); // y = x w
        count += countProduct(inputs, rows, outputs); // dw = x^T dy
        if (layer > 0) count += countProduct(rows, outputs, inputs); // dx = dy w^T
      }
      expect(stepFlops({ name: '', rows, widths })).toBe(count);
    }),
  );
});

const problem = { problemOptions: {}, batch: 2, objectiveOptions: { policyUpdates: 3, valueEpochs: 5 } } as const;

test('an iteration counts products behind the one-hot layer: once forward and twice backward', () => {
  const row = countProduct(1, 256, 256) + countProduct(1, 256, 5);
  const tb = iterationFlops({ ...problem, problem: 'hypergrid', objective: 'tb' }, 4);
  expect(tb).toBe(2 * 4 * 3 * row);
  const db = iterationFlops({ ...problem, problem: 'hypergrid', objective: 'db' }, 4);
  expect(db).toBe(2 * 4 * 3 * (row + countProduct(1, 256, 1)));
});

test('Ent-PPO counts every update of policy and value, and the pass that advantages take', () => {
  const body = 2 * countProduct(1, 256, 256);
  const [policy, value] = [body + countProduct(1, 256, 22), body + countProduct(1, 256, 1)];
  const iteration = iterationFlops({ ...problem, problem: 'qm9-string', objective: 'ent-ppo' }, 5);
  expect(iteration).toBe(2 * 5 * (3 * 3 * policy + value + 5 * 3 * value));
});

test('the module that only multiplies and adds computes what its loop says', async () => {
  expect(flopsOfTurn).toBe(96);
  const { instance } = await WebAssembly.instantiate(multiplyAddModule(false));
  const run = instance.exports.run as (turns: number) => number;
  const [x, y] = [Math.fround(0.9999), Math.fround(0.0001)];
  let chain = 0;
  for (let turn = 0; turn < 1000; turn++) chain = Math.fround(Math.fround(chain * x) + y);
  // Twelve chains, added in float32: eleven additions of numbers that are equal, each rounded once.
  expect(Math.abs(run(1000) - 12 * chain)).toBeLessThan(12 * chain * 11 * 2 ** -24);
});
