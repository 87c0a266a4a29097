import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import {
  figureOf,
  type Host,
  hostPage,
  iterationOf,
  load,
  pausedAt,
  press,
  savedBy,
  soon,
  toastOf,
  type Visit,
  type VisitOptions,
  variationOf,
  visit,
  whenFinished,
} from './visit.ts';

let browser: Browser;
let host: Host;
let folder: string;
let open: Visit[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowtape-page-test-'));
  [browser, host] = await Promise.all([launchChromium({ webgpu: true }), hostPage()]);
});
afterEach(async () => {
  const visits = open;
  open = [];
  for (const { close } of visits) await close();
  // Whatever a test looks at, nothing may have gone wrong unseen.
  expect(visits.flatMap(({ problems }) => problems)).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await host.close();
  await rm(folder, { recursive: true });
});

/** The page with a run, on the cpu device unless said. */
async function pageWith(run: string, options: VisitOptions = {}) {
  const opened = await visit(browser, `${host.address}#${run}`, options);
  open.push(opened);
  return opened.page;
}

/** Types a value into a field and leaves it. */
async function type(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Enter');
}

/** What stands in a field. Views are drawn one after the other, so it may still be what stood there before. */
const fieldOf = async (page: Page, label: string): Promise<string | undefined> =>
  (
    await page
      .getByLabel(label, { exact: true })
      .evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value))
  )[0];

/** A grid small enough to be learnt in a second; its learning rate stays as it is, however long it is trained. */
const grid = 'side=4&objective=tb&learning-rate-end=1';

/** `flowtape` of the command line, as it was built. */
const flowtape = (...args: string[]): string =>
  execFileSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A run of the same settings as `grid`, made by the command line. */
function trainInNode(steps: number, out: string): string {
  // How often a run is evaluated depends on its length by default, and is in its file.
  const settings =
    '--side 4 --objective tb --learning-rate-end 1 --batch 32 --seed 0 --device cpu --evaluate-every 10'.split(' ');
  flowtape('train', 'hypergrid', ...settings, '--steps', String(steps), '--out', out);
  return join(out, 'checkpoint.safetensors');
}

describe('a run in the page', () => {
  test('starts by itself, on WebGPU if requested, learns the target, and passes its self-check', async () => {
    const page = await pageWith(`device=webgpu&${grid}&steps=120`);
    await page.getByText('On WebGPU: google swiftshader').waitFor();
    await whenFinished(page);
    await expect.poll(() => iterationOf(page), soon).toBe(120);
    // 0.65 at first. In float64 it is 0.006 here, and float32 on any device leads to about the same policy.
    await expect.poll(() => variationOf(page), soon).toBeLessThan(0.05);
    // Who does not see the picture is told the same.
    const told = async () => `Total variation from the target ${await figureOf(page, 'Total variation')}.`;
    await expect.poll(async () => page.getByRole('application', { name: await told() }).count(), soon).toBe(1);

    await press(page, 'Self-check');
    await page.getByText(/All \d+ checks passed on webgpu, google swiftshader/).waitFor();
    await page.getByText('All checks in numbers').click();
    expect(await page.locator('#trust').getByRole('row').count()).toBeGreaterThan(20);
  });

  test('is paused, advanced by one step, continues with another learning rate, and restarts, also with another seed', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(10);
    const paused = await pausedAt(page);
    await press(page, 'One step');
    await expect.poll(() => iterationOf(page), soon).toBe(paused + 1);
    await type(page, 'Learning rate', '0.0005');
    await page.waitForTimeout(500);
    expect(await iterationOf(page)).toBe(paused + 1);
    await press(page, 'Resume');
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(paused + 20);
    const later = await pausedAt(page);
    // Watched from within the page: seen from outside, a fast run may be past that iteration again.
    const isEarlier = page.waitForFunction((before) => {
      const shown = document.querySelector('#figures dd')?.textContent ?? '';
      return Number.parseInt(shown.replaceAll(',', ''), 10) < before;
    }, later);
    await press(page, 'Restart');
    await isEarlier;
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await pausedAt(page);
    await type(page, 'Seed', '7');
    await expect.poll(() => iterationOf(page), soon).toBe(0);
    await press(page, 'Resume');
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await expect.poll(() => fieldOf(page, 'Learning rate'), soon).toBe('0.0005');
  });

  test('refuses a setting out of bounds beside its field and continues; takes a typed reward; follows back and forward', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await type(page, 'Side', '1');
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    expect(await page.getByLabel('Side', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    const before = await iterationOf(page);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(before);
    // What follows shows without training, and so has the machine to itself.
    await pausedAt(page);

    // So with a reward that is typed; and back and forward lead through what was set.
    await page.getByLabel('Reward', { exact: true }).selectOption('expression');
    await type(page, 'Expression', 'exp(x');
    await page.getByRole('alert').filter({ hasText: 'Column 6: the bracket of column 4 is still open' }).waitFor();
    // What follows within a second is the same step.
    await page.waitForTimeout(1100);
    await type(page, 'Expression', '(x = 3) * (y = 1) + 0.01');
    const typed = page.getByRole('application', { name: /^Target distribution.* Highest at \(3, 1\)/ });
    await typed.waitFor();
    await page.goBack();
    await expect.poll(() => fieldOf(page, 'Expression'), soon).toMatch(/^exp/);
    await page.goForward();
    await typed.waitFor();

    // And an environment that is typed: apart from the page, in two seconds, and told by the line what is wrong.
    await page.getByLabel('Kind of object').selectOption('An environment of your own');
    await press(page, 'Write its program');
    const editor = page.getByRole('textbox', { name: 'The program of the environment' });
    const program = await editor.inputValue();
    const runProgram = () => page.getByRole('button', { name: 'Run it and train' }).click();
    /**
     * What is said of the program; empty once it was used, since its dialog is gone. On a busy machine a worker may start
     * too late, or its two seconds be over too soon: it is then run again.
     */
    const toldInTime = async (expected?: RegExp) => {
      const told = await page.locator('dialog[open] #program-told').allTextContents();
      const isLate = /^The program (?:took longer|could not be started)/.test(told.join());
      if (isLate && !expected?.test(told.join())) await runProgram();
      return told.join();
    };
    for (const [text, problem] of [
      ['const a = 1;\nlet b = ;', /^Line 2: SyntaxError/],
      ['const a = null;\n\na.b;', /^Line 3: Cannot read/],
      ['\nimport("x");', /^Line 2: A program imports nothing/],
      ['for (;;) self.postMessage({ kind: "ready" });', /^The program took longer than 2 seconds/],
      ['throw [typeof fetch, typeof indexedDB, typeof document, self.origin]', /^undefined,undefined,undefined,null$/],
      [program.replace('** 2', '- 1e9'), /^reward\(.* has to be a number of at least 0/],
    ] as const) {
      await editor.fill(text);
      await runProgram();
      await expect.poll(() => toldInTime(problem), soon).toMatch(problem);
    }
    await editor.fill(program.replace('worth: 6', 'worth: 60'));
    await runProgram();
    await expect.poll(() => toldInTime(), soon).toBe('');
    await page.getByRole('cell', { name: 'tent stove map.' }).waitFor();
    // Somebody else is asked before it runs.
    const other = await pageWith(new URL(page.url()).hash.slice(1));
    await toastOf(other, 'does not run before you say so').waitFor();
    await press(other, 'Look at it');
    expect(await other.getByRole('textbox', { name: /^The program/ }).inputValue()).toContain('worth: 60');
  });

  test('is put beside another objective on the same seed', async () => {
    const page = await pageWith(`${grid}&steps=100000`);
    await press(page, 'Compare');
    await expect.poll(() => figureOf(page, 'Iteration'), soon).toMatch(/[1-9].* · [1-9]/);
    await expect.poll(() => page.locator('#laboratory').getByRole('application').count(), soon).toBe(3);
    await press(page, 'Compare');
    await expect.poll(() => page.locator('#laboratory').getByRole('application').count(), soon).toBe(2);
  });

  test('is asked about a state that was chosen with the keyboard', async () => {
    const page = await pageWith(`${grid}&steps=40`);
    await whenFinished(page);
    await page.getByRole('application', { name: /^Learnt distribution/ }).focus();
    for (const key of ['ArrowRight', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    const panel = page.getByRole('tabpanel', { name: 'State' });
    await panel.getByRole('table').first().waitFor();
    // From (1, 1) it goes right, up or stops, and it came from the left or from below.
    expect(await panel.getByRole('table').count()).toBe(2);
    expect(await panel.getByRole('table').first().getByRole('row').count()).toBe(1 + 3);
    expect(await panel.getByRole('table').last().getByRole('row').count()).toBe(1 + 2);
  });

  test('is shared by its address, configuration and seed', async () => {
    const page = await pageWith(`${grid}&steps=100000&seed=3`, { permissions: ['clipboard-read', 'clipboard-write'] });
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await type(page, 'Batch', '8');
    await page.getByLabel('Reward', { exact: true }).selectOption('expression');
    await press(page, 'Share');
    await toastOf(page, 'copied').waitFor();
    await pausedAt(page);
    const address = await page.evaluate(() => navigator.clipboard.readText());
    const other = await pageWith(new URL(address).hash.slice(1));
    await expect.poll(() => iterationOf(other), soon).toBeGreaterThan(0);
    for (const [label, value] of Object.entries({ Seed: '3', Batch: '8', Side: '4' })) {
      await expect.poll(() => fieldOf(other, label), { ...soon, message: label }).toBe(value);
    }
    // Somebody else is shown what was typed, and asked.
    await toastOf(other, 'a reward that was typed: exp(-((x - 1)^2 + (y - 1)^2) / 4)').waitFor();
    await expect.poll(() => fieldOf(other, 'Reward'), soon).toBe('easy');
    await press(other, 'Use it');
    await other.getByLabel('Expression', { exact: true }).waitFor();
  });

  test('rejects an invalid address as a whole, and never turns any of it into markup', async () => {
    const bad = 'side=4&objective=%3Cimg%20src=x%20onerror=alert(1)%3E';
    const page = await pageWith(bad);
    await toastOf(page, 'Here is the first example instead').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(0);
    await expect.poll(() => fieldOf(page, 'Side'), soon).toBe('16');
  });
});

test('a run is kept across a reload, with its settings, where it was paused; a checkpoint that was cut short is refused', async () => {
  const page = await pageWith(`${grid}&steps=100000`);
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(10);
  await type(page, 'Batch', '8');
  const paused = await pausedAt(page);
  // Nothing on the page says that a run has been kept; the tab's history does.
  await expect.poll(() => page.evaluate(() => history.state?.kept), soon).toEqual([{ step: paused, paused: true }]);
  await page.reload();
  const iteration = paused.toLocaleString('en');
  await toastOf(page, `Going on with the run that was kept here, from iteration ${iteration}.`).waitFor();
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  await expect.poll(() => iterationOf(page), soon).toBe(paused);
  await expect.poll(() => fieldOf(page, 'Batch'), soon).toBe('8');
  const { path } = await savedBy(page);
  const bytes = await readFile(path);
  await load(page, { name: 'cut.safetensors', mimeType: '', buffer: bytes.subarray(0, bytes.length - 1) });
  await toastOf(page, 'cut.safetensors is not loaded').waitFor();
  await press(page, 'Resume');
  await expect.poll(() => iterationOf(page), soon).toBeGreaterThan(paused);
});

test('a reward is painted with the keyboard, and learnt', async () => {
  const page = await pageWith(`${grid}&steps=100000`);
  await press(page, 'Paint a reward');
  await press(page, 'Clear');
  await page.getByRole('application', { name: /^Painted target/ }).focus();
  for (const key of ['ArrowRight', '8', 'ArrowRight', '9']) await page.keyboard.press(key);
  await press(page, 'Undo stroke');
  await press(page, 'Done');
  // All of the reward but what the lowest level leaves is in the cell beside the first.
  await page.getByRole('application', { name: /^Painted target distribution.* Highest at \(1, 0\)/ }).waitFor();
  await page.getByRole('application', { name: /^Learnt distribution.* Highest at \(1, 0\)/ }).waitFor();
});

describe('a checkpoint', () => {
  test('saved by the page resumes in another page, and the command line evaluates it to the same distance', async () => {
    const page = await pageWith(`${grid}&steps=60`);
    await whenFinished(page);
    const { name, path } = await savedBy(page);
    expect(name).toBe('flowtape-hypergrid-tb-seed-0-iteration-60.safetensors');

    await copyFile(path, join(folder, 'checkpoint.safetensors'));
    const figures = JSON.parse(flowtape('eval', '--run', folder, '--json')) as { totalVariation: number };
    // The last of what it shows: the figure may be one of before until then.
    const shown = figures.totalVariation.toPrecision(3);
    await expect.poll(() => figureOf(page, 'Total variation'), soon).toBe(shown);

    const other = await pageWith('side=8');
    await load(other, path);
    await toastOf(other, 'Going on from iteration 60').waitFor();
    await expect.poll(() => figureOf(other, 'Total variation'), soon).toBe(shown);
  });

  test("of a run begun on the command line and finished in the page is the whole run's file, byte for byte", async () => {
    const half = trainInNode(20, join(folder, 'half'));
    const whole = trainInNode(40, join(folder, 'whole'));
    const page = await pageWith(`device=cpu&${grid}&steps=20`);
    await load(page, half);
    await toastOf(page, 'Going on from iteration 20').waitFor();
    await whenFinished(page);
    // Twice as many iterations.
    await press(page, 'Train on');
    await expect.poll(() => figureOf(page, 'Iteration'), soon).toBe('40 of 40');
    const { path } = await savedBy(page);
    expect(Buffer.compare(await readFile(path), await readFile(whole))).toBe(0);
  });
});
