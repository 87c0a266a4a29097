import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patience } from '../setup/patience.ts';
import { pages } from './pages.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'flowtape-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command line as it was built, in an empty folder, with nothing in its cache. */
async function flowtape(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const command = [resolve('dist/cli.js'), ...words];
  try {
    return { code: 0, ...(await run(process.execPath, command, { cwd: folder, env, timeout: patience })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** The commands of the documentation: what stands behind `npm start --` or `npx flowtape`. */
const commands = [
  ...new Set(
    pages.flatMap((page) =>
      page.commands.flatMap((line) => /^(?:npm start (?:-s )?--|npx flowtape) (.*)$/.exec(line)?.[1] ?? []),
    ),
  ),
].map((line) => line.split(' '));

/** What is added so that a command takes seconds: the last of an option given twice counts. */
const shortened: Readonly<Record<string, readonly string[]>> = {
  train: ['--steps', '1', '--batch', '4', '--evaluation-trajectories', '8'],
  reproduce: ['--list'],
};

/** Needs data that is no part of the package. */
const needsData = (words: readonly string[]) =>
  words[0] === 'train' && ['tfbind8', 'qm9-string', 'seh'].includes(words[1]);

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

describe('commands of the README and the guide', () => {
  beforeAll(async () => {
    expect((await flowtape(['train', 'hypergrid', '--steps', '1', '--out', 'runs/DIR'])).code).toBe(0);
  });

  test('exist', () => expect(commands.length).toBeGreaterThan(8));

  test.each(commands.map((words) => ({ line: words.join(' '), words })))('flowtape $line', async ({ words }) => {
    if (words[0] === 'data') {
      // Not fetched here: but there is such a pack.
      expect((await flowtape(['data', 'list'])).stdout).toMatch(new RegExp(`^${words[2]} `, 'm'));
      return;
    }
    // A run that goes on has its own settings.
    const more = words.includes('--resume') ? ['--steps', '2'] : (shortened[words[0]] ?? []);
    const { code, stdout, stderr } = await flowtape([...words, ...more]);
    if (needsData(words)) {
      expect(stderr).toContain(`data fetch ${words[1]}"`);
      return;
    }
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  test('other lines name scripts and packages that exist', () => {
    const packages = ['flowtape', ...Object.keys(manifest.peerDependencies)];
    for (const line of pages.flatMap((page) => page.commands)) {
      for (const [, script] of line.matchAll(/npm run ([\w:]+)/g)) expect(manifest.scripts).toHaveProperty([script]);
      for (const [, names] of line.matchAll(/npm install (.*)/g)) {
        for (const name of names.split(' ')) expect(packages).toContain(name);
      }
    }
  });
});
