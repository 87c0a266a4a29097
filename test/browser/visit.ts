import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildDemo } from '../../scripts/page/demo-build.mjs';
import { serveDemo } from '../../scripts/page/demo-server.mjs';
import { patience } from '../setup/patience.ts';

/** The page as `npm run demo:build` makes it, on a host for the tests. */
export interface Host {
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** @param isolated whether the host sends the headers that let threads share memory */
export async function hostPage({ isolated = true } = {}): Promise<Host> {
  const { folder, remove } = await builtPage();
  // Under a path, as on a host of many pages.
  const server = await serveDemo(folder, { isolated, path: '/some/where/' });
  return {
    address: server.address.replace('localhost', '127.0.0.1'),
    close: async () => {
      await server.close();
      await remove();
    },
  };
}

/** The page, built once for all files of a run of tests, which share a folder (scripts/test.mjs). */
async function builtPage(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const shared = process.env.FLOWTAPE_TEST_FOLDER;
  if (shared === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'flowtape-page-'));
    await buildDemo(folder);
    return { folder, remove: () => rm(folder, { recursive: true }) };
  }
  const [folder, turn] = [join(shared, 'page'), join(shared, 'page-is-built')];
  while (!existsSync(folder)) {
    const isFirst = await mkdir(turn).then(
      () => true,
      () => false,
    );
    if (isFirst) await buildInto(folder).finally(() => rmdir(turn));
    else await sleep(100);
  }
  return { folder, remove: async () => {} };
}

/** Puts the page in place as a whole, unless another process has done so meanwhile. */
async function buildInto(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await buildDemo(`${folder}-new`);
  await rename(`${folder}-new`, folder);
}

/** A visitor's page, and everything that went wrong in it unseen. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings in the console, errors that no one caught, files that could not be had. */
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Runs in the page before its own code. */
  readonly before?: () => void;
}

export async function visit(
  browser: Browser,
  address: string,
  { before, ...options }: VisitOptions = {},
): Promise<Visit> {
  // Without its service worker, but where a test is about that: files are to come from the host.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    serviceWorkers: 'block',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const problems: string[] = [];
  page.on('console', (message) => {
    const isOurs = !message.text().includes('Service Worker registration blocked by Playwright');
    if (isOurs && /error|warning/.test(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('requestfailed', (request) => problems.push(`not loaded: ${request.url()}`));
  if (before) await page.addInitScript(before);
  await page.goto(address);
  return { page, problems, close: () => context.close() };
}

/** A button by its whole name; not one of the article's figures, which have runs of their own. */
export const press = (page: Page, name: string): Promise<void> =>
  page.locator('body > :not(main), #laboratory, #trust').getByRole('button', { name, exact: true }).click();

/** The text of one of the run's figures. */
export async function figureOf(page: Page, name: string): Promise<string> {
  const texts = await page.getByRole('region', { name: 'The run' }).locator('dt, dd').allTextContents();
  return texts[texts.indexOf(name) + 1] ?? '';
}

/** The iteration that the page shows. */
export async function iterationOf(page: Page): Promise<number> {
  return Number.parseInt((await figureOf(page, 'Iteration')).replaceAll(',', ''), 10);
}

/** Pauses the run; the iteration where it then stands. Views are drawn one after the other: one may still show less. */
export async function pausedAt(page: Page): Promise<number> {
  await press(page, 'Pause');
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  const told = async () => {
    const [announced] = await page.locator('#announcer').allTextContents();
    const shown = `Paused at iteration ${(await iterationOf(page)).toLocaleString('en')}.`;
    return announced === shown ? 'both say so' : `announced: ${announced} shown: ${shown}`;
  };
  await expect.poll(told, soon).toBe('both say so');
  return iterationOf(page);
}

/** The total variation that the page shows; NaN before there is one. */
export const variationOf = async (page: Page): Promise<number> =>
  Number.parseFloat(await figureOf(page, 'Total variation'));

/** Waits for as long as a slow machine takes. */
export const soon = { timeout: patience, interval: 100 };

/** Looks at the laboratory until its runs have ended: out of sight they would wait. */
export async function whenFinished(page: Page): Promise<void> {
  await page.locator('#toggle').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Train on' }).waitFor({ timeout: patience });
}

/** What the page says at its foot. */
export const toastOf = (page: Page, text: string | RegExp): Locator => page.locator('.toast').filter({ hasText: text });

/** Saves the run, and gives the file's name and bytes. */
export async function savedBy(page: Page): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save')]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** Gives the page a checkpoint file. */
export async function load(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Load')]);
  await chooser.setFiles(file);
}

/**
 * Expects that nothing on the page as it is now breaks a rule of WCAG 2.2 AA, or of axe's best practices.
 * @param within a part of the page alone: the whole of it takes seconds
 * @param rules those that are looked at: all of them unless said
 */
export async function expectAccessible(page: Page, state: string, within = 'html', rules?: string[]): Promise<void> {
  // Not as a script of the page: its Content-Security-Policy has no place for one.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    ([part, runOnly]) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(part, {
        // What it would load before, style sheets, no rule that it runs asks for; what is passed needs no description.
        preload: false,
        resultTypes: ['violations'],
        ...(runOnly && { runOnly }),
      }),
    [within, rules] as const,
  );
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}. ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found, state).toEqual([]);
}
