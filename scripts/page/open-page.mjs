// The page for scripts: built, served, and a browser to open it in.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../machine/chromium.mjs';
import { buildDemo } from './demo-build.mjs';
import { serveDemo } from './demo-server.mjs';

/**
 * Builds and serves the page, starts a browser without WebGPU, passes both to `use`, and shuts everything down again.
 *
 * @param {(page: { browser: import('playwright-core').Browser, address: string }) => Promise<void>} use
 */
export async function withPage(use) {
  const folder = await mkdtemp(join(tmpdir(), 'flowtape-page-'));
  try {
    const { executablePath, argsWithoutWebgpu, env } = await findChromium();
    const [browser] = await Promise.all([
      chromium.launch({ executablePath, args: argsWithoutWebgpu, env: { ...process.env, ...env } }),
      buildDemo(folder),
    ]);
    const server = await serveDemo(folder);
    try {
      await use({ browser, address: server.address });
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
