/**
 * Has Firefox train and run the self-check on the page, on the cpu device, with threads and without, and on its WebGPU
 * (wgpu):
 *
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/firefox.mjs
 *
 * FLOWTAPE_FIREFOX names the browser. Without it, on Debian, the package firefox-esr and missing libraries are unpacked
 * into build/firefox; nothing is installed. Exits with 1 if anything fails or appears in the console.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDemo } from '../page/demo-build.mjs';
import { serveDemo } from '../page/demo-server.mjs';
import { openFirefox } from './firefox/bidi.mjs';

if (typeof WebSocket === 'undefined') {
  // Node 20 needs a flag for it.
  const words = ['--experimental-websocket', ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, words, { stdio: 'inherit' }).status ?? 1);
}
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

/** How the page is opened, and the device that it should report. */
const conditions = {
  'cpu, with threads': { device: 'cpu', isolated: true, isRight: /cpu.*[2-9]\d* threads/ },
  'cpu, not isolated': { device: 'cpu', isolated: false, isRight: /cpu.*one thread/ },
  WebGPU: { device: 'webgpu', isolated: true, isRight: /webgpu/ },
};

/** Runs in the page: trains 120 iterations on 16 cells, then runs the self-check. */
const steps = `(async () => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((each) => each.textContent);
  const figure = (name) => { const all = texts('#laboratory dt, #laboratory dd'); return all[all.indexOf(name) + 1] ?? ''; };
  const until = async (isSo, seconds) => {
    const end = Date.now() + 1000 * seconds;
    while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  document.querySelector('#laboratory').scrollIntoView();
  await until(() => parseInt(figure('Iteration').replaceAll(',', '')) >= 120, 240);
  const trained = { iteration: figure('Iteration'), variation: figure('Total variation') };
  document.querySelector('#self-check').click();
  const verdict = () => document.querySelector('#trust').innerText.match(/[^\\n]*checks? (?:passed|failed)[^\\n]*/)?.[0];
  await until(verdict, 240);
  return { ...trained, verdict: verdict() ?? 'no verdict' };
})()`;

const { binary, libraries } = process.env.FLOWTAPE_FIREFOX
  ? { binary: process.env.FLOWTAPE_FIREFOX }
  : unpackedFirefox('build/firefox');
const env = { ...process.env, MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_DISABLE_GPU_SANDBOX: '1' };
if (libraries) env.LD_LIBRARY_PATH = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
const page = 'build/firefox-page';
await buildDemo(resolve(page));
for (const [name, { device, isolated, isRight }] of Object.entries(conditions)) {
  const isGpu = device === 'webgpu';
  const preferences = { 'dom.webgpu.enabled': isGpu, 'gfx.webgpu.ignore-blocklist': isGpu };
  const server = await serveDemo(page, { isolated });
  const browser = await openFirefox(binary, { preferences, env });
  try {
    await browser.open(
      `${server.address.replace('localhost', '127.0.0.1')}#device=${device}&side=4&objective=tb&learning-rate-end=1&steps=120`,
    );
    const { iteration, variation, verdict } = await browser.run(steps);
    const isGood = /^All \d+ checks passed/.test(verdict) && isRight.test(verdict) && browser.problems.length === 0;
    if (!isGood) process.exitCode = 1;
    console.log(
      `${isGood ? 'passed' : 'FAILED'}: ${name}: iteration ${iteration}, total variation ${variation}; ${verdict}`,
    );
    for (const problem of browser.problems) console.log(`  in the console: ${problem}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Unpacks Firefox from Debian's packages, with the libraries that this machine lacks. */
function unpackedFirefox(folder) {
  const root = resolve(folder, 'root');
  const found = {
    binary: join(root, 'usr/lib/firefox-esr/firefox-esr'),
    libraries: join(root, 'usr/lib/x86_64-linux-gnu'),
  };
  if (existsSync(found.binary)) return found;
  const debs = resolve(folder, 'debs');
  mkdirSync(join(debs, 'partial'), { recursive: true });
  const options = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${debs}`];
  run('apt-get', [...options, '--no-install-recommends', '--download-only', '-y', 'install', 'firefox-esr']);
  for (const file of readdirSync(debs).filter((name) => name.endsWith('.deb')))
    run('dpkg', ['-x', join(debs, file), root]);
  return found;
}

function run(command, words) {
  const { status, error } = spawnSync(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error(
    `${command} ${error?.message ?? `ended with ${status}`}. Or name a browser: FLOWTAPE_FIREFOX=/path/to/firefox`,
  );
  process.exit(1);
}
