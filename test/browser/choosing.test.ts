import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import {
  figureOf,
  type Host,
  hostPage,
  iterationOf,
  pausedAt,
  press,
  soon,
  type Visit,
  type VisitOptions,
  variationOf,
  visit,
  whenFinished,
} from './visit.ts';

// What visitors do first: choose a cell, move about with the keys, change something when the run is over.

let browser: Browser;
let host: Host;
let open: Visit[] = [];
beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium({ webgpu: false }), hostPage()]);
});
afterEach(async () => {
  const visits = open;
  open = [];
  for (const { close } of visits) await close();
  expect(visits.flatMap(({ problems }) => problems)).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await host.close();
});

async function pageWith(run: string, options: VisitOptions = {}) {
  const opened = await visit(browser, `${host.address}#${run}`, options);
  open.push(opened);
  return opened.page;
}

const grid = 'side=4&objective=tb&learning-rate-end=1';

describe('choosing a state', () => {
  test('shows it in windows of 320 to 1,280 pixels, and keeps it when the theme changes', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    const picture = page.getByRole('application', { name: /^Learnt distribution/ });
    const panel = page.getByRole('tabpanel', { name: 'State' });
    const told = () => page.locator('#readout-text').textContent();
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(5);
    for (const [i, width] of [320, 390, 820, 1024, 1280].entries()) {
      await page.setViewportSize({ width, height: 800 });
      const before = await told();
      const { width: across, height: down } = (await picture.boundingBox()) ?? { width: 0, height: 0 };
      // Another cell each time: the first is at the left.
      await picture.click({
        position: { x: (across * (1 + 2 * (i % 4))) / 8, y: down / 8 + (down / 4) * Math.floor(i / 4) },
      });
      await expect.poll(told, soon).not.toBe(before);
      expect(await told(), `${width} px`).not.toContain('Choose a cell');
      await panel.getByRole('table').first().waitFor();
      await page.locator('#theme').click();
      // What a change of colours or sizes draws anew is drawn within a few frames.
      await page.evaluate(async () => {
        for (let i = 0; i < 6; i++) await new Promise(requestAnimationFrame);
      });
      expect(await panel.getByRole('table').count(), `${width} px`).toBeGreaterThan(0);
      expect(await told(), `${width} px`).not.toContain('Choose a cell');
    }
  });

  test('leaves the focus on the button that has it, while the run goes on', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    await page.getByRole('application', { name: /^Learnt distribution/ }).focus();
    for (const key of ['ArrowRight', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    const panel = page.getByRole('tabpanel', { name: 'State' });
    const step = panel.getByRole('button', { name: /axis 0/ }).first();
    await step.focus();
    const iterationAt = () => panel.locator('dd').last().textContent();
    const before = await iterationAt();
    // The panel has been brought up to date several times by then.
    await expect.poll(iterationAt, soon).not.toBe(before);
    const later = await iterationAt();
    await expect.poll(iterationAt, soon).not.toBe(later);
    expect(await step.evaluate((button) => document.activeElement === button)).toBe(true);
    // Walking on by the table stays in it too.
    await page.keyboard.press('Enter');
    await expect.poll(() => panel.getByText('(2, 1)', { exact: true }).count(), soon).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
    expect(await panel.evaluate((part) => part.contains(document.activeElement))).toBe(true);
  });

  test('by a text that is no state says so for as long as nothing else is chosen', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    await page.getByRole('application', { name: /^Learnt distribution/ }).focus();
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    const panel = page.getByRole('tabpanel', { name: 'State' });
    await panel.getByRole('table').first().waitFor();
    await panel.getByLabel('State').fill('99 0');
    await panel.getByLabel('State').press('Enter');
    const iterationAt = () => panel.locator('dd').last().textContent();
    const before = await iterationAt();
    await expect.poll(iterationAt, soon).not.toBe(before);
    expect(await panel.getByRole('alert').textContent()).toContain('99 0');
  });
});

test('the skip link moves the focus and leaves run and address alone', async () => {
  const page = await pageWith(`${grid}&steps=100000`);
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(50);
  const before = await iterationOf(page);
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('article');
  expect(new URL(page.url()).hash).toContain('side=4');
  // Out of sight it rests, and goes on when it is seen again. An address that names a part of the page is no run either.
  await page.evaluate(() => {
    location.hash = 'pictures';
  });
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(before + 50);
  expect(await page.getByText('unknown part').count()).toBe(0);
});

describe('a finished run', () => {
  test('continues training with another setting', async () => {
    const page = await pageWith(`${grid}&steps=40`);
    await whenFinished(page);
    const field = page.getByLabel('Batch', { exact: true });
    await field.fill('8');
    await field.press('Enter');
    await expect.poll(() => figureOf(page, 'Iteration'), soon).toMatch(/ of 80$/);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(40);
  });

  test('learns a reward that is painted afterwards', async () => {
    const page = await pageWith(`${grid}&steps=40`);
    await whenFinished(page);
    await press(page, 'Paint a reward');
    await press(page, 'Clear');
    await page.getByRole('application', { name: /^Painted target/ }).focus();
    for (const key of ['ArrowRight', '9']) await page.keyboard.press(key);
    await press(page, 'Done');
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(40);
  });

  test('continues by itself if it is the example that the page begins with', async () => {
    const page = await pageWith('');
    await page.locator('#laboratory').scrollIntoViewIfNeeded();
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    // A smaller one, whose end is near; paused, since on a fast machine it would be past that before it is told.
    await pausedAt(page);
    await page.getByText('More for the run').click();
    for (const [label, value] of Object.entries({ Side: '4', Steps: '60' })) {
      const field = page.getByLabel(label, { exact: true });
      await field.fill(value);
      await field.press('Enter');
    }
    await expect.poll(() => figureOf(page, 'Iteration'), soon).toBe('0 of 60');
    await press(page, 'Resume');
    await expect
      .poll(() => figureOf(page, 'Iteration'), soon)
      .toMatch(/ of (120|240|480|960|1,920|3,840|7,680|15,360|30,720|61,440)$/);
    await expect.poll(() => variationOf(page), soon).toBeLessThan(0.5);
  });
});
