// Finds a Chromium with WebGPU for the tests that run in a browser.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/** For every page: no traffic by the browser itself. */
const quiet = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * WebGPU on the SwiftShader beside the browser, whatever GPU the machine has, so that results are the same everywhere.
 * Workgroup memory is not zeroed, as in Node: no kernel may rely on zeros there, and writing them is much of what
 * compiling costs. No watchdog ends the GPU's process, which on a busy machine may be long about a shader.
 */
const webgpu = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--enable-dawn-features=disable_workgroup_init',
  '--disable-gpu-watchdog',
];

/**
 * How to start a Chromium: the one in FLOWTAPE_CHROMIUM, or otherwise, on Linux, the headless one inside the
 * development dependency `@sparticuz/chromium`, unpacked once with the few libraries that a bare machine lacks. `args`
 * give it WebGPU on SwiftShader, `argsWithoutWebgpu` leave it without an adapter; `env` is added to the process's own
 * environment.
 *
 * @throws Error that says what to do, if there is none or it does not start
 */
export async function findChromium() {
  const own = process.env.FLOWTAPE_CHROMIUM;
  if (!own && (process.platform !== 'linux' || process.arch !== 'x64')) {
    throw new Error(
      `No Chromium for the tests on this machine (${process.platform} ${process.arch}): npm brings one for Linux x64 alone.\n` +
        `What helps: a Chrome or Chromium of your own, FLOWTAPE_CHROMIUM=/path/to/chrome npm test.\n${without}`,
    );
  }
  const { executablePath, env } = own ? { executablePath: own, env: {} } : await packagedChromium();
  // If it cannot be started, the reason appears here, and not in the middle of a test.
  const { status, signal, stdout, stderr, error } = spawnSync(executablePath, ['--version'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) {
    throw new Error(
      `The Chromium of the tests, ${executablePath}, does not start: ` +
        `${error?.message ?? signal ?? `exit code ${status}`}. ${stderr ?? ''}\n` +
        'What helps: the system libraries that it misses; or a Chrome or Chromium of your own,\n' +
        `FLOWTAPE_CHROMIUM=/path/to/chrome npm test.\n${without}`,
    );
  }
  return { executablePath, args: [...quiet, ...webgpu], argsWithoutWebgpu: quiet, env, version: stdout.trim() };
}

const without = 'npm test -- --project node runs what needs no browser.';

/** The executable in a folder of node_modules/.cache, with everything it loads. */
async function packagedChromium() {
  // The package's entry is build/<module kind>/index.js.
  const root = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const folder = join(cache, `flowtape-chromium-${version}`);
  if (!existsSync(folder)) await unpack(join(root, 'bin'), folder);
  const libraries = [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  // A bare machine has no fonts either. The packaged ones are always used, so that pages look the same everywhere.
  const env = { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'packaged-fonts.conf') };
  return { executablePath: join(folder, 'chromium'), env };
}

async function unpack(archives, folder) {
  const { extract } = await import('tar-fs');
  await mkdir(cache, { recursive: true });
  const unpacked = await mkdtemp(`${folder}-`);
  const from = (archive, to) => pipeline(createReadStream(join(archives, archive)), createBrotliDecompress(), to);
  try {
    await Promise.all([
      from('chromium.br', createWriteStream(join(unpacked, 'chromium'))),
      ...['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'].map((archive) =>
        from(archive, extract(unpacked, { chown: false })),
      ),
    ]);
    await chmod(join(unpacked, 'chromium'), 0o755);
    await writeFile(
      join(unpacked, 'packaged-fonts.conf'),
      `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
    );
  } catch (error) {
    await rm(unpacked, { recursive: true });
    throw new Error(`Chromium cannot be unpacked to ${folder}: ${error.message}`);
  }
  // Put in place as a whole; another process may have been faster.
  await rename(unpacked, folder).catch(() => rm(unpacked, { recursive: true }));
}
