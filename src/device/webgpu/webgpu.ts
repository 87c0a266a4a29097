import type { GpuAdapter, GpuDevice } from '../../host-types.ts';
import type { Variable } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';
import { messageOf } from '../../text/message-of.ts';
import { checkElementCount } from '../check-write.ts';
import type { Device } from '../device.ts';
import { DeviceLostError, DeviceMemoryError, smallerAdvice } from '../errors.ts';
import { createLife, destroyedByProgram } from '../life.ts';
import { describeAdapter, kernelContext, type WebgpuOptions } from './adapter.ts';
import { createBuffers } from './buffers.ts';
import { prepareExecutable } from './executable.ts';
import { createPipelines } from './pipelines.ts';
import type { WebgpuState } from './state.ts';

/**
 * Limits that flowtape requests at the adapter's maximum: larger buffers hold larger plans, larger workgroups whole
 * rollouts.
 */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
] as const;

/** Features that kernels use if the adapter has them. */
const wantedFeatures: readonly GPUFeatureName[] = ['subgroups'];

/**
 * Opens a device on a WebGPU adapter: `await navigator.gpu.requestAdapter()` in a browser, `requestNodeAdapter()` of
 * `flowtape/node` in Node.
 * @throws if the adapter gives no device
 */
export async function openWebgpuDevice(adapter: GpuAdapter, options: WebgpuOptions = {}): Promise<Device> {
  // Loaded on demand, so that bundles which need this check elsewhere do not include it twice.
  if (!adapter?.limits) throw new Error('openWebgpuDevice needs an adapter: await navigator.gpu.requestAdapter()');
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = wantedFeatures.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures }).catch((cause: unknown) => {
    const reason = messageOf(cause);
    throw new Error(
      `webgpu device: ${describeAdapter(adapter)} gives no device: ${reason} An adapter gives one device: ask for an adapter again.`,
      { cause },
    );
  });
  return webgpuDevice(device, describeAdapter(adapter), () => device.destroy(), options);
}

/**
 * Runs flowtape on the caller's own GPUDevice: `destroy` frees only flowtape's buffers.
 * @param description the value of `Device.description`
 */
export function webgpuDevice(
  device: GpuDevice,
  description = 'a GPUDevice of the program',
  onDestroy = () => {},
  options: WebgpuOptions = {},
): Device {
  if (!device?.limits) throw new Error('webgpuDevice needs a GPUDevice: await adapter.requestDevice()');
  const variables = new Map<Variable, GPUBuffer>();
  const counts = { launches: 0, submits: 0, bindGroups: 0 };
  const life = createLife();

  device.lost.then(({ reason, message }) => {
    const why = reason === 'destroyed' ? 'it was destroyed from outside' : reason;
    const text = `webgpu device: the GPU was lost (${why}): ${message}`;
    end(new DeviceLostError(text, 'lost'));
  });
  const onUncaptured = ({ error }: GPUUncapturedErrorEvent) => life.end(uncaptured(error));
  device.addEventListener('uncapturederror', onUncaptured);
  const end = (reason: Error) => {
    life.end(reason);
    // Dawn in Node retains listeners as long as they listen, and with them everything reachable from here.
    device.removeEventListener('uncapturederror', onUncaptured);
  };

  const submit = (commands: GPUCommandBuffer) => {
    buffers.flush();
    device.queue.submit([commands]);
    counts.submits++;
  };
  const buffers = createBuffers(device, life, submit);
  const pipelines = createPipelines(device, life);
  const bufferOf = (variable: Variable): GPUBuffer => {
    const known = variables.get(variable);
    if (known) return known;
    const buffer = buffers.create(variable.name, 4 * elementCount(variable.shape));
    variables.set(variable, buffer);
    if (variable.initial) buffers.write(buffer, 0, variable.initial);
    return buffer;
  };
  const forget = (variable: Variable) => {
    const buffer = variables.get(variable);
    if (buffer) buffers.destroy(buffer);
    variables.delete(variable);
  };
  const context = kernelContext(device, options);
  const state: WebgpuState = {
    ...{ device, life, context, buffers, pipelines, counts, bufferOf, forget, submit },
    holds: (variable) => variables.has(variable),
  };

  return {
    kind: 'webgpu',
    description,
    get counts() {
      return { ...counts, buffers: buffers.created, pipelines: pipelines.count, bytes: buffers.bytes };
    },
    prepare: (plan) => prepareExecutable(plan, state),
    write(variable, data) {
      life.check();
      checkElementCount(variable, data);
      const numbers = variable.dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data);
      buffers.write(bufferOf(variable), 0, numbers);
    },
    async read(variable) {
      life.check();
      const numbers = await buffers.read(bufferOf(variable), 0, elementCount(variable.shape), variable.dtype);
      life.check();
      return numbers;
    },
    holds: state.holds,
    forget,
    async finish() {
      life.check();
      await life.settled(device.queue.onSubmittedWorkDone());
      life.check();
    },
    async replicas(count) {
      return (await import('./replicas.ts')).createReplicas(this, state, count);
    },
    destroy() {
      end(destroyedByProgram('webgpu'));
      buffers.destroyAll();
      variables.clear();
      onDestroy();
    },
  };
}

function uncaptured(error: GPUError): Error {
  const { message } = error;
  if (typeof GPUOutOfMemoryError === 'function' && error instanceof GPUOutOfMemoryError) {
    return new DeviceMemoryError(`webgpu device: the GPU's memory is used up: ${message} ${smallerAdvice}`);
  }
  return new Error(`webgpu device: ${message}`);
}
