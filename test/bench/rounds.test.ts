import { expect, test } from 'vitest';
import type { Measured, Program } from '../../bench/measure/child.ts';
import { measureInTurn } from '../../bench/measure/rounds.ts';

const engine = (name: string) => ({
  name,
  program: (_: string, seconds: number) => ({ command: name, args: [String(seconds)] }),
});
const options = { rounds: 3, seconds: 6, limitSeconds: 60 };

/** Runs in which each program answers by `answer`, and the order in which they ran. */
async function measured(names: readonly string[], answer: (name: string, round: number) => Measured) {
  const order: string[] = [];
  const run = async ({ command, args }: Program) => {
    order.push(`${command} ${args[0]}`);
    return answer(command, order.filter((name) => name.startsWith(command)).length);
  };
  return { results: await measureInTurn(names.map(engine), 'problem', options, run), order };
}

test('engines take turns, each for its share of the seconds', async () => {
  const { results, order } = await measured(['a', 'b'], (name, round) => ({ records: [`${name}${round}`] }));
  expect(order).toEqual(['a 2', 'b 2', 'a 2', 'b 2', 'a 2', 'b 2']);
  expect(results).toEqual([
    { name: 'a', measured: { records: ['a1', 'a2', 'a3'] } },
    { name: 'b', measured: { records: ['b1', 'b2', 'b3'] } },
  ]);
});

test('an engine that fails is skipped from then on, while the others run and its measurements are kept', async () => {
  const { results, order } = await measured(['a', 'b', 'c'], (name, round) => {
    if (name === 'a') return { problem: 'no adapter' };
    if (name === 'b' && round === 2) return { problem: 'out of memory' };
    return { records: [round] };
  });
  expect(order.map((name) => name[0]).join('')).toBe('abcbcc');
  expect(results.map(({ measured }) => measured)).toEqual([
    { problem: 'no adapter' },
    { records: [1] },
    { records: [1, 2, 3] },
  ]);
});
