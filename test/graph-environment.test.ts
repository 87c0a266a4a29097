import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);

describe('the page on graph environments', () => {
  test('has a program that compiles, and that learns', async () => {
    const page = await readFile('docs/graph-environment.md', 'utf8');
    const [, program] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    expect(program).toBeDefined();
    // Inside the project, so that `flowtape` is what was built of it.
    const folder = await mkdtemp('build/page-');
    try {
      await writeFile(`${folder}/program.ts`, program);
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'];
      const types = ['--types', 'node,@webgpu/types', '--ignoreConfig'];
      await run(process.execPath, ['node_modules/typescript/bin/tsc', ...options, ...types, `${folder}/program.ts`]);
      const { code } = await transform(program, { loader: 'ts', format: 'esm', target: 'es2022' });
      await writeFile(`${folder}/program.mjs`, code);
      const { stdout } = await run(process.execPath, [`${folder}/program.mjs`], { timeout: 100_000 });
      const reported = stdout
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ').pop()));
      expect(reported).toHaveLength(4);
      // The uniform policy is nearly as far away as can be; what has learnt is much nearer.
      expect(reported[reported.length - 1]).toBeLessThan(0.6 * reported[0]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 120_000);
});
