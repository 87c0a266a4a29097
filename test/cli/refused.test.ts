import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

// The command line as it is built, with the library behind it.

const folder = mkdtempSync(join(tmpdir(), 'flowtape-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function flowtape(...args: string[]): Promise<{ code: number; stderr: string }> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [resolve('dist/cli.js'), ...args], { cwd: folder });
    return { code: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

test.each([
  [
    'a batch too small to be cut',
    ['hypergrid', '--value-chunks', '4', '--batch', '2'],
    '--value-chunks is 4: a batch of 2',
  ],
  ['exploration with a policy gradient', ['hypergrid', '--exploration-start', '0.1'], '--exploration-start would bias'],
  [
    'a flag that would change nothing',
    ['qm9-atoms', '--beta', '8'],
    '--beta would change nothing: it counts only with --inverse-temperature fixed. Change that, or leave it out.',
  ],
  ['a problem that is not there', ['hypergird'], 'Did you mean hypergrid?'],
])('train refuses %s with 2, names the option, and leaves nothing', async (_, args, message) => {
  const { code, stderr } = await flowtape('train', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(existsSync(join(folder, 'runs'))).toBe(false);
});
