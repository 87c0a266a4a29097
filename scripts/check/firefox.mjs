/**
 * Has Firefox train with the package and on the page, and run the page's self-check: on the cpu device, with threads and
 * without, and on its WebGPU (wgpu):
 *
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/firefox.mjs
 *
 * FLOWTAPE_FIREFOX names the browser. Without it, on Debian, the package firefox-esr and missing libraries are unpacked
 * into build/firefox; nothing is installed. Exits with 1 if anything fails or appears in the console.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFirefox } from './browsers/bidi.mjs';
import { unpackedPackages } from './browsers/debian.mjs';
import { checkBrowser } from './browsers/on-page.mjs';

if (typeof WebSocket === 'undefined') {
  // Node 20 needs a flag for it.
  const words = ['--experimental-websocket', ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, words, { stdio: 'inherit' }).status ?? 1);
}
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const folder = 'build/firefox';
const { binary, libraries } = process.env.FLOWTAPE_FIREFOX
  ? { binary: process.env.FLOWTAPE_FIREFOX }
  : unpackedFirefox();
const env = { ...process.env, MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_DISABLE_GPU_SANDBOX: '1' };
if (libraries) env.LD_LIBRARY_PATH = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
await checkBrowser({
  folder,
  open: (device) => {
    const isGpu = device === 'webgpu';
    const preferences = { 'dom.webgpu.enabled': isGpu, 'gfx.webgpu.ignore-blocklist': isGpu };
    return openFirefox(binary, { preferences, env });
  },
  conditions: {
    'cpu, with threads': { device: 'cpu', isolated: true, isRight: /cpu.*[2-9]\d* threads/ },
    'cpu, not isolated': { device: 'cpu', isolated: false, isRight: /cpu.*one thread/ },
    WebGPU: { device: 'webgpu', isolated: true, isRight: /webgpu/ },
  },
});

/** Unpacks Firefox from Debian's packages, with the libraries that this machine lacks. */
function unpackedFirefox() {
  const wanted = 'usr/lib/firefox-esr/firefox-esr';
  const otherwise = 'Or name a browser: FLOWTAPE_FIREFOX=/path/to/firefox';
  const root = unpackedPackages(['firefox-esr'], { folder, wanted, otherwise });
  return { binary: join(root, wanted), libraries: join(root, 'usr/lib/x86_64-linux-gnu') };
}
