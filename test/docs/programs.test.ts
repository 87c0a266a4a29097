import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { patience } from '../setup/patience.ts';
import { pages } from './pages.ts';

const run = promisify(execFile);
const programs = pages.filter(({ program }) => program !== '');

/** Pages whose program also runs on a GPU, or its emulation. The others run where none is found, on the cpu device. */
const onGpu = ['docs/guide/environment.md', 'docs/guide/operation.md'];
const withoutGpu = { ...process.env, LD_LIBRARY_PATH: '', VK_ICD_FILENAMES: devNull, VK_DRIVER_FILES: devNull };

/** Lets a program that waits for an emulated GPU rest; otherwise it runs as a user's. */
const resting = pathToFileURL(resolve('test/setup/polls.mjs')).href;

/** A user's project, with flowtape installed as what was built of this repository. */
const project = mkdtempSync(join(tmpdir(), 'flowtape-guide-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(resolve('.'), join(project, 'node_modules/flowtape'), 'junction');
for (const types of ['@types', '@webgpu']) {
  symlinkSync(resolve('node_modules', types), join(project, 'node_modules', types), 'junction');
}
writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
afterAll(() => rmSync(project, { recursive: true }));

const fileOf = (path: string, extension: string) => join(project, `${basename(path, '.md')}.${extension}`);

describe('programs of the README and the guide', () => {
  test('exist for the README and for every page', () => {
    expect(programs).toHaveLength(pages.length);
    expect(pages.length).toBeGreaterThan(8);
  });

  /** Programs that read numbers by index: there each would have to be said to be there. */
  const byIndex = ['docs/guide/environment.md', 'docs/guide/graph-environment.md', 'docs/guide/operation.md'];

  test.each([
    ['in strict mode', programs, []],
    [
      'where what an index finds may be undefined',
      programs.filter(({ path }) => !byIndex.includes(path)),
      ['--noUncheckedIndexedAccess'],
    ],
  ])('type-check %s', async (_, chosen, more) => {
    const files = chosen.map(({ path, language, program }) => {
      writeFileSync(fileOf(path, language), program);
      return fileOf(path, language);
    });
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--allowJs', '--checkJs', ...more];
    const target = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--lib', 'es2022,dom'];
    const tsc = [resolve('node_modules/typescript/bin/tsc'), ...strict, ...target, ...files];
    const { stdout } = await run(process.execPath, tsc, { cwd: project }).catch((error) => error);
    expect(stdout).toBe('');
  });

  for (const { path, program, output } of programs.filter((page) => !page.block('html'))) {
    test(`${path} runs, and prints what the page says`, async () => {
      const { code } = await transform(program, { loader: 'ts', format: 'esm', target: 'es2022' });
      writeFileSync(fileOf(path, 'mjs'), code);
      const env = onGpu.includes(path) ? process.env : withoutGpu;
      const words = ['--import', resting, fileOf(path, 'mjs')];
      const { stdout } = await run(process.execPath, words, { cwd: project, env, timeout: patience });
      // A page that says nothing of it prints what depends on the machine.
      if (output !== '') expect(stdout).toBe(output);
    });
  }
});
