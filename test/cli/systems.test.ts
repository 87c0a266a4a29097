import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renameOver, whileHeld } from '../../src/cli/rename-over.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { quoted } from '../../src/cli/text.ts';

// What other systems than the one of the tests do.
describe('a file is replaced by another', () => {
  const failing = (code: string, times: number) => {
    const waits: number[] = [];
    let tries = 0;
    const rename = async () => {
      if (tries++ < times) throw Object.assign(new Error(`${code}: operation not permitted`), { code });
    };
    const wait = async (milliseconds: number) => void waits.push(milliseconds);
    return { rename, wait, waits, tries: () => tries };
  };

  test.each(['EPERM', 'EBUSY', 'EACCES'])(
    'on Windows once the program that held it open (%s) lets go',
    async (code) => {
      const { rename, wait, waits, tries } = failing(code, 3);
      await renameOver('a', 'b', { platform: 'win32', rename, wait });
      expect(tries()).toBe(4);
      expect(waits).toHaveLength(3);
      const held = failing(code, 2);
      const open = () => held.rename().then(() => 'opened');
      expect(await whileHeld(open, { platform: 'win32', wait: held.wait })).toBe('opened');
    },
  );

  test('for about a second on Windows, before the error is thrown', async () => {
    const { rename, wait, waits } = failing('EBUSY', Number.POSITIVE_INFINITY);
    await expect(renameOver('a', 'b', { platform: 'win32', rename, wait })).rejects.toThrow('EBUSY');
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(1000);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(2000);
  });

  test.each([
    ['win32', 'ENOENT'],
    ['linux', 'EACCES'],
    ['darwin', 'EPERM'],
  ])('at once on %s if the error (%s) is permanent', async (platform, code) => {
    const { rename, wait, tries } = failing(code, 1);
    await expect(renameOver('a', 'b', { platform, rename, wait })).rejects.toThrow(code);
    expect(tries()).toBe(1);
  });

  test('on this system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flowtape-rename-'));
    const [from, to] = ['from', 'to'].map((name) => join(folder, name));
    await writeFile(from, 'new');
    await writeFile(to, 'old');
    await renameOver(from, to);
    expect(await readFile(to, 'utf8')).toBe('new');
    await rm(folder, { recursive: true });
  });
});

test.each([
  ['runs/one-2', 'runs/one-2', 'runs/one-2'],
  ['runs\\one', "'runs\\one'", 'runs\\one'],
  ['C:\\my runs\\one', "'C:\\my runs\\one'", '"C:\\my runs\\one"'],
  ["it's", "'it'\\''s'", '"it\'s"'],
  ['python "my score.py"', '\'python "my score.py"\'', '"python ""my score.py"""'],
  ['my runs\\', "'my runs\\'", '"my runs\\\\"'],
  ['a,b@c%d', 'a,b@c%d', '"a,b@c%d"'],
  ['漢字', "'漢字'", '"漢字"'],
])('the word %s is quoted as one word for POSIX shells, and for cmd.exe and PowerShell', (word, posix, windows) => {
  expect(quoted(word, 'linux')).toBe(posix);
  expect(quoted(word, 'win32')).toBe(windows);
});

test.each([
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGBREAK', 21],
] as const)('%s asks a run to end', (name, number) => {
  const heard: number[] = [];
  const stop = processTerminal().onInterrupt((signal) => heard.push(signal));
  try {
    // As an event: no signal is sent, and what Windows alone has can be told of everywhere.
    process.emit(name, name);
    expect(heard).toEqual([number]);
  } finally {
    stop();
  }
  expect(process.listenerCount(name)).toBe(0);
});
