import { webgpuLoop } from '../../../kernels/webgpu.ts';
import type { Address, KernelStep, Launch, Operand, Plan } from '../../plan/index.ts';
import { kernelSteps } from '../../plan/index.ts';
import { elementCount, variable } from '../../tape/index.ts';
import type { Replay } from '../device.ts';
import { describeStep } from '../finite.ts';
import { loadKernels } from './kernels.ts';
import { bindingCount } from './pipelines.ts';
import type { WebgpuState } from './state.ts';

/** A launch ready to be encoded. */
interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** What is encoded, in order: dispatches, and loops over them. */
type Encoded = { readonly times: number; readonly dispatches: readonly Dispatch[] };

export async function prepareReplay<Outputs extends string>(
  plan: Plan<Outputs>,
  state: WebgpuState,
): Promise<Replay<Outputs>> {
  const { device, context, buffers, pipelines, counts } = state;
  const launchesOf = await loadKernels(kernelSteps(plan), context);
  const wholeLoop = plan.steps.some(({ kind }) => kind === 'loop') ? await webgpuLoop() : undefined;
  state.throwIfFailed();
  const parts = plan.steps.map((entry, i): Part => {
    if (entry.kind === 'kernel') return { times: 1, launches: launchesOf(entry.step) };
    const whole = wholeLoop?.(entry.loop, readBehind(plan, i), context);
    if (whole) return { times: 1, launches: whole };
    return { times: entry.loop.most, launches: entry.loop.body.flatMap(launchesOf) };
  });
  checkLimits(
    plan,
    parts.flatMap(({ launches }) => launches),
    device.limits,
  );

  device.pushErrorScope('out-of-memory');
  const arena = buffers.create('arena', plan.arenaBytes);
  const outOfMemory = await device.popErrorScope();
  if (outOfMemory) {
    buffers.destroy(arena);
    throw new Error(`webgpu device: the plan's arena of ${plan.arenaBytes} bytes does not fit into the GPU's memory.`);
  }
  for (const { byteOffset, data } of plan.constants) {
    device.queue.writeBuffer(arena, byteOffset, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }

  const resourceOf = (address: Address, bytes: number): GPUBufferBinding => ({
    buffer: address.space === 'arena' ? arena : state.bufferOf(address.variable),
    offset: address.byteOffset,
    size: Math.max(4, bytes),
  });
  const bind = async (launch: Launch): Promise<Dispatch> => {
    const pipeline = await pipelines.compile(launch);
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
  device.pushErrorScope('validation');
  // All pipelines are asked for before any is waited for: they are compiled side by side.
  const encoded: Encoded[] = await Promise.all(
    parts.map(async ({ times, launches }) => ({ times, dispatches: await Promise.all(launches.map(bind)) })),
  );
  const invalid = await device.popErrorScope();
  if (invalid) throw new Error(`webgpu device: the plan is not valid: ${invalid.message}`);
  for (const used of plan.variables) state.bufferOf(used);

  const perReplay = encoded.reduce((sum, { times, dispatches }) => sum + times * dispatches.length, 0);

  /** One encoder, one pass, one submit. */
  const submit = (parts: readonly Encoded[], times: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let pipeline: GPUComputePipeline | undefined;
    for (let i = 0; i < times; i++) {
      for (const part of parts) {
        for (let k = 0; k < part.times; k++) {
          for (const dispatch of part.dispatches) {
            if (dispatch.pipeline !== pipeline) pass.setPipeline(dispatch.pipeline);
            pipeline = dispatch.pipeline;
            pass.setBindGroup(0, dispatch.group);
            pass.dispatchWorkgroups(dispatch.workgroups[0], dispatch.workgroups[1], dispatch.workgroups[2]);
          }
        }
      }
    }
    pass.end();
    state.submit(encoder.finish());
  };
  const read = (address: Address, count: number, dtype: Operand['dtype']) =>
    buffers.read(resourceOf(address, 4).buffer, address.byteOffset, count, dtype);

  const bad = variable('numbers that are not finite', 'i32', [1]);
  const checked = new Map<KernelStep, Promise<Dispatch[]>>();
  const dispatchesOf = (step: KernelStep) => {
    const known = checked.get(step) ?? Promise.all(launchesOf(step).map(bind));
    checked.set(step, known);
    return known;
  };
  /** Runs one step by itself, then counts what it made that is not finite. */
  const runAndCheck = async (step: KernelStep) => {
    submit([{ times: 1, dispatches: await dispatchesOf(step) }], 1);
    for (const operand of [...step.outputs, ...step.writes]) {
      if (operand.dtype !== 'f32') continue;
      const output: Operand = {
        dtype: 'i32',
        shape: [1],
        address: { space: 'variable', variable: bad, byteOffset: 0 },
      };
      const count: KernelStep<'countNonFinite'> = {
        kernel: 'countNonFinite',
        attributes: null,
        inputs: [operand],
        outputs: [output],
        writes: [],
      };
      const countsOf = await loadKernels([count as KernelStep], context);
      submit([{ times: 1, dispatches: await Promise.all(countsOf(count as KernelStep).map(bind)) }], 1);
      const [found] = await read(output.address, 1, 'i32');
      if (found > 0) throw new Error(`${describeStep(step)} made ${found} numbers that are not finite.`);
    }
  };

  return {
    plan,
    launches: perReplay,
    run(times = 1) {
      state.throwIfFailed();
      submit(encoded, times);
      counts.launches += perReplay * times;
    },
    async read(output) {
      const { address, shape, dtype } = plan.outputs[output];
      const numbers = await read(address, elementCount(shape), dtype);
      state.throwIfFailed();
      return numbers;
    },
    async runChecked() {
      for (const entry of plan.steps) {
        if (entry.kind === 'kernel') {
          await runAndCheck(entry.step);
          continue;
        }
        const { most, window, body } = entry.loop;
        for (let i = 0; i < most && (await read(window, 2, 'i32'))[1] > 0; i++) {
          for (const step of body) await runAndCheck(step);
        }
      }
    },
    release: () => buffers.destroy(arena),
  };
}

/** Launches that are encoded together, `times` over. */
interface Part {
  readonly times: number;
  readonly launches: readonly Launch[];
}

/** What is read behind a plan's i-th entry. */
function readBehind({ steps, outputs }: Plan, i: number): Operand[] {
  const later = steps.slice(i + 1).flatMap((entry) => (entry.kind === 'kernel' ? [entry.step] : entry.loop.body));
  return [...later.flatMap(({ inputs }) => inputs), ...Object.values(outputs)];
}

/** Refuses, before anything is reserved, a plan that the device's limits don't hold. */
function checkLimits(plan: Plan, launches: readonly Launch[], limits: GPUSupportedLimits): void {
  const refuse = (what: string, needed: number, limit: keyof GPUSupportedLimits) => {
    throw new Error(
      `webgpu device: ${what} ${needed}, but this device's ${limit} is ${limits[limit] as number}. ` +
        'Make the batch or the network smaller, or use a device with higher limits.',
    );
  };
  if (plan.arenaBytes > limits.maxBufferSize) refuse('the arena in bytes is', plan.arenaBytes, 'maxBufferSize');
  for (const { shape, name } of plan.variables) {
    const bytes = 4 * elementCount(shape);
    if (bytes > limits.maxBufferSize) refuse(`variable ${name} in bytes is`, bytes, 'maxBufferSize');
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
