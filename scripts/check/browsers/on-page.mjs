// The check of a browser: it trains with the package as published, and trains and runs the self-check on the page.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildDemo } from '../../page/demo-build.mjs';
import { serveDemo } from '../../page/demo-server.mjs';

/** Runs in the page: trains 120 iterations on 16 cells, then runs the self-check. */
const steps = `(async () => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((each) => each.textContent);
  const figure = (name) => { const all = texts('#laboratory dt, #laboratory dd'); return all[all.indexOf(name) + 1] ?? ''; };
  const until = async (isSo, seconds) => {
    const end = Date.now() + 1000 * seconds;
    while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  document.querySelector('#laboratory').scrollIntoView();
  await until(() => parseInt(figure('Iteration').replaceAll(',', '')) >= 120, 600);
  const trained = { iteration: figure('Iteration'), variation: figure('Total variation') };
  document.querySelector('#self-check').click();
  const verdict = () => document.querySelector('#trust').innerText.match(/[^\\n]*checks? (?:passed|failed)[^\\n]*/)?.[0];
  await until(verdict, 240);
  return { ...trained, verdict: verdict() ?? 'no verdict' };
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
const trained = `(async () => {
  const end = Date.now() + 600000;
  while (!globalThis.told && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  return globalThis.told ?? {};
})()`;

/**
 * Checks a browser under each condition and prints a line for each. Sets the exit code to 1 if one fails or anything appears in
 * the console.
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
    await using(alone, isolated, device, async (browser, address) => {
      await browser.open(`${address}${device}.html`);
      const { device: kind, variation } = await browser.run(trained);
      const said = kind ? `total variation ${variation} on ${kind}` : 'it did not train';
      tell(`${name}, the package`, said, kind === device, await browser.problems());
    });
    await using(page, isolated, device, async (browser, address) => {
      await browser.open(`${address}#device=${device}&side=4&objective=tb&learning-rate-end=1&steps=120`);
      const { iteration, variation, verdict } = await browser.run(steps);
      const isGood = iteration === '120 of 120' && /^All \d+ checks passed/.test(verdict) && isRight.test(verdict);
      const said = `iteration ${iteration}, total variation ${variation}; ${verdict}`;
      tell(`${name}, the page`, said, isGood, await browser.problems());
    });
  }

  async function using(root, isolated, device, work) {
    const server = await serveDemo(root, { isolated });
    const browser = await open(device);
    try {
      await work(browser, server.address.replace('localhost', '127.0.0.1'));
    } finally {
      await browser.close();
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
