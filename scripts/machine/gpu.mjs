// Finds the environment variables with which a process gets a WebGPU adapter on this machine.
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const probe = fileURLToPath(new URL('adapter.mjs', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/**
 * The environment to start a process in, and the adapter it will get, in words. The machine's own GPU comes first,
 * then, on Linux, the SwiftShader (a GPU in software) inside the development dependency `@sparticuz/chromium`.
 *
 * @returns {Promise<{ env: NodeJS.ProcessEnv, adapter: string }>}
 * @throws Error that says what to do, if there is no adapter
 */
export async function findGpu() {
  const own = tryAdapter({});
  if (own.adapter) return own;
  const attempts = [own];

  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const folder = await unpackSwiftShader();
      // With only the loader: containers with a GPU often have its driver, but no loader to find it.
      const loader = { LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
      const software = { ...loader, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') };
      for (const variables of [loader, software]) {
        const attempt = tryAdapter(variables);
        if (attempt.adapter) return attempt;
        attempts.push(attempt);
      }
    } catch (error) {
      attempts.push({ problem: `SwiftShader, a GPU in software, cannot be unpacked: ${error.message}` });
    }
  }
  throw new Error(
    `No WebGPU adapter on this machine (${process.platform} ${process.arch}).\n` +
      `${[...new Set(attempts.map((attempt) => attempt.problem))].join('\n')}\n` +
      'What helps: npm ci, which brings the package webgpu and, for Linux x64, a GPU in software. On other Linux\n' +
      'machines a Vulkan driver: that of the GPU, or mesa-vulkan-drivers (25 or newer) for one in software.',
  );
}

function tryAdapter(variables) {
  const env = { ...process.env, ...variables };
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [probe], {
    env,
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) {
    return {
      env,
      problem: `The search for an adapter ended with ${signal ?? `exit code ${status}`}. ${stderr}`.trim(),
    };
  }
  if (!stdout.trim()) return { env, problem: 'WebGPU runs, but finds no adapter.' };
  const { vendor, architecture, description, isFallbackAdapter } = JSON.parse(stdout);
  const names = [vendor, architecture].filter(Boolean).join(' ');
  return { env, adapter: `${description || names} (${names}${isFallbackAdapter ? ', in software' : ''})` };
}

/** Unpacks SwiftShader and its Vulkan loader once; returns the folder. */
async function unpackSwiftShader() {
  const folder = join(cache, 'flowtape-swiftshader');
  if (existsSync(folder)) return folder;
  const { extract } = await import('tar-fs');
  // The package's entry is build/<module kind>/index.js.
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const archive = join(dirname(entry), '../../bin/swiftshader.tar.br');
  await mkdir(cache, { recursive: true });
  const unpacked = await mkdtemp(`${folder}-`);
  const libraries = extract(unpacked, { chown: false, ignore: (name) => /lib(EGL|GLES)/.test(name) });
  await pipeline(createReadStream(archive), createBrotliDecompress(), libraries);
  // Put in place as a whole; another process may have been faster.
  await rename(unpacked, folder).catch(() => rm(unpacked, { recursive: true }));
  return folder;
}
