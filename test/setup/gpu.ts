import { inBrowser } from './here.ts';

/**
 * An adapter to open one device on. Tests of WebGPU never pass for want of a device: without an adapter they fail.
 *
 * @throws Error when this process finds no adapter.
 */
export async function testAdapter(): Promise<GPUAdapter> {
  const adapter = inBrowser
    ? await navigator.gpu?.requestAdapter()
    : await (await import('../../src/node/webgpu.ts')).requestNodeAdapter();
  if (!adapter) {
    throw new Error(
      'No WebGPU adapter in this process. Run the tests with npm test, which finds a GPU or brings a software one; ' +
        'to run another command in the same way: node scripts/machine/with-gpu.mjs COMMAND',
    );
  }
  return adapter;
}
