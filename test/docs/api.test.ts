import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { patience } from '../setup/patience.ts';

test('the API reference is made: links lead somewhere, and everything exported has a docstring', async () => {
  const command = ['scripts/docs.mjs'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { timeout: patience }).catch(
    (error) => error,
  );
  // TypeDoc names what is missing, and where.
  expect(`${stdout}${stderr}`).not.toMatch(/warning|error/i);
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
  for (const entry of entries) {
    const name = entry.replace('.', 'flowtape').replace('/', '_');
    expect(readFileSync(`build/api/modules/${name}.html`, 'utf8').includes('tsd-member-summary'), name).toBe(true);
  }
  const page = readFileSync('build/api/functions/flowtape_engine.defineOperation.html', 'utf8');
  expect(page.includes('as WGSL on GPUs')).toBe(true);
  // They lead back to the guide, each from its own depth.
  expect(page).toContain('<a href="../../../docs/README.md">Guide</a>');
  expect(readFileSync('build/api/index.html', 'utf8')).toContain('<a href="../../docs/README.md">Guide</a>');
});
