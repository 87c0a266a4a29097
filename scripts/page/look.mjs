// node scripts/page/look.mjs [--out FOLDER] [--only NAME,...] [--themes light,dark,forced,print] [--widths 1280,390]: takes a
// screenshot of each part of the page, in both themes and on a phone, after the actions below. Reports console
// messages, and elements wider than the window.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withPage } from './open-page.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'build/look' },
    only: { type: 'string' },
    themes: { type: 'string', default: 'light,dark' },
    widths: { type: 'string', default: '1280,390' },
  },
});

const wait = (page, milliseconds) => page.waitForTimeout(milliseconds);
const small = '#side=8&objective=tb&steps=100000&learning-rate-end=1';

/** The parts: their addresses, and the actions before the screenshot. */
const parts = {
  overture: { at: '#overture', before: (page) => wait(page, 6000) },
  walk: {
    at: '#walk',
    async before(page) {
      await page.locator('#walk-thousand').click();
      await page.locator('#arrows-perfect').click();
      await page.getByRole('slider', { name: 'stop' }).fill('0');
    },
  },
  flow: { at: '#flow', before: (page) => page.getByRole('radio', { name: 'Ent-PPO', exact: true }).click() },
  learning: { at: '#learning', before: (page) => wait(page, 8000) },
  experiments: {
    at: '#experiments',
    async before(page) {
      const card = page.locator('#experiment-updates');
      await card.getByRole('radio').first().check();
      await card.getByRole('button', { name: 'Run it' }).click();
      await card.getByText(/^You expected/).waitFor();
    },
  },
  laboratory: {
    hash: small,
    at: '#laboratory',
    async before(page) {
      await page.locator('#run-list li').first().waitFor();
      await wait(page, 6000);
      await page.locator('#run-keep').click();
      await page.locator('#run-beside').selectOption('subtb');
      await page.locator('#run-train').click();
      await page
        .getByRole('combobox', { name: /^Seeds of/ })
        .first()
        .selectOption('3');
      await page.locator('.more-charts summary').click();
      for (const name of ['Loss', 'log Z', 'Modes found', 'Entropy']) {
        await page.locator('#chart-figures').getByText(name, { exact: true }).click();
      }
      await wait(page, 12000);
      await page.locator('#chart-cursor').focus();
      for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
      await page.locator('#setting-search').fill('learning rate');
      await page.locator('#toggle').click();
      await wait(page, 500);
    },
  },
  strings: {
    at: '#strings',
    async before(page) {
      await wait(page, 20000);
      await page.locator('#strings-toggle').click();
    },
  },
  molecules: {
    at: '#molecules',
    async before(page) {
      await wait(page, 1500);
      await page.locator('#molecules-start').click();
      // What was drawn above meanwhile may have moved it out of sight, where it rests.
      await page.locator('#molecules-wall button').first().waitFor();
      await page.locator('#molecules-wall').scrollIntoViewIfNeeded();
      await wait(page, 16000);
      await page.locator('#molecules-toggle').click();
    },
  },
  trust: {
    at: '#trust',
    async before(page) {
      await page.locator('#self-check').click();
      await page.getByText(/checks (passed|failed) on/).waitFor();
      await page.locator('#speed').click();
      await page.locator('#speed-result pre').waitFor();
    },
  },
};

await mkdir(values.out, { recursive: true });
await withPage(async ({ browser, address }) => {
  for (const [name, { hash = '', at, before }] of Object.entries(parts)) {
    if (values.only && !values.only.split(',').includes(name)) continue;
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block' });
    page.setDefaultTimeout(180_000);
    page.on('console', (message) => message.type() !== 'log' && console.log(`${name}: ${message.text()}`));
    page.on('pageerror', (error) => console.log(`${name}: ${error.message}`));
    try {
      await page.goto(`${address}${hash}`);
      await page.locator(at).scrollIntoViewIfNeeded();
      await before(page);
      for (const width of values.widths.split(',').map(Number)) {
        await page.setViewportSize({ width, height: width < 600 ? 800 : 900 });
        for (const theme of values.themes.split(',')) {
          await page.emulateMedia({
            colorScheme: theme === 'dark' ? 'dark' : 'light',
            forcedColors: theme === 'forced' ? 'active' : 'none',
            media: theme === 'print' ? 'print' : 'screen',
          });
          await wait(page, 300);
          // Not of the element, since that waits until nothing moves.
          const clip = await page.evaluate((part) => {
            const { left, top, width, height } = document.querySelector(part).getBoundingClientRect();
            return {
              x: Math.max(0, left + scrollX - 12),
              y: top + scrollY - 12,
              width: width + 24,
              height: height + 24,
            };
          }, at);
          await page.screenshot({
            path: join(values.out, `${name}-${width}-${theme}.png`),
            clip,
            fullPage: true,
          });
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) console.log(`${name}: ${wide} px wide in a window of ${width}`);
      }
    } catch (error) {
      console.log(`${name}: ${error.message}`);
      await page.screenshot({ path: join(values.out, `${name}-failed.png`) });
    }
    await page.close();
  }
});
