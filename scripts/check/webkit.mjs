/**
 * Has WebKitGTK train with the package and on the page, and run the page's self-check: on the cpu device, and on WebGPU if the
 * browser has it:
 *
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/webkit.mjs
 *
 * Takes WebKitWebDriver and Xvfb from the PATH. Without them, on Debian, the packages webkit2gtk-driver and xvfb and missing
 * libraries are unpacked into build/webkit; nothing is installed. WebKit's programs look for each other under /usr, so this
 * script then runs itself in a mount namespace with those files overlaid on /usr. This needs no root if the kernel lets users
 * make namespaces. Exits with 1 if anything fails or appears in the console.
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
      // With threads if the browser can share memory.
      'cpu, isolated': { device: 'cpu', isolated: true, isRight: /cpu.*thread/ },
      'cpu, not isolated': { device: 'cpu', isolated: false, isRight: /cpu.*one thread/ },
      ...(hasGpu ? { WebGPU: { device: 'webgpu', isolated: true, isRight: /webgpu/ } } : {}),
    },
  });
} finally {
  await driver.close();
}

/** Runs this script with the packages' files overlaid on /usr, and ends every process that it leaves behind. */
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
