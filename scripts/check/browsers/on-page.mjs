// The check of a browser: it trains with the package as published, and trains and runs the self-check on the page.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildDemo } from '../../page/demo-build.mjs';
import { serveDemo } from '../../page/demo-server.mjs';
import { asksUntilReady, stepsOf } from './steps.mjs';

/** The page's iteration and total variation, once it has trained for 120 iterations. */
const trainedPage = `(() => {
  const texts = [...document.querySelectorAll('#laboratory dt, #laboratory dd')].map((each) => each.textContent);
  const figure = (name) => texts[texts.indexOf(name) + 1] ?? '';
  const iteration = figure('Iteration');
  const ready = parseInt(iteration.replaceAll(',', '')) >= 120;
  return { ready, state: 'iteration ' + iteration, iteration, variation: figure('Total variation') };
})()`;

/** The verdict of the page's self-check. */
const checkedPage = `(() => {
  const words = document.querySelector('#trust').innerText;
  const verdict = words.match(/[^\\n]*checks? (?:passed|failed)[^\\n]*/)?.[0];
  return { ready: Boolean(verdict), verdict, state: words.match(/\\d+ of \\d+: [^\\n]*/)?.[0] ?? 'no check begun' };
})()`;

/** A program on the package alone, named in an import map. */
const program = (device) => `
import { hypergrid, hypergridReward, openDevice, trajectoryBalance, train } from 'flowtape';
const { device } = await openDevice(${JSON.stringify(device)});
const size = { dimension: 2, side: 4 };
const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
const { metrics } = await train({ device, problem, objective: trajectoryBalance(), steps: 120, batch: 16 });
globalThis.told = { device: device.kind, variation: metrics.totalVariation.toPrecision(3) };
device.destroy();
`;
const trainedPackage = `({ ready: Boolean(globalThis.told), state: 'still training', ...globalThis.told })`;

/**
 * Checks a browser under each condition and prints a line for each step and each outcome. Sets the exit code to 1 if one
 * fails or anything appears in the console.
 * @param folder the pages are built there
 * @param open starts the browser for a device: an object with `open`, `run`, `problems` and `close`
 * @param conditions how pages are opened, and the device that the page should report
 * @param recorder becomes the first script of every page, if the browser's driver does not report the console
 */
export async function checkBrowser({ folder, open, conditions, recorder }) {
  const page = join(folder, 'page');
  const alone = join(folder, 'package');
  await buildDemo(resolve(page));
  rmSync(alone, { recursive: true, force: true });
  mkdirSync(alone, { recursive: true });
  cpSync('dist/lib', join(alone, 'lib'), { recursive: true });
  const map = JSON.stringify({ imports: { flowtape: './lib/index.js' } });
  for (const device of ['cpu', 'webgpu']) {
    const script = `<script type="importmap">${map}</script><script type="module">${program(device)}</script>`;
    writeFileSync(join(alone, `${device}.html`), `<!doctype html><link rel="icon" href="data:,">${script}`);
  }
  if (recorder) {
    writeFileSync(join(page, 'recorder.js'), recorder);
    writeFileSync(join(alone, 'recorder.js'), recorder);
    for (const file of [join(page, 'index.html'), join(alone, 'cpu.html'), join(alone, 'webgpu.html')]) {
      const html = readFileSync(file, 'utf8');
      writeFileSync(file, html.replace(/(?=<script)/, '<script src="recorder.js"></script>'));
    }
  }
  for (const [name, { device, isolated, isRight }] of Object.entries(conditions)) {
    await check(`${name}, the package`, alone, isolated, device, async (browser, address, step) => {
      await step('the page is open', 120, () => browser.open(`${address}${device}.html`));
      const { device: kind, variation } = await step('trained', 600, asksUntilReady(browser, trainedPackage));
      return { said: `total variation ${variation} on ${kind}`, isGood: kind === device };
    });
    await check(`${name}, the page`, page, isolated, device, async (browser, address, step) => {
      const settings = `device=${device}&side=4&objective=tb&learning-rate-end=1&steps=120`;
      await step('the page is open', 120, () => browser.open(`${address}#${settings}`));
      await browser.run(`void document.querySelector('#laboratory').scrollIntoView()`);
      const { iteration, variation } = await step('trained', 600, asksUntilReady(browser, trainedPage));
      await browser.run(`document.querySelector('#self-check').click()`);
      const { verdict } = await step('checked itself', 600, asksUntilReady(browser, checkedPage));
      const isGood = iteration === '120 of 120' && /^All \d+ checks passed/.test(verdict) && isRight.test(verdict);
      return { said: `iteration ${iteration}, total variation ${variation}; ${verdict}`, isGood };
    });
  }

  async function check(name, root, isolated, device, work) {
    const step = stepsOf(name);
    const server = await serveDemo(root, { isolated });
    let browser;
    try {
      browser = await step('the browser is open', 120, () => open(device));
      const { said, isGood } = await work(browser, server.address.replace('localhost', '127.0.0.1'), step);
      tell(name, said, isGood, await browser.problems());
    } catch (error) {
      tell(name, error.message, false, []);
    } finally {
      await browser?.close();
      await server.close();
    }
  }
}

function tell(name, said, isGood, problems) {
  const hasPassed = isGood && problems.length === 0;
  if (!hasPassed) process.exitCode = 1;
  console.log(`${hasPassed ? 'passed' : 'FAILED'}: ${name}: ${said}`);
  for (const problem of problems) console.log(`  in the console: ${problem}`);
}
