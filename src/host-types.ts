/**
 * The types of WebGPU and WebAssembly that the library's types refer to. A program that has them from its `lib` or from
 * `@webgpu/types` gets its own, which are the standard's; any other gets the shapes below, so that the declarations
 * compile everywhere: with or without `dom`, with Node's types or none.
 */

/** The program's own type of the global constructor of that name; `Shape` if there is none. */
type Global<Name extends string, Shape> =
  typeof globalThis extends Readonly<Record<Name, { readonly prototype: infer Own }>> ? Own : Shape;

type Assembly<Name extends string, Shape> = typeof globalThis extends {
  readonly WebAssembly: Readonly<Record<Name, { readonly prototype: infer Own }>>;
}
  ? Own
  : Shape;

/** `GPU`: provides adapters. */
export type Gpu = Global<'GPU', GpuShape>;
/** `GPUAdapter`: a GPU before it is opened. */
export type GpuAdapter = Global<'GPUAdapter', GpuAdapterShape>;
/** `GPUDevice`: an opened GPU. */
export type GpuDevice = Global<'GPUDevice', GpuDeviceShape>;
/** `GPUSupportedLimits`: the limits of an adapter or a device. */
export type GpuLimits = Global<'GPUSupportedLimits', GpuLimitsShape>;
/** `WebAssembly.Module` */
export type WasmModule = Assembly<'Module', object>;
/** `WebAssembly.Memory` */
export type WasmMemory = Assembly<'Memory', { readonly buffer: ArrayBuffer | SharedArrayBuffer }>;

/** Of `GPU`, for programs without its types. */
export interface GpuShape {
  requestAdapter(options?: {
    readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
    readonly forceFallbackAdapter?: boolean | undefined;
  }): Promise<GpuAdapter | null>;
}

/** Of `GPUAdapter`, for programs without its types. */
export interface GpuAdapterShape {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    readonly isFallbackAdapter: boolean;
  };
  readonly features: ReadonlySet<string>;
  readonly limits: GpuLimits;
  requestDevice(options?: object): Promise<GpuDevice>;
}

/** Of `GPUDevice`, for programs without its types. */
export interface GpuDeviceShape {
  readonly features: ReadonlySet<string>;
  readonly limits: GpuLimits;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  readonly queue: object;
  destroy(): void;
}

/** Of `GPUSupportedLimits`, for programs without its types. */
export interface GpuLimitsShape {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}
