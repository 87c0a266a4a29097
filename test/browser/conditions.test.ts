import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import {
  expectAccessible,
  figureOf,
  type Host,
  hostPage,
  iterationOf,
  press,
  soon,
  toastOf,
  variationOf,
  visit,
  whenFinished,
} from './visit.ts';

// What a page meets that its makers' own machines do not have.

let withoutWebgpu: Browser;
let host: Host;
beforeAll(async () => {
  [withoutWebgpu, host] = await Promise.all([launchChromium({ webgpu: false }), hostPage()]);
});
afterAll(async () => {
  await withoutWebgpu.close();
  await host.close();
});

const grid = 'side=4&objective=tb&learning-rate-end=1';

test('without WebGPU it trains on the processor, and says so', async () => {
  const { page, problems, close } = await visit(withoutWebgpu, `${host.address}#${grid}&steps=120`);
  await page.getByText(/^On the processor: .*\d threads, because there is no WebGPU adapter here/).waitFor();
  await whenFinished(page);
  await expect.poll(() => variationOf(page), soon).toBeLessThan(0.05);
  expect(problems).toEqual([]);
  await close();
});

test('on a host that does not isolate it, it trains on one thread', async () => {
  const plain = await hostPage({ isolated: false });
  const { page, problems, close } = await visit(withoutWebgpu, `${plain.address}#${grid}&steps=120`);
  await page.getByText(/^On the processor: .*one thread, because/).waitFor();
  await whenFinished(page);
  await expect.poll(() => variationOf(page), soon).toBeLessThan(0.05);
  expect(problems).toEqual([]);
  await close();
  await plain.close();
});

test('without storage it trains, says that it keeps nothing, and keeps its theme for the visit', async () => {
  const denyStorage = () => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
      Object.defineProperty(globalThis, name, { get: denied });
    }
  };
  const { page, problems, close } = await visit(withoutWebgpu, `${host.address}#${grid}&steps=120`, {
    before: denyStorage,
  });
  // Said once, though every attempt to keep the run fails, and not for ever.
  await toastOf(page, 'the browser does not let this page store anything').waitFor();
  expect(await page.locator('.toast').count()).toBe(1);
  await press(page, 'Theme: system');
  await press(page, 'Theme: light');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await whenFinished(page);
  await expect.poll(() => variationOf(page), soon).toBeLessThan(0.05);
  expect(await page.locator('.toast').count()).toBeLessThanOrEqual(1);
  expect(problems).toEqual([]);
  await close();
});

test('in a hidden tab training continues, and the page shows its result once it is visible again', async () => {
  const canBeHidden = () => {
    let state: DocumentVisibilityState = 'visible';
    Object.defineProperty(document, 'visibilityState', { get: () => state });
    Object.assign(globalThis, {
      becomes(next: DocumentVisibilityState) {
        state = next;
        document.dispatchEvent(new Event('visibilitychange'));
      },
    });
  };
  const { page, problems, close } = await visit(withoutWebgpu, `${host.address}#${grid}&steps=100000`, {
    before: canBeHidden,
  });
  const becomes = (state: 'visible' | 'hidden') =>
    page.evaluate((next) => (globalThis as unknown as { becomes(state: string): void }).becomes(next), state);
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
  await becomes('hidden');
  const before = await iterationOf(page);
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(before + 200);
  await press(page, 'Pause');
  await becomes('visible');
  const told = async () => `Total variation from the target ${await figureOf(page, 'Total variation')}.`;
  await expect.poll(async () => page.getByRole('application', { name: await told() }).count(), soon).toBe(1);
  expect(problems).toEqual([]);
  await close();
});

test('reports a lost GPU, and continues the run on the GPU or without it', async () => {
  const browser = await launchChromium({ webgpu: true });
  const { page, close } = await visit(browser, `${host.address}#device=webgpu&${grid}&steps=100000`, {
    // Contrast is judged below, and not that of what fades in.
    reducedMotion: 'reduce',
  });
  const control = await browser.newBrowserCDPSession();
  /** Kills the process that stands for the GPU, as a driver that crashes does. */
  const takeGpuAway = async () => {
    const { processInfo } = await control.send('SystemInfo.getProcessInfo');
    const gpu = processInfo.find(({ type }) => type === 'GPU');
    process.kill(gpu?.id as number, 'SIGKILL');
    await page.getByRole('alert').getByRole('heading', { name: 'The GPU was lost' }).waitFor();
    await expectAccessible(page, 'the GPU lost');
  };
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(10);
  const before = await iterationOf(page);
  await takeGpuAway();
  await press(page, 'Continue');
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(before + 10);
  await page.getByText('On WebGPU: google swiftshader').waitFor();
  const later = await iterationOf(page);
  await takeGpuAway();
  await press(page, 'Continue without the GPU');
  await page.getByText(/^On the processor/).waitFor();
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(later + 10);
  await close();
  await browser.close();
});
