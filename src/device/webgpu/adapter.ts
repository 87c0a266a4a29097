import type { GpuAdapter, GpuDevice } from '../../host-types.ts';
import type { WebgpuContext } from '../../plan/index.ts';

/** Overrides of how kernels are chosen, for tests and comparisons. */
export interface WebgpuOptions {
  /** Whether to choose kernels for an adapter emulated in software. By default, if the adapter says that it is one. */
  readonly emulated?: boolean;
  /** Whether kernels may use subgroups. By default, if the device supports them. */
  readonly subgroups?: boolean;
  /**
   * Whether the rollout of a perceptron is one launch instead of one for each layer and step. By default, if it fits.
   */
  readonly wholeRollouts?: boolean;
}

/** The adapter's own description, such as `NVIDIA H200` or `google swiftshader`. */
export function describeAdapter({ info }: Pick<GpuAdapter, 'info'>): string {
  const named = [info.vendor, info.architecture, info.device].filter((part) => part !== '').join(' ');
  // Firefox hides names, but still says whether an adapter is software.
  const unnamed = `a WebGPU adapter ${info.isFallbackAdapter ? 'in software ' : ''}that does not name itself`;
  return info.description || named || unnamed;
}

/** Whether an adapter is a software emulation of a GPU on the CPU. */
export function isSoftware(adapter: Pick<GpuAdapter, 'info'>): boolean {
  const { isFallbackAdapter, vendor, architecture } = adapter.info;
  const named = `${vendor} ${architecture} ${describeAdapter(adapter)}`;
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(named);
}

/** The properties of a device by which kernels choose their launches. */
export function kernelContext(device: GpuDevice, options: WebgpuOptions): WebgpuContext {
  const { limits, features } = device;
  // Absent in browsers that predate this part of the standard.
  const info = device.adapterInfo as GPUAdapterInfo | undefined;
  const { emulated = info !== undefined && isSoftware({ info }), subgroups = true, wholeRollouts = true } = options;
  const subgroupSize = subgroups && features.has('subgroups') ? (info?.subgroupMinSize ?? 0) : 0;
  return { limits, emulated, subgroupSize, wholeRollouts };
}
