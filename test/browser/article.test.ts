import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import {
  expectAccessible,
  figureOf,
  type Host,
  hostPage,
  iterationOf,
  pausedAt,
  press,
  soon,
  toastOf,
  visit,
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

test('the article: figures work by keyboard, train in view, and the page loads without a network', async () => {
  const { page, problems, close } = await visit(browser, host.address, { serviceWorkers: 'allow' });
  const text = (id: string) => page.locator(id).textContent();

  // Three ways to search one map, trained at once.
  await expect.poll(() => text('#overture-caption'), soon).toMatch(/Each has tried [\d,]+ cells/);
  const flow = page.locator('#overture-panels .chosen');
  await expect.poll(() => flow.textContent(), soon).toMatch(/[1-4] of 4 hills/);

  // A walk by keys, then a thousand.
  await page.getByRole('application', { name: /^Where walks have stopped/ }).focus();
  for (const key of ['ArrowRight', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  expect(await text('#walk-caption')).toMatch(/^1 walk so far/);
  await page.locator('#walk-thousand').click();
  expect(await text('#walk-caption')).toMatch(/^Of 1,001 walks/);

  // A policy: its exact distribution answers.
  const before = await text('#arrows-caption');
  await page.getByRole('slider', { name: 'stop' }).fill('0');
  expect(await text('#arrows-caption')).not.toBe(before);
  await page.getByRole('button', { name: 'As a perfect sampler has them' }).click();
  expect(await text('#arrows-caption')).toBe('Every cell gets its share: nothing is misplaced.');

  // Flow: a perfect policy is in balance wherever an objective looks.
  await page.getByRole('slider', { name: 'How far the policy is trained' }).fill('1');
  for (const name of ['Detailed balance', 'Sub-trajectory', 'Trajectory', 'Flow matching']) {
    await page.getByRole('radio', { name, exact: true }).click();
    expect(await text('#flow-sum'), name).toBe('Here both sides are equal. All water stops where it should.');
    expect(await page.locator('.formula:visible').count()).toBe(1);
  }
  await page.getByRole('radio', { name: 'Ent-PPO', exact: true }).click();
  expect(await text('#flow-sum')).toMatch(/an update leaves it as it is. V of the first cell is log Z/);
  expect(await page.locator('#flow-update-picture svg').getAttribute('aria-label')).toMatch(/advantage 0, P_F/);
  // Its marks have a legend, and its name is spelled out.
  expect(await page.locator('#flow-legend-marks .key:visible').allTextContents()).toContain('blue ring: V');
  expect(await text('#flow-words')).toMatch(/^Proximal policy optimisation with entropy/);

  // A term tells its meaning on focus, as its description too, until Escape.
  const term = page.locator('#flow').getByRole('button', { name: 'KL', exact: true });
  await page.keyboard.press('Tab');
  await term.focus();
  const meaning = await page.locator('#term-tip').textContent();
  expect(meaning).toMatch(/^Kullback-Leibler/);
  expect(await text(`#${await term.getAttribute('aria-describedby')}`)).toBe(meaning);
  await page.keyboard.press('Escape');
  expect(await page.locator('#term-tip').isVisible()).toBe(false);

  // What is out of sight rests: the overture has stopped, and the run that learns has begun.
  await page.locator('#learning').scrollIntoViewIfNeeded();
  await page.locator('#learning-charts').scrollIntoViewIfNeeded();
  await expect.poll(() => text('#learning-figures'), soon).toMatch(/Iteration[1-9]/);
  // Each mode is framed, and the whole frames are those that are counted as found.
  const [frames, whole, figures] = await page.evaluate(() => [
    document.querySelectorAll('#learning-panels .mode').length,
    document.querySelectorAll('#learning-panels .mode:not(.missed)').length,
    document.querySelector('#learning-figures')?.textContent,
  ]);
  expect(frames).toBe(4);
  expect(figures).toContain(`Modes found${whole} of 4`);
  /** What the overture says while the run that learns goes on; its worker may have had an iteration to end. */
  const meanwhile = async () => {
    const before = await text('#overture-caption');
    const learning = await text('#learning-figures');
    await expect.poll(() => text('#learning-figures'), soon).not.toBe(learning);
    const after = await text('#overture-caption');
    return after === before ? 'rests' : `${before} became ${after}`;
  };
  await expect.poll(meanwhile, soon).toBe('rests');

  // An experiment waits for a guess.
  const card = page.locator('#experiment-backward');
  expect(await card.getByRole('button', { name: 'Run it' }).isDisabled()).toBe(true);
  await card.getByRole('radio').nth(1).check();
  await card.getByRole('button', { name: 'Run it' }).click();
  await expect.poll(() => card.getByRole('status').textContent(), soon).toMatch(/seed [1-3] of 3/);
  await card.getByRole('button', { name: 'Stop' }).click();

  // Strings: the trie is walked along by keys, and what was learnt stands beside what should be.
  await page.locator('#strings').scrollIntoViewIfNeeded();
  await expect.poll(() => text('#strings-told'), soon).toMatch(/^After [\d,]+ strings: [\d.]+ % misplaced/);
  await page.getByRole('application', { name: /^A trie of strings/ }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await text('#strings-prefix')).toMatch(/^After [ACGT]+ it writes/);
  expect(await page.locator('#strings-choices li').allTextContents()).toHaveLength(4);
  expect(await page.locator('#strings-trie .spot').isVisible()).toBe(true);

  // On a phone the trie fits into its place with all that is written beside it, and is not scaled down; pictures side by side
  // are level, titles and all.
  await page.setViewportSize({ width: 390, height: 800 });
  const trie = () =>
    page.locator('#strings-trie').evaluate((place) => {
      const { right, width } = place.getBoundingClientRect();
      const ends = [...place.querySelectorAll('.string')].map((string) => string.getBoundingClientRect().right);
      const wanted = place.querySelector('svg')?.viewBox.baseVal.width ?? 0;
      return { strings: ends.length, isWithin: Math.max(...ends) <= right, isReadable: width >= 0.95 * wanted };
    });
  await expect.poll(trie, soon).toEqual({ strings: 24, isWithin: true, isReadable: true });
  const tops = (part: string) =>
    page.locator(`#overture-panels ${part}`).evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
  for (const [first, second, third, fourth] of [await tops('.map-title'), await tops('svg')]) {
    expect([second, fourth]).toEqual([first, third]);
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  // Molecules: nothing is loaded before it is asked for; then they grow, and each tells how.
  await page.locator('#molecules').scrollIntoViewIfNeeded();
  expect(await page.locator('#molecules-live').isVisible()).toBe(false);
  await page.locator('#molecules-start').click();
  await expect.poll(() => page.locator('#molecules-wall button').count(), soon).toBeGreaterThan(3);
  await page.locator('#molecules-wall button').nth(2).click();
  expect(await page.locator('#molecules-frames .taken').last().textContent()).toMatch(/^stop [\d.]+.%/);
  // Its first atom stands in the middle, and all of its steps are in view.
  const first = page.locator('#molecules-frames svg').first();
  expect([await first.locator('circle').getAttribute('cx'), await first.getAttribute('viewBox')]).toEqual([
    ...['60', '0 0 120 92'],
  ]);
  const film = await page.locator('#molecules-frames').evaluate((strip) => strip.scrollWidth - strip.clientWidth);
  expect(film).toBe(0);
  await page.locator('#molecules-toggle').click();
  for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark', forcedColors: 'active' }] as const) {
    await page.emulateMedia(media);
    await expectAccessible(page, `beyond grids, ${JSON.stringify(media)}`);
  }
  await page.emulateMedia({ forcedColors: 'none' });

  // The contents say where one is; on paper no figure is empty.
  await expect.poll(() => page.locator('.contents [aria-current]').allTextContents(), soon).toEqual(['Beyond grids']);
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  /** The figures that are empty on paper: on a busy machine some may not have begun in the time that they are given. */
  const empty = async () => {
    await page.evaluate(() => document.body.removeAttribute('data-printed'));
    await page.locator('#print').click();
    await page.locator('[data-printed]').waitFor({ state: 'attached' });
    return page.locator('article [data-live]:not([data-drawn])').evaluateAll((figures) => figures.map(({ id }) => id));
  };
  await expect.poll(empty, soon).toEqual([]);

  // Without a network all of it is there again, the laboratory too.
  await page.evaluate(() => navigator.serviceWorker.ready);
  expect(problems).toEqual([]);
  await page.context().setOffline(true);
  await page.goto(`${host.address}#side=4&objective=tb&steps=100000`);
  await page.reload();
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
  await close();
});

test('the laboratory gives back what was discarded, and its address follows', async () => {
  const { page, problems, close } = await visit(browser, `${host.address}#side=4&objective=tb&steps=100000`);
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(100);
  await pausedAt(page);
  const before = await figureOf(page, 'Iteration');
  await press(page, 'Restart');
  await toastOf(page, 'The run began anew.').waitFor();
  // What it was replaced by does not take its curve away, as long as it stays replaced.
  const runs = page.locator('#run-list > li');
  await expect.poll(() => runs.count(), soon).toBe(2);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => figureOf(page, 'Iteration'), soon).toBe(before);
  await expect.poll(() => runs.count(), soon).toBe(1);

  const batch = page.getByLabel('Batch', { exact: true });
  await batch.fill('8');
  await batch.press('Enter');
  await expect.poll(() => new URL(page.url()).hash, soon).toBe('#objective=tb&side=4&steps=100000&batch=8');

  // A curve that is kept gets more seeds in a worker of their own; all charts are read at one place, by keys too.
  await press(page, 'Keep this curve');
  await page.getByRole('combobox', { name: /^Seeds of TB/ }).selectOption('3');
  await expect.poll(() => runs.nth(1).textContent(), soon).toMatch(/[\d,]+ iterations, side 4/);
  await page.getByRole('radio', { name: 'Trajectories' }).click();
  await page.getByText('More charts').click();
  await page.getByRole('checkbox', { name: 'Loss', exact: true }).check();
  await page.getByLabel('Read all charts at').fill('800');
  await expect.poll(() => page.locator('#chart-place').textContent(), soon).toBe('At 800 trajectories');
  const read = page.locator('#charts .chart-values');
  const band = expect.stringMatching(/\d.*\(.+ to .+\)/);
  await expect.poll(() => read.allTextContents(), soon).toEqual([band, band, band]);
  // Settings are found by what they do, and those that were changed say so.
  await page.getByLabel('Find a setting').fill('trajectories in an iteration');
  await expect.poll(() => page.locator('#panel-settings .field:visible').count(), soon).toBe(1);
  await page.getByLabel('Find a setting').fill('');
  const changed = page.getByRole('group', { name: 'Changed from the default' }).getByRole('button');
  await expect.poll(() => changed.allTextContents(), soon).toEqual(['Side: 4×', 'Batch: 8×', 'Steps: 100000×']);

  await press(page, 'Compare');
  await expect
    .poll(() => page.locator('#sentence').textContent(), soon)
    .toMatch(/^After [\d,]+ walks each, misplaced:/);
  await press(page, 'Export');
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('region', { name: 'Command line of TB' }).textContent()).toBe(
    'npx flowtape train hypergrid --objective tb --side 4 --steps 100000 --batch 8',
  );
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Curves as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('flowtape-hypergrid-tb.csv');
  const rows = await readFile(await file.path(), 'utf8');
  expect(new Set([...rows.matchAll(/,hypergrid,tb,(\d),/g)].map(([, seed]) => seed))).toEqual(new Set(['0', '1', '2']));
  // Who goes by keys finds every part of the page loaded.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect.poll(() => page.locator('[inert], .part-stop').count(), soon).toBe(0);
  expect(problems).toEqual([]);
  await close();
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
