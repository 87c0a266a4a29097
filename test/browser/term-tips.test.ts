import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import { type Host, hostPage, soon, visit } from './visit.ts';

let browser: Browser;
let host: Host;
beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium({ webgpu: false }), hostPage()]);
});
afterAll(async () => {
  await browser.close();
  await host.close();
});

test('a term tells its meaning to a pointer that moves onto it, not to one that it scrolls under', async () => {
  const { page, problems, close } = await visit(browser, host.address);
  const term = page.locator('#flow').getByRole('button', { name: 'KL', exact: true });
  const tip = page.locator('#term-tip');
  await term.scrollIntoViewIfNeeded();

  await term.hover();
  await expect.poll(() => tip.textContent(), soon).toMatch(/^Kullback-Leibler/);
  expect(await tip.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await tip.isVisible()).toBe(false);

  // Away under the resting pointer and back again, each time until the browser has noticed.
  const isUnderPointer = () => term.evaluate((button) => button.matches(':hover'));
  await page.mouse.wheel(0, 200);
  await expect.poll(isUnderPointer, soon).toBe(false);
  await page.mouse.wheel(0, -200);
  await expect.poll(isUnderPointer, soon).toBe(true);
  expect(await tip.isVisible()).toBe(false);

  const box = await term.boundingBox();
  if (box === null) throw new Error('The term is not shown.');
  await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
  await expect.poll(() => tip.isVisible(), soon).toBe(true);
  expect(problems).toEqual([]);
  await close();
});
