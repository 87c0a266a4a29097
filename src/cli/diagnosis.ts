import { describeAdapter } from '../device/index.ts';
import { openNodeCpuDevice, openNodeDevice, openNodeGpu } from '../node/index.ts';
import { runtimeGpu } from '../node/runtime.ts';
import { vulkanIsMissing } from '../node/vulkan.ts';
import { messageOf } from '../text/message-of.ts';

/** What `doctor` found. Every text is a sentence or the end of one. */
export interface Diagnosis {
  readonly webgpu: {
    /** Why it does not work; undefined if it does. */
    readonly problem?: string;
    readonly adapters: readonly AdapterDescription[];
  };
  readonly cpu: { readonly description: string; readonly problem?: string };
  /** The device that `--device auto` takes; undefined if none works. */
  readonly choice?: { readonly kind: 'webgpu' | 'cpu'; readonly description: string; readonly why: string };
  /** What the user could do to get more, such as installing a package. */
  readonly advice: readonly string[];
}

export interface AdapterDescription {
  readonly description: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** The limits that decide how large a plan and how wide a kernel can be; sizes are in bytes. */
const limitsThatMatter = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBindGroups',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Tries to open every device of this machine. */
export async function diagnose(): Promise<Diagnosis> {
  const webgpu = await diagnoseWebgpu();
  const cpu = await diagnoseCpu();
  // If nothing can be opened, webgpu and cpu have given their reasons.
  const choice = await choose().catch(() => undefined);
  return { webgpu, cpu, ...(choice === undefined ? {} : { choice }), advice: adviseOn(webgpu) };
}

async function diagnoseWebgpu(): Promise<Diagnosis['webgpu']> {
  const wishes: GPURequestAdapterOptions[] = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  const adapters = new Map<string, AdapterDescription>();
  if (!runtimeGpu() && vulkanIsMissing()) {
    // Opening Dawn would print warnings; whether its package is installed is reported anyway.
    const missing = await import('webgpu').then(
      () => [],
      (error: unknown) => [`The package webgpu does not load, or is not installed: ${messageOf(error)}`],
    );
    const problems = ['There is no Vulkan loader (libvulkan.so.1), through which Dawn finds adapters.', ...missing];
    return { adapters: [], problem: problems.join(' ') };
  }
  try {
    const gpu = await openNodeGpu();
    for (const wish of wishes) {
      const adapter = await gpu.requestAdapter(wish);
      if (adapter) adapters.set(describeAdapter(adapter), describe(adapter));
    }
  } catch (error) {
    return { adapters: [], problem: messageOf(error) };
  }
  if (adapters.size > 0) return { adapters: [...adapters.values()] };
  return { adapters: [], problem: 'The package webgpu is here, but finds no adapter: no graphics driver answers.' };
}

function describe(adapter: GPUAdapter): AdapterDescription {
  const limits = Object.fromEntries(limitsThatMatter.map((name) => [name, adapter.limits[name]]));
  return { description: describeAdapter(adapter), features: [...adapter.features], limits };
}

async function diagnoseCpu(): Promise<Diagnosis['cpu']> {
  try {
    const device = await openNodeCpuDevice();
    const { description } = device;
    device.destroy();
    return { description };
  } catch (error) {
    return { description: 'WebAssembly', problem: messageOf(error) };
  }
}

async function choose(): Promise<NonNullable<Diagnosis['choice']>> {
  const { device, why } = await openNodeDevice('auto');
  const { kind, description } = device;
  device.destroy();
  return { kind: kind === 'webgpu' ? kind : 'cpu', description, why };
}

function adviseOn({ adapters, problem = '' }: Diagnosis['webgpu']): string[] {
  if (adapters.length > 0) return [];
  const advice = ['The cpu device needs nothing more; a GPU is faster only where batches or networks are large.'];
  const isPackageMissing = problem.includes('not installed');
  if (isPackageMissing) advice.push('To use a GPU, install the package: npm install webgpu');
  if (process.platform === 'linux' && (!isPackageMissing || problem.includes('Vulkan'))) {
    return [
      ...advice,
      'To use a GPU, install its Vulkan driver and the loader libvulkan.so.1 (on Debian: libvulkan1, and ' +
        'mesa-vulkan-drivers or the driver of the GPU’s maker).',
    ];
  }
  return isPackageMissing ? advice : [...advice, 'To use a GPU, bring its graphics driver up to date.'];
}
