// Browser globals that the peers look for: jax-js reads navigator.userAgent, both take the GPU from navigator.gpu.
import { cpus } from 'node:os';

/**
 * @param {'webgpu' | 'null' | undefined} gpu Dawn on this machine's adapter, Dawn without a GPU behind it, or none.
 * Uses
 *   the same option as flowtape.
 *
 */
export async function provideNavigator(gpu) {
  const navigator = { userAgent: `Node.js/${process.versions.node}`, hardwareConcurrency: cpus().length };
  if (gpu) {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const options = ['enable-dawn-features=disable_workgroup_init'];
    navigator.gpu = create(gpu === 'null' ? ['backend=null', ...options] : options);
  }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
}
