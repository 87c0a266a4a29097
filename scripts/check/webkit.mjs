/**
 * Has a WebKit (WebKitGTK) train with the package and on the page, which then checks itself: on the cpu device, and on WebGPU
 * where it has it:
 *
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/webkit.mjs
 *
 * Takes WebKitWebDriver and Xvfb from the PATH. Without them, on Debian, the packages webkit2gtk-driver and xvfb are unpacked,
 * with the libraries that this machine lacks, into build/webkit; nothing is installed. WebKit's programs look for each other
 * under /usr, so this script then runs itself in a mount namespace where those files lie over /usr, which needs no root where
 * the kernel lets users make namespaces. Ends with 1 where anything fails, or appears in the console.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackedPackages } from './browsers/debian.mjs';
import { checkBrowser } from './browsers/on-page.mjs';
import { openWebkit, recorder, startDriver } from './browsers/webdriver.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const folder = 'build/webkit';
const isThere = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
if (!isThere('WebKitWebDriver') || !isThere('Xvfb')) process.exit(runOverUnpacked());

const driver = await startDriver();
try {
  const browser = await openWebkit(driver);
  await browser.open('data:text/html,<p>');
  const hasGpu = await browser.run('(async () => Boolean(await navigator.gpu?.requestAdapter()))()');
  console.log(`WebKitGTK ${browser.version}, ${hasGpu ? 'with' : 'without'} WebGPU`);
  await browser.close();
  await checkBrowser({
    folder,
    recorder,
    open: () => openWebkit(driver),
    conditions: {
      // Where it may share memory it has threads, and says so otherwise.
      'cpu, isolated': { device: 'cpu', isolated: true, isRight: /cpu.*thread/ },
      'cpu, not isolated': { device: 'cpu', isolated: false, isRight: /cpu.*one thread/ },
      ...(hasGpu ? { WebGPU: { device: 'webgpu', isolated: true, isRight: /webgpu/ } } : {}),
    },
  });
} finally {
  await driver.close();
}

/** Runs this script where the files of the packages lie over /usr, and ends every process that it leaves. */
function runOverUnpacked() {
  const otherwise = 'Or install WebKitWebDriver and Xvfb.';
  if (process.env.FLOWTAPE_OVER_USR) {
    console.error(`The packages do not have WebKitWebDriver and Xvfb. ${otherwise}`);
    return 1;
  }
  const wanted = 'usr/bin/WebKitWebDriver';
  const root = unpackedPackages(['webkit2gtk-driver', 'xvfb'], { folder, wanted, otherwise });
  const script = 'mount -t overlay overlay -o "lowerdir=$0:/usr" /usr && exec "$@"';
  const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];
  const words = [...namespaces, 'sh', '-c', script, join(root, 'usr'), process.execPath, ...process.argv.slice(1)];
  const env = { ...process.env, FLOWTAPE_OVER_USR: '1' };
  return spawnSync('unshare', words, { stdio: 'inherit', env }).status ?? 1;
}
