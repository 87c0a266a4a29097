/** What a GPU that computes nothing does otherwise than a plain one. */
export interface FakeGpuOptions {
  readonly features?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  /** Why the compiler refuses a module; undefined where it does not. */
  readonly refusal?: (code: string) => string | undefined;
  /** Looks at each pipeline. */
  readonly onPipeline?: (pipeline: FakePipeline) => void;
  /** Looks at each upload. */
  readonly onWrite?: (data: ArrayBuffer, offset: number, bytes: number) => void;
}

/** What a pipeline is made of. */
export interface FakePipeline {
  readonly label: string;
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
  /** How many buffers it binds. */
  readonly bindings: number;
}

/** A GPUDevice that computes nothing, with what was compiled on it. */
export interface FakeGpu {
  readonly gpu: GPUDevice;
  /** The WGSL of every module whose pipeline was made. */
  readonly compiled: string[];
  /** Tells of the loss. */
  lose(): void;
}

interface FakeDescriptor {
  label: string;
  layout: { bindGroupLayouts: { entries: unknown[] }[] };
  compute: { module: { code: string }; constants: Record<string, number> };
}

const defaultLimits = {
  maxBufferSize: 2 ** 32,
  maxStorageBufferBindingSize: 2 ** 31,
  maxStorageBuffersPerShaderStage: 16,
  maxComputeWorkgroupStorageSize: 32_768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65_535,
  minStorageBufferOffsetAlignment: 256,
};

/** For what no real driver here does: a device whose behaviour a test decides. Numbers that are read are zeros. */
export function fakeGpu({ features = [], limits, refusal, onPipeline, onWrite }: FakeGpuOptions = {}): FakeGpu {
  const compiled: string[] = [];
  let lose = () => {};
  const lost = new Promise<{ reason: string; message: string }>((resolve) => {
    lose = () => resolve({ reason: 'unknown', message: 'the driver was reset' });
  });
  const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} };
  const same = <Descriptor>(descriptor: Descriptor) => descriptor;
  const device = {
    limits: { ...defaultLimits, ...limits },
    features: new Set(features),
    adapterInfo: {
      vendor: 'fake',
      architecture: '',
      device: '',
      description: 'fake',
      isFallbackAdapter: false,
      subgroupMinSize: 32,
      subgroupMaxSize: 32,
    },
    lost,
    addEventListener() {},
    removeEventListener() {},
    pushErrorScope() {},
    popErrorScope: async () => null,
    destroy() {},
    createBuffer: ({ size }: { size: number }) => ({
      size,
      destroy() {},
      mapAsync: async () => {},
      getMappedRange: (_: number, bytes: number) => new ArrayBuffer(bytes),
      unmap() {},
    }),
    createBindGroupLayout: same,
    createPipelineLayout: same,
    createBindGroup: same,
    createShaderModule: ({ code }: { code: string }) => ({ code, getCompilationInfo: async () => ({ messages: [] }) }),
    async createComputePipelineAsync({ label, layout, compute: { module, constants } }: FakeDescriptor) {
      const reason = refusal?.(module.code);
      if (reason !== undefined) throw new Error(reason);
      compiled.push(module.code);
      const bindings = layout.bindGroupLayouts[0].entries.length;
      onPipeline?.({ label, code: module.code, constants, bindings });
      return {};
    },
    createCommandEncoder: () => ({ beginComputePass: () => pass, copyBufferToBuffer() {}, finish: () => ({}) }),
    queue: {
      submit() {},
      writeBuffer: (_: unknown, __: number, data: ArrayBuffer, offset: number, bytes: number) =>
        onWrite?.(data, offset, bytes),
      onSubmittedWorkDone: async () => {},
    },
  };
  return { gpu: device as unknown as GPUDevice, compiled, lose };
}

/** The constants of WebGPU, where this process has none. */
export const webgpuConstants = {
  GPUBufferUsage: { MAP_READ: 1, MAP_WRITE: 2, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128, INDIRECT: 256 },
  GPUShaderStage: { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 },
  GPUMapMode: { READ: 1, WRITE: 2 },
};
