import { inBrowser } from './here.ts';

/**
 * Every index clamped to its buffer, which no kernel needs, is a sixth of what compiling one costs. Chromium's WebGPU
 * clamps; without it, as here, a wrong index reads what is no number of its buffer instead of its last one. Other runtimes
 * have their own WebGPU, which takes no options.
 */
const unclamped = { dawn: ['enable-dawn-features=disable_workgroup_init,disable_robustness'] };

/**
 * An adapter to open one device on. Tests of WebGPU never pass for want of a device: without an adapter they fail.
 *
 * @throws Error when this process finds no adapter.
 */
export async function testAdapter(): Promise<GPUAdapter> {
  const adapter = inBrowser
    ? await navigator.gpu?.requestAdapter()
    : await (await import('../../src/node/webgpu.ts')).requestNodeAdapter('Deno' in globalThis ? {} : unclamped);
  if (!adapter) {
    throw new Error(
      'No WebGPU adapter in this process. Run the tests with npm test, which finds a GPU or brings a software one; ' +
        'to run another command in the same way: node scripts/machine/with-gpu.mjs COMMAND',
    );
  }
  return adapter;
}
