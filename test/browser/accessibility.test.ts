import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import {
  expectAccessible as expectRulesKept,
  type Host,
  hostPage,
  iterationOf,
  press,
  soon,
  visit,
  whenFinished,
} from './visit.ts';

let browser: Browser;
let host: Host;
beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium({ webgpu: false }), hostPage()]);
});
afterAll(async () => {
  await browser.close();
  await host.close();
});

const grid = 'side=4&objective=tb';

describe('every state keeps the rules of accessibility, in light and dark:', () => {
  const open = (run: string, options = {}) =>
    visit(browser, `${host.address}#${run}`, { reducedMotion: 'reduce', ...options });

  /** In both colour schemes, in one visit: all that a scheme changes is colours. */
  async function expectAccessible(page: Page, state: string, within = '#laboratory'): Promise<void> {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await expectRulesKept(page, `${state}, dark`, within);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await expectRulesKept(page, `${state}, light`, within, ['color-contrast']);
  }

  test('a run that is under way, beside another, paused and finished', async () => {
    const { page, close } = await open(`${grid}&steps=100000`);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await expectAccessible(page, 'running', 'html');
    await press(page, 'Compare');
    await expect.poll(() => page.locator('#laboratory').getByRole('application').count(), soon).toBe(3);
    await press(page, 'Pause');
    await expectAccessible(page, 'two runs, paused');
    await close();
  });

  test('settings with a problem, a state, explanations, a reward being painted', async () => {
    const { page, close } = await open(`${grid}&steps=20`);
    await whenFinished(page);
    await page.getByText('More for the run').click();
    await page.getByLabel('Seed', { exact: true }).fill('minus one');
    await expectAccessible(page, 'settings');
    await page.getByRole('tab', { name: 'State' }).click();
    await expectAccessible(page, 'no state chosen');
    await page.getByRole('application', { name: /^Learnt distribution/ }).focus();
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('tabpanel').getByRole('table').first().waitFor();
    await expectAccessible(page, 'a state');
    await page.getByRole('tab', { name: 'What is this?' }).click();
    await expectAccessible(page, 'explanations');
    await press(page, 'Paint a reward');
    await expectAccessible(page, 'painting');
    await close();
  });

  test('objects that are no grid, grids of more axes, a self-check, and what is said at the foot', async () => {
    const { page, close } = await open('problem=tfbind8-synthetic&objective=tb&steps=2');
    await whenFinished(page);
    await expectAccessible(page, 'strings');
    await press(page, 'Self-check');
    await page.getByText(/All \d+ checks passed/).waitFor();
    await expectAccessible(page, 'self-check', '#trust');
    await page.evaluate(() => {
      location.hash = '#dimension=3&side=4&objective=tb&steps=2&unknown=1';
    });
    await page.getByText('unknown part').waitFor();
    await expectAccessible(page, 'a message', '#laboratory, #toasts');
    await page.evaluate(() => {
      location.hash = '#dimension=3&side=4&objective=tb&steps=2';
    });
    await page.getByLabel('Across: axis').waitFor();
    await expectAccessible(page, 'three axes');
    await close();
  });

  test('on a phone', async () => {
    const { page, close } = await open(`${grid}&steps=20`, { viewport: { width: 360, height: 740 } });
    await whenFinished(page);
    await expectAccessible(page, 'phone', 'html');
    // Nothing is cut off, or makes one scroll sideways.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await close();
  });
});
