import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../../scripts/machine/chromium.mjs';
import { patience } from '../setup/patience.ts';
import { inShell } from '../setup/tools.ts';
import { type Page, readPage } from './pages.ts';

/** A user's project, with flowtape and esbuild installed. */
const project = mkdtempSync(join(tmpdir(), 'flowtape-page-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(resolve('.'), join(project, 'node_modules/flowtape'), 'junction');
// Where npx finds the command of esbuild, whatever kind of file it is on this system.
symlinkSync(resolve('node_modules/.bin'), join(project, 'node_modules/.bin'), 'junction');

const server = createServer(({ url = '/' }, response) => {
  const file = join(project, url === '/' ? 'index.html' : url);
  if (existsSync(file)) {
    response.setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
    response.end(readFileSync(file));
  } else {
    response.writeHead(404).end();
  }
});
let browser: Browser;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { executablePath, args, env } = await findChromium();
  browser = await chromium.launch({
    executablePath,
    timeout: patience,
    args,
    env: { ...process.env, ...env } as Record<string, string>,
  });
});

afterAll(async () => {
  await browser.close();
  server.close();
  rmSync(project, { recursive: true });
});

/** Writes the files of a guide page, and bundles them by the command that it gives. */
async function bundled({ commands, block }: Page, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries({ ...files, 'index.html': block('html') ?? '' })) {
    writeFileSync(join(project, name), text);
  }
  // The other commands install from a registry.
  const [command, ...words] = commands.filter((line) => line.startsWith('npx '))[0].split(' ');
  await promisify(execFile)(command, words, { cwd: project, ...inShell(command) });
}

/** The page as it is now in the project. */
async function opened(tab: Tab): Promise<{ readonly errors: readonly string[] }> {
  tab.setDefaultTimeout(patience);
  const errors: string[] = [];
  tab.on('pageerror', ({ message }) => errors.push(message));
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { errors };
}

test('the page of the guide is bundled by the command that it gives, and ends in a browser with what it says', async () => {
  const guide = readPage('docs/guide/page.md');
  await bundled(guide, { 'page.js': guide.program });
  const page = await browser.newPage();
  const { errors } = await opened(page);
  const status = page.getByRole('status');
  await status.filter({ hasText: '300 of 300' }).waitFor();
  expect(`${await status.textContent()}\n`).toBe(guide.output);
  // The four modes are the darkest cells.
  const opacities = await page.evaluate(() => {
    const canvas = document.querySelector('canvas') as HTMLCanvasElement;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, 8, 8).data ?? [];
    return Array.from({ length: 64 }, (_, cell) => pixels[4 * cell + 3]);
  });
  const darkest = [...opacities.keys()].sort((a, b) => opacities[b] - opacities[a]).slice(0, 4);
  expect(darkest.sort((a, b) => a - b)).toEqual([9, 14, 49, 54]);
  expect(errors).toEqual([]);
  await page.close();
});

test('the page with a worker ends with what the guide says, or when it is told to stop', async () => {
  const guide = readPage('docs/guide/worker.md');
  const [worker, ...page] = guide.blocks('js');
  await bundled(guide, { 'worker.js': worker, 'page.js': page.join('\n') });
  const tab = await browser.newPage();
  const whole = await opened(tab);
  await tab.getByRole('listitem').nth(3).waitFor();
  const told = [tab.getByRole('status'), tab.getByRole('listitem')].map((shown) => shown.allTextContents());
  expect(`${(await Promise.all(told)).flat().join('\n')}\n`).toBe(guide.output);

  // The same page, with a run that would not end by itself.
  await tab.route('**/built/page.js', (route) => {
    const text = readFileSync(join(project, 'built/page.js'), 'utf8').replace(/\bsteps = 300;/, 'steps = 1e6;');
    return route.fulfill({ contentType: 'text/javascript', body: text });
  });
  const stopped = await opened(tab);
  await tab.getByRole('status').filter({ hasText: 'of 1000000: total variation' }).waitFor();
  expect(await tab.getByRole('listitem').count()).toBe(0);
  await tab.getByRole('button', { name: 'Stop' }).click();
  await tab.getByRole('listitem').nth(3).waitFor();
  expect(await tab.getByRole('status').textContent()).not.toContain('1000000 of');
  expect([...whole.errors, ...stopped.errors]).toEqual([]);
  await tab.close();
});
