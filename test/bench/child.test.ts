import { expect, test } from 'vitest';
import { parseRecords, runProgram } from '../../bench/measure/child.ts';

const program = (code: string) => ({ command: process.execPath, args: ['-e', code] });

test('a program answers in lines of JSON, between which its library may print', async () => {
  const code = `console.log('{"a":1}'); console.log('loading ...'); console.log('{"b":[2]}')`;
  expect(await runProgram(program(code), 60)).toEqual({ records: [{ a: 1 }, { b: [2] }] });
});

test('a program that fails says why, by the line that names the error', async () => {
  const measured = await runProgram(program(`throw new RangeError('too many rows')`), 60);
  expect(measured).toEqual({ problem: 'RangeError: too many rows' });
});

test('a program that is missing or writes nothing is reported, without an exception', async () => {
  const missing = await runProgram({ command: '/nonexistent/python', args: [] }, 60);
  expect(missing).toEqual({ problem: expect.stringContaining('ENOENT') });
  expect(parseRecords('')).toEqual({ problem: 'it measured nothing' });
});

test('a program that takes too long is ended, and its measurements so far are kept', async () => {
  const stuck = 'setInterval(() => {}, 1000)';
  expect(await runProgram(program(stuck), 0.3)).toEqual({ problem: 'it took longer than 0.3 seconds' });
  expect(await runProgram(program(`console.log('{"a":1}'); ${stuck}`), 2)).toEqual({ records: [{ a: 1 }] });
});
