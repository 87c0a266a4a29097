/**
 * Devices and chemistry for Node: Dawn, worker threads, RDKit.
 * @module flowtape/node
 */

import { type AdapterRequest, type DeviceChoice, type DevicePreference, openDevice } from '../device/open.ts';
import { checkNames } from '../options/index.ts';
import { messageOf } from '../text/message-of.ts';
import { defaultThreads, openNodeCpuDevice } from './cpu.ts';
import { requestNodeAdapter } from './webgpu.ts';

export { openNodeChemistry } from './chemistry.ts';
export { openNodeCpuDevice } from './cpu.ts';
export { loadRun, loadSampler } from './load-folder.ts';
export { type CommandRewardOptions, commandReward } from './reward/command-reward.ts';
export { type HttpRewardOptions, httpReward } from './reward/http-reward.ts';
export type { OutsideReward, OutsideRewardOptions } from './reward/outside-reward.ts';
export { type NodeGpuOptions, openNodeGpu, requestNodeAdapter } from './webgpu.ts';

/** Options for opening a device in Node. */
export interface NodeDeviceOptions {
  /** Threads of the cpu device: see `CpuDeviceOptions`. */
  readonly threads?: number | undefined;
  /** Fused multiply-adds of the cpu device: see `CpuDeviceOptions`. */
  readonly fusedMultiplyAdd?: boolean | undefined;
}

/**
 * `openDevice` for Node: looks for a GPU through the optional package `webgpu`. With `auto`, a machine without that
 * package gets the cpu device.
 *
 * @throws if `webgpu` is requested, and the package or an adapter is missing
 */
export async function openNodeDevice(
  preference: DevicePreference = 'auto',
  options: NodeDeviceOptions = {},
): Promise<DeviceChoice> {
  checkNames('openNodeDevice', options, ['threads', 'fusedMultiplyAdd']);
  const { threads, fusedMultiplyAdd } = options;
  const openCpu = () => openNodeCpuDevice({ threads: threads ?? defaultThreads(), fusedMultiplyAdd });
  if (preference !== 'auto') return openDevice(preference, requestNodeAdapter, openCpu);
  let missing: string | undefined;
  const request: AdapterRequest = async () => {
    try {
      return await requestNodeAdapter();
    } catch (cause) {
      missing = messageOf(cause);
      return undefined;
    }
  };
  const choice = await openDevice(preference, request, openCpu);
  return missing === undefined ? choice : { ...choice, why: `there is no WebGPU here (${missing})` };
}
