import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const loader = 'libvulkan.so.1';

/**
 * Whether this machine certainly has no Vulkan, and therefore no adapter: Dawn would only find that out with a warning
 * on standard error. If this is unknown, as on systems other than Linux, the answer is no.
 */
export function vulkanIsMissing(): boolean {
  if (process.platform !== 'linux') return false;
  const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  if (folders.some((folder) => existsSync(join(folder, loader)))) return false;
  const { status, stdout } = spawnSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/sbin:/usr/sbin` },
  });
  return status === 0 && !stdout.includes(loader);
}
