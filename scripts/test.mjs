// node scripts/test.mjs [vitest arguments]: runs the tests on a WebGPU adapter in Node and in Chromium, and ends with a
// line that counts them. `--project node` or `--project chromium` runs those of one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './machine/chromium.mjs';
import { findGpu } from './machine/gpu.mjs';

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  let gpu;
  let chromium;
  try {
    gpu = await findGpu();
    // Not by vitest's configuration: what is missing has to end the run with advice, before any test.
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
  const report = join(folder, 'report.json');
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...gpu.env, ...(browser && { FLOWTAPE_TEST_BROWSER: JSON.stringify(browser) }) },
    stdio: 'inherit',
  });
  const { passed, failed, skipped } = count(report);
  rmSync(folder, { recursive: true });
  if (skipped > 0) console.log(`${skipped} not run`);
  // A run can fail with no test to blame: a crash, an error outside of every test.
  const failures = status === 0 ? failed : Math.max(failed, 1);
  console.log(`${passed} passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

/** A test file that does not load counts as one failed test. */
function count(report) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const broken = results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
