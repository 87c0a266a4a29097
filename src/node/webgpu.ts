import type { Gpu, GpuAdapter } from '../host-types.ts';
import { checkGiven } from '../text/check-given.ts';
import { messageOf } from '../text/message-of.ts';
import { runtimeGpu } from './runtime.ts';
import { vulkanIsMissing } from './vulkan.ts';

/**
 * WebGPU in Node, from the optional package `webgpu` (Dawn, the implementation inside Chrome).
 *
 * Nothing has to be closed: the process ends once the program's own work is done, whether devices are open or
 * destroyed.
 */
export interface NodeGpuOptions {
  /**
   * Dawn's own options, `name=value` each, such as `adapter=SwiftShader` or `enable-dawn-features=skip_validation`.
   * By default workgroup memory is left unzeroed, which flowtape's kernels allow.
   */
  readonly dawn?: readonly string[];
}

/** No kernel reads workgroup memory that it has not written, and zeroing it is most of what compiling one costs. */
const defaultDawnOptions: readonly string[] = ['enable-dawn-features=disable_workgroup_init'];

// The one place where module state is intended: Dawn crashes the process if its instance is collected while devices are
// in use. So each instance is kept for the life of the process, and shared.
const instances = new Map<string, Promise<Gpu>>();

/**
 * Opens WebGPU, and makes its constants (`GPUBufferUsage`, `GPUMapMode`...) global unless they are already. Equal
 * options give the same object. A runtime with its own WebGPU, such as Deno, gives that, unless options for Dawn are
 * given.
 *
 * @throws Error if the package `webgpu` is not installed, or has no binary that loads
 */
export function openNodeGpu(options: NodeGpuOptions = {}): Promise<Gpu> {
  checkGiven('openNodeGpu', { options }, 'object?');
  const own = options.dawn ? undefined : runtimeGpu();
  if (own) return Promise.resolve(own);
  const dawn = [...(options.dawn ?? defaultDawnOptions)];
  const key = JSON.stringify(dawn);
  const opened = instances.get(key) ?? create(dawn);
  instances.set(key, opened);
  return opened;
}

/**
 * The best adapter of this machine: a discrete GPU first, then any other, then a software one. `undefined` if there is
 * none. An adapter gives one device; call again for another.
 *
 * @throws Error as `openNodeGpu` does.
 */
export async function requestNodeAdapter(options: NodeGpuOptions = {}): Promise<GpuAdapter | undefined> {
  if (!runtimeGpu() && vulkanIsMissing()) return undefined;
  const gpu = await openNodeGpu(options);
  const wishes: GPURequestAdapterOptions[] = [
    { powerPreference: 'high-performance' },
    {},
    { forceFallbackAdapter: true },
  ];
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish);
    if (adapter) return adapter;
  }
  return undefined;
}

async function create(dawn: string[]): Promise<Gpu> {
  const { create, globals } = await load();
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return create(dawn);
}

async function load(): Promise<typeof import('webgpu')> {
  try {
    return await import('webgpu');
  } catch (cause) {
    const reason = messageOf(cause);
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    throw new Error(
      missing
        ? 'WebGPU in Node needs the package webgpu, which is not installed. Run: npm install webgpu'
        : `The package webgpu does not load on ${process.platform} ${process.arch}: ${reason}`,
      { cause },
    );
  }
}
