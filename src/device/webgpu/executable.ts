import { webgpuLoop } from '../../../kernels/webgpu.ts';
import type { Address, Launch, Operand, Plan } from '../../plan/index.ts';
import { kernelSteps, planBytes } from '../../plan/index.ts';
import { elementCount, type Variable } from '../../tape/index.ts';
import type { Executable } from '../device.ts';
import { DeviceLimitError, DeviceMemoryError, SubgroupError, smallerAdvice } from '../errors.ts';
import { createUse } from '../release.ts';
import { storageBytes } from './buffers.ts';
import { bindLaunches, type Dispatch, type Encoded, encode, type Part } from './dispatches.ts';
import { type LaunchesOf, loadKernels } from './kernels.ts';
import { bindingCount } from './pipelines.ts';
import type { WebgpuState } from './state.ts';

export async function prepareExecutable<Outputs extends string>(
  plan: Plan<Outputs>,
  state: WebgpuState,
): Promise<Executable<Outputs>> {
  try {
    return await prepareWith(plan, state);
  } catch (error) {
    if (!(error instanceof SubgroupError)) throw error;
    // An adapter may list subgroups although its compiler does not support them: from now on, use kernels without.
    state.context = { ...state.context, subgroupSize: 0 };
    return prepareWith(plan, state);
  }
}

async function prepareWith<Outputs extends string>(
  plan: Plan<Outputs>,
  state: WebgpuState,
): Promise<Executable<Outputs>> {
  const { device, life, context, buffers, pipelines, counts } = state;
  const { launchesOf, parts } = await planLaunches(plan, state);
  const all = parts.flatMap(({ launches }) => launches);
  checkLimits(plan, all, device.limits);

  const { arena, own } = await reserve(plan, all, state);
  const use = createUse(life, Object.keys(plan.outputs));
  /** Frees everything that belongs only to the plan. */
  const release = () => {
    if (!use.end()) return;
    buffers.destroy(arena);
    for (const variable of own) state.forget(variable);
  };
  const resourceOf = (address: Address, bytes: number): GPUBufferBinding => ({
    buffer: address.space === 'arena' ? arena : state.bufferOf(address.variable),
    offset: address.byteOffset,
    size: Math.max(4, bytes),
  });
  const bind = (launch: Launch, pipeline: GPUComputePipeline): Dispatch => {
    const resources = launch.bindings.map((operand) => resourceOf(operand.address, 4 * elementCount(operand.shape)));
    if (launch.rows?.rows) resources.push(resourceOf(launch.rows.rows.window, 8));
    const layout = pipelines.layoutFor(resources.length);
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    counts.bindGroups++;
    return {
      pipeline,
      group: device.createBindGroup({ label: launch.label, layout, entries }),
      workgroups: launch.workgroups,
    };
  };
  const dispatchesOf = (launches: readonly Launch[]) => bindLaunches(launches, bind, state);
  let encoded: Encoded[];
  try {
    const dispatches = await dispatchesOf(all);
    encoded = parts.map(({ times, launches }) => ({ times, dispatches: dispatches.splice(0, launches.length) }));
  } catch (error) {
    release();
    throw error;
  }

  const perRun = encoded.reduce((sum, { times, dispatches }) => sum + times * dispatches.length, 0);

  /** One encoder, one pass, one submit. */
  const submit = (parts: readonly Encoded[], times: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, parts, times, 1);
    pass.end();
    state.submit(encoder.finish());
  };
  const read = (address: Address, count: number, dtype: Operand['dtype']) =>
    buffers.read(resourceOf(address, 4).buffer, address.byteOffset, count, dtype);

  let checked: (() => Promise<void>) | undefined;

  return {
    plan,
    launches: perRun,
    run(times = 1) {
      use.checkTimes(times);
      submit(encoded, times);
      counts.launches += perRun * times;
    },
    async read(output) {
      use.checkOutput(output);
      const { address, shape, dtype } = plan.outputs[output];
      const numbers = await read(address, elementCount(shape), dtype);
      life.check();
      return numbers;
    },
    async runChecked() {
      use.check();
      // Loaded on demand, since it is rarely used.
      checked ??= (await import('./checked.ts')).checkedRun({
        plan,
        own,
        context,
        launchesOf,
        dispatchesOf,
        submit,
        read,
      });
      await checked();
    },
    release,
  };
}

/** The launches of a plan's steps, in parts, and those of any step alone. */
export async function planLaunches(
  plan: Plan,
  { life, context }: WebgpuState,
): Promise<{ launchesOf: LaunchesOf; parts: readonly Part[] }> {
  life.check();
  const launchesOf = await loadKernels(kernelSteps(plan), context);
  const wholeLoop = plan.steps.some(({ kind }) => kind === 'loop') ? await webgpuLoop() : undefined;
  life.check();
  const parts = plan.steps.map((entry, i): Part => {
    if (entry.kind === 'kernel') return { times: 1, launches: launchesOf(entry.step) };
    const whole = wholeLoop?.(entry.loop, readBehind(plan, i), context);
    if (whole) return { times: 1, launches: whole };
    return { times: entry.loop.max, launches: entry.loop.body.flatMap(launchesOf) };
  });
  return { launchesOf, parts };
}

/**
 * Reserves a plan's arena and variables, and uploads start values. `own` are variables of the launches themselves, used
 * only with the plan.
 *
 * @throws DeviceMemoryError if they don't fit; nothing stays reserved then
 */
async function reserve(
  plan: Plan,
  launches: readonly Launch[],
  state: WebgpuState,
): Promise<{ arena: GPUBuffer; own: Variable[] }> {
  const { device, buffers, life } = state;
  const bound = launches.flatMap(({ bindings }) => bindings).map(({ address }) => address);
  const used = new Set([
    ...plan.variables,
    ...bound.flatMap((address) => (address.space === 'variable' ? [address.variable] : [])),
  ]);
  const fresh = [...used].filter((variable) => !state.holds(variable));
  const own = fresh.filter((variable) => !plan.variables.includes(variable));
  // Uploading to a buffer that could not be reserved would only cause a second error.
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const arena = buffers.create('arena', plan.arenaBytes);
  for (const { byteOffset, data } of plan.constants) buffers.write(arena, byteOffset, data);
  for (const variable of fresh) state.bufferOf(variable);
  const errors = [device.popErrorScope(), device.popErrorScope()];
  const [outOfMemory, invalid] = await life.settled(Promise.all(errors));
  if (!outOfMemory && !invalid) return { arena, own };
  buffers.destroy(arena);
  for (const variable of fresh) state.forget(variable);
  if (!outOfMemory) throw new Error(`webgpu device: the plan is not valid: ${invalid?.message}`);
  const { arena: arenaBytes, variables } = planBytes(plan);
  throw new DeviceMemoryError(
    `webgpu device: the plan needs ${arenaBytes + variables} bytes (${variables} of them variables), more than is free. ` +
      `${smallerAdvice} (${outOfMemory.message})`,
  );
}

/** The operands that are read after the plan's i-th entry. */
function readBehind({ steps, outputs }: Plan, i: number): Operand[] {
  const later = steps.slice(i + 1).flatMap((entry) => (entry.kind === 'kernel' ? [entry.step] : entry.loop.body));
  return [...later.flatMap(({ inputs }) => inputs), ...Object.values(outputs)];
}

/** Refuses a plan that exceeds the device's limits, before anything is reserved. */
export function checkLimits(plan: Plan, launches: readonly Launch[], limits: GPUSupportedLimits): void {
  const refuse = (what: string, needed: number, limit: keyof GPUSupportedLimits) => {
    throw new DeviceLimitError(
      `webgpu device: ${what} ${needed}, but this device's ${limit} is ${limits[limit] as number}. ${smallerAdvice}`,
    );
  };
  const arena = storageBytes(plan.arenaBytes);
  if (arena > limits.maxBufferSize) refuse('the arena takes bytes:', arena, 'maxBufferSize');
  for (const { shape, name } of plan.variables) {
    const bytes = storageBytes(4 * elementCount(shape));
    if (bytes > limits.maxBufferSize) refuse(`variable ${name} takes bytes:`, bytes, 'maxBufferSize');
  }
  for (const launch of launches) {
    const bindings = bindingCount(launch);
    if (bindings > limits.maxStorageBuffersPerShaderStage) {
      refuse(`kernel ${launch.label} binds buffers:`, bindings, 'maxStorageBuffersPerShaderStage');
    }
    const largest = Math.max(...launch.bindings.map((operand) => 4 * elementCount(operand.shape)));
    if (largest > limits.maxStorageBufferBindingSize) {
      refuse(`an operand of kernel ${launch.label} in bytes is`, largest, 'maxStorageBufferBindingSize');
    }
    if (Math.max(...launch.workgroups) > limits.maxComputeWorkgroupsPerDimension) {
      refuse(
        `kernel ${launch.label} needs workgroups:`,
        Math.max(...launch.workgroups),
        'maxComputeWorkgroupsPerDimension',
      );
    }
  }
}
