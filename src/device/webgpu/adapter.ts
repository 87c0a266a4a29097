import type { GpuAdapter, GpuDevice } from '../../host-types.ts';
import type { WebgpuContext } from '../../plan/index.ts';

/** How kernels are chosen, where it is not to follow from the device: for tests, and to compare. */
export interface WebgpuOptions {
  /** Whether to choose kernels for an adapter emulated in software. Absent: where the adapter says that it is one. */
  readonly emulated?: boolean;
  /** Whether kernels may use subgroups. Absent: where the device has them. */
  readonly subgroups?: boolean;
  /** Whether the rollout of a perceptron is one launch, not one a layer and step. Absent: yes, where it fits. */
  readonly wholeRollouts?: boolean;
}

/** `NVIDIA H200`, `google swiftshader`: what an adapter says of itself. */
export function describeAdapter({ info }: Pick<GpuAdapter, 'info'>): string {
  const named = [info.vendor, info.architecture, info.device].filter((part) => part !== '').join(' ');
  // Firefox hides names, and still says of an adapter whether it is one in software.
  const unnamed = `a WebGPU adapter ${info.isFallbackAdapter ? 'in software ' : ''}that does not name itself`;
  return info.description || named || unnamed;
}

/** Whether an adapter is a program on the CPU that stands in for a GPU. */
export function isSoftware(adapter: Pick<GpuAdapter, 'info'>): boolean {
  const { isFallbackAdapter, vendor, architecture } = adapter.info;
  const named = `${vendor} ${architecture} ${describeAdapter(adapter)}`;
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(named);
}

/** What kernels are told of a device when they choose their launches. */
export function kernelContext(device: GpuDevice, options: WebgpuOptions): WebgpuContext {
  const { limits, features } = device;
  // Absent where a browser is older than this part of the standard.
  const info = device.adapterInfo as GPUAdapterInfo | undefined;
  const { emulated = info !== undefined && isSoftware({ info }), subgroups = true, wholeRollouts = true } = options;
  const subgroupSize = subgroups && features.has('subgroups') ? (info?.subgroupMinSize ?? 0) : 0;
  return { limits, emulated, subgroupSize, wholeRollouts };
}
