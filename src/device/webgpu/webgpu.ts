import type { Variable } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';
import { checkElementCount } from '../check-write.ts';
import type { Device } from '../device.ts';
import { describeAdapter, kernelContext, type WebgpuOptions } from './adapter.ts';
import { createBuffers } from './buffers.ts';
import { createPipelines } from './pipelines.ts';
import { prepareReplay } from './replay.ts';
import type { WebgpuState } from './state.ts';

/** Limits that flowtape asks for at the adapter's best: bigger buffers hold bigger plans, workgroups whole rollouts. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
] as const;

/** Features that kernels use where the adapter has them. */
const wantedFeatures: readonly GPUFeatureName[] = ['subgroups'];

/**
 * Opens a device on a WebGPU adapter: `await navigator.gpu.requestAdapter()` in a browser, `requestNodeAdapter()` of
 * `flowtape/node` in Node.
 */
export async function openWebgpuDevice(adapter: GPUAdapter, options: WebgpuOptions = {}): Promise<Device> {
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = wantedFeatures.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  return webgpuDevice(device, describeAdapter(adapter), () => device.destroy(), options);
}

/**
 * Runs flowtape on a GPUDevice of the caller's, which stays the caller's: `destroy` frees flowtape's buffers only.
 * @param description what `Device.description` says
 */
export function webgpuDevice(
  device: GPUDevice,
  description = 'a GPUDevice of the program',
  onDestroy = () => {},
  options: WebgpuOptions = {},
): Device {
  const variables = new Map<Variable, GPUBuffer>();
  const counts = { launches: 0, submits: 0, bindGroups: 0 };
  let failure: Error | undefined;
  let destroyed = false;

  device.lost.then(({ reason, message }) => {
    if (!destroyed) failure ??= new Error(`webgpu device: the GPU was lost (${reason}): ${message}`);
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new Error(`webgpu device: ${error.message}`);
  });

  const throwIfFailed = () => {
    if (failure) throw failure;
    if (destroyed) throw new Error('webgpu device: the device has been destroyed.');
  };
  const submit = (commands: GPUCommandBuffer) => {
    buffers.flush();
    device.queue.submit([commands]);
    counts.submits++;
  };
  const buffers = createBuffers(device, submit);
  const pipelines = createPipelines(device);
  const bufferOf = (variable: Variable): GPUBuffer => {
    const known = variables.get(variable);
    if (known) return known;
    const buffer = buffers.create(variable.name, 4 * elementCount(variable.shape));
    variables.set(variable, buffer);
    if (variable.initial) upload(buffer, variable.initial);
    return buffer;
  };
  const upload = (buffer: GPUBuffer, data: Float32Array | Int32Array) => {
    buffers.flush();
    device.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  };
  const context = kernelContext(device, options);
  const state: WebgpuState = { device, context, buffers, pipelines, counts, bufferOf, submit, throwIfFailed };

  return {
    kind: 'webgpu',
    description,
    get counts() {
      return { ...counts, buffers: buffers.created, pipelines: pipelines.count, bytes: buffers.bytes };
    },
    prepare: (plan) => prepareReplay(plan, state),
    write(variable, data) {
      throwIfFailed();
      checkElementCount(variable, data);
      upload(bufferOf(variable), variable.dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data));
    },
    async read(variable) {
      throwIfFailed();
      const numbers = await buffers.read(bufferOf(variable), 0, elementCount(variable.shape), variable.dtype);
      throwIfFailed();
      return numbers;
    },
    forget(variable) {
      const buffer = variables.get(variable);
      if (!buffer) return;
      variables.delete(variable);
      buffers.destroy(buffer);
    },
    async finish() {
      await device.queue.onSubmittedWorkDone();
      throwIfFailed();
    },
    destroy() {
      destroyed = true;
      for (const buffer of variables.values()) buffers.destroy(buffer);
      variables.clear();
      onDestroy();
    },
  };
}
