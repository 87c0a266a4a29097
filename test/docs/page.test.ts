import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { findChromium } from '../../scripts/machine/chromium.mjs';
import { patience } from '../setup/patience.ts';
import { inShell } from '../setup/tools.ts';
import { readPage } from './pages.ts';

const { program, commands, output, block } = readPage('docs/guide/page.md');

/** A user's project, with flowtape and esbuild installed. */
const project = mkdtempSync(join(tmpdir(), 'flowtape-page-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(resolve('.'), join(project, 'node_modules/flowtape'), 'junction');
// Where npx finds the command of esbuild, whatever kind of file it is on this system.
symlinkSync(resolve('node_modules/.bin'), join(project, 'node_modules/.bin'), 'junction');
afterAll(() => rmSync(project, { recursive: true }));

test('the page of the guide is bundled by the command that it gives, and ends in a browser with what it says', async () => {
  writeFileSync(join(project, 'page.js'), program);
  // The other commands install from a registry.
  const [command, ...words] = commands.filter((line) => line.startsWith('npx '))[0].split(' ');
  await promisify(execFile)(command, words, { cwd: project, ...inShell(command) });

  const files: Record<string, [string, string]> = {
    '/': ['text/html', block('html') ?? ''],
    '/bundle.js': ['text/javascript', readFileSync(join(project, 'bundle.js'), 'utf8')],
  };
  const server = createServer(({ url = '' }, response) => {
    const [type, text] = files[url] ?? ['text/plain', ''];
    response.writeHead(url in files ? 200 : 404, { 'content-type': type }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { executablePath, args, env } = await findChromium();
  const browser = await chromium.launch({
    executablePath,
    timeout: patience,
    args,
    env: { ...process.env, ...env } as Record<string, string>,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patience);
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const status = page.getByRole('status');
    await status.filter({ hasText: '300 of 300' }).waitFor();
    expect(`${await status.textContent()}\n`).toBe(output);
    // The four modes are the darkest cells.
    const opacities = await page.evaluate(() => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, 8, 8).data ?? [];
      return Array.from({ length: 64 }, (_, cell) => pixels[4 * cell + 3]);
    });
    const darkest = [...opacities.keys()].sort((a, b) => opacities[b] - opacities[a]).slice(0, 4);
    expect(darkest.sort((a, b) => a - b)).toEqual([9, 14, 49, 54]);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    server.close();
  }
});
