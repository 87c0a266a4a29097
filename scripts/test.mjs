// node scripts/test.mjs [vitest arguments]: runs the tests on a WebGPU adapter in Node and in Chromium. It ends with
// the tests that were not run and why, and a line of totals. `--project node` or `--project chromium` runs only those.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './machine/chromium.mjs';
import { findGpu } from './machine/gpu.mjs';
import { closingLines } from './test/closing-lines.mjs';

process.exitCode = await main(process.argv.slice(2).map(wholeOfNode));

/** The tests in Node are two of vitest's projects, which differ in whether files share a process. */
function wholeOfNode(arg, at, args) {
  if (arg === '--project=node') return '--project=node*';
  return arg === 'node' && args[at - 1] === '--project' ? 'node*' : arg;
}

async function main(args) {
  let gpu;
  let chromium;
  try {
    gpu = await findGpu();
    // Not in vitest's configuration: if something is missing, the run must end with advice, before any test.
    if (!/--project[= ]node\b/.test(args.join(' '))) chromium = await findChromium();
  } catch (error) {
    console.error(error.message);
    console.log('0 passed, 1 failed');
    return 1;
  }
  console.log(`WebGPU adapter: ${gpu.adapter}`);
  if (chromium) console.log(`Browser: ${chromium.version}, WebGPU on SwiftShader`);
  const browser = chromium && { executablePath: chromium.executablePath, args: chromium.args, env: chromium.env };

  const folder = mkdtempSync(join(tmpdir(), 'flowtape-tests-'));
  const summary = join(folder, 'summary.json');
  const [vitest, reporter] = ['../node_modules/vitest/vitest.mjs', 'test/summary-reporter.mjs'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...args],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: {
        ...gpu.env,
        FLOWTAPE_TEST_SUMMARY: summary,
        FLOWTAPE_TEST_FOLDER: folder,
        ...(browser && { FLOWTAPE_TEST_BROWSER: JSON.stringify(browser) }),
      },
      stdio: 'inherit',
    },
  );
  const found = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  const lines = closingLines(found, status);
  console.log(lines.join('\n'));
  return lines.at(-1).includes(' 0 failed') ? 0 : 1;
}
