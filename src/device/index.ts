export type { Gpu, GpuAdapter, GpuDevice, GpuLimits, WasmMemory, WasmModule } from '../host-types.ts';
export { byShape } from './by-shape.ts';
export { type CpuDeviceOptions, defaultMaxThreads, openCpuDevice } from './cpu/cpu.ts';
export type { CpuWorker, StartWorker } from './cpu/threads.ts';
export type { WorkerStart } from './cpu/worker.ts';
export type { Device, DeviceCounts, Executable, Numbers, Replicas } from './device.ts';
export {
  DeviceLimitError,
  type DeviceLossReason,
  DeviceLostError,
  DeviceMemoryError,
  deviceLossOf,
  ShaderError,
} from './errors.ts';
export { type AdapterRequest, type DeviceChoice, type DevicePreference, openDevice } from './open.ts';
export { type Program, program } from './program.ts';
export { openReferenceDevice } from './reference.ts';
export { deviceScope } from './scope.ts';
export { describeAdapter, type WebgpuOptions } from './webgpu/adapter.ts';
export { openWebgpuDevice, webgpuDevice } from './webgpu/webgpu.ts';
