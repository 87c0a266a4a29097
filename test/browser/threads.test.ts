import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { bundleForBrowser } from '../setup/bundle.ts';
import { launchChromium } from '../setup/chromium.ts';
import { isolation, serveFolder } from '../setup/server.ts';
import { type SmallTraining, smallTraining } from './small-training.ts';

let browser: Browser;
let program: string;
let expected: SmallTraining;
beforeAll(async () => {
  browser = await launchChromium({ webgpu: false });
  const { outputFiles } = await bundleForBrowser({ entryPoints: ['test/browser/small-training.ts'] });
  program = (outputFiles[0] as { text: string }).text;
  expected = await smallTraining(() => openNodeCpuDevice({ threads: 1 }));
});
afterAll(() => browser.close());

/** Trains in a page that comes with these headers; on the main thread, which may not sleep. */
async function trainedIn(headers: Readonly<Record<string, string>>): Promise<SmallTraining> {
  const page =
    '<script type="module">import { trainHere } from "./program.js"; globalThis.trainHere = trainHere;</script>';
  const server = await serveFolder('.', headers, { '/index.html': page, '/program.js': program });
  const tab = await browser.newPage();
  try {
    await tab.goto(server.address);
    return await tab.evaluate(() => (globalThis as unknown as { trainHere: () => Promise<SmallTraining> }).trainHere());
  } finally {
    await tab.close();
    await server.close();
  }
}

// Numbers are those of one thread in Node, bit for bit: WebAssembly computes the same everywhere.
test.each<[string, Record<string, string>, boolean, string]>([
  ['isolated from other origins trains on several threads', isolation, true, 'WebAssembly with SIMD, 3 threads'],
  ['that is not isolated trains on one thread', {}, false, 'WebAssembly with SIMD, one thread'],
  [
    'that forbids workers made of text trains on one thread',
    { ...isolation, 'Content-Security-Policy': "worker-src 'self'" },
    true,
    'WebAssembly with SIMD, one thread',
  ],
])('a page %s, to the numbers that Node gets', async (_, headers, isolated, description) => {
  expect(await trainedIn(headers)).toEqual({ description, isolated, numbers: expected.numbers });
});
