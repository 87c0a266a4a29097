import type { Address, Launch, Operand, Plan } from '../../plan/index.ts';
import { elementCount } from '../../tape/index.ts';
import { DeviceMemoryError, smallerAdvice } from '../errors.ts';
import { bindLaunches, type Dispatch, type Encoded, encode, type Part } from './dispatches.ts';
import { checkLimits } from './executable.ts';
import { createPipelines, type Pipelines, withRows } from './pipelines.ts';
import { replicateShader, stripedBytes } from './replicate-shader.ts';
import type { WebgpuState } from './state.ts';
import type { StripedVariable } from './striped-memory.ts';

/** A plan that several replicas run, prepared once. */
export interface JointPlan {
  /** What replicas have in common that share it. */
  readonly description: readonly unknown[];
  /** The tensors of all replicas, in stripes. */
  readonly arena: GPUBuffer;
  /** What each replica is to it. One that has left stays: its numbers are sound, and may be computed with to no end. */
  readonly members: ('present' | 'left' | undefined)[];
  /** Settles when it can be run. */
  readonly ready: Promise<void>;
  /** Launches of one run. */
  readonly launches: number;
  /** Launches of a part of it, for a run that is checked. */
  dispatchesOf(launches: readonly Launch[], variableOf: VariableOf): Promise<Dispatch[]>;
  /** Encodes it. */
  encode(pass: GPUComputePassEncoder, times: number, replicas: number): void;
}

type VariableOf = (variable: (Address & { space: 'variable' })['variable']) => StripedVariable;

/** How many replicas there are, and what compiles their kernels. */
export interface Replication {
  readonly count: number;
  readonly pipelines: Pipelines;
}

/** What has to be equal for two replicas to share a plan, as a list of numbers, texts and buffers. */
export function describePlan(plan: Plan, parts: readonly Part[], variableOf: VariableOf): readonly unknown[] {
  const place = (address: Address) => [
    address.space === 'arena' ? 'arena' : variableOf(address.variable),
    address.byteOffset,
  ];
  const ofLaunch = ({ source, constants, workgroups, bindings, rows }: Launch) => [
    source,
    JSON.stringify(constants),
    ...workgroups,
    ...bindings.flatMap(({ address, shape }) => [...place(address), elementCount(shape)]),
    ...(rows?.rows ? place(rows.rows.window) : ['fixed', rows?.shape[0]]),
  ];
  return [
    plan.arenaBytes,
    ...plan.constants.flatMap(({ byteOffset, data }) => [byteOffset, data.length]),
    ...parts.flatMap(({ times, launches }) => [times, ...launches.flatMap(ofLaunch)]),
    ...Object.entries<Plan['outputs'][string]>(plan.outputs).flatMap(([name, { address, shape }]) => [
      name,
      ...place(address),
      elementCount(shape),
    ]),
  ];
}

/** Begins to prepare a plan for `count` replicas: its memory is reserved, and its pipelines are being compiled. */
export function prepareJointly(
  plan: Plan,
  parts: readonly Part[],
  variableOf: VariableOf,
  {
    description,
    state,
    replication,
  }: Pick<JointPlan, 'description'> & { readonly state: WebgpuState; readonly replication: Replication },
): JointPlan {
  const { device, life, buffers, counts } = state;
  const { count, pipelines } = replication;
  const all = parts.flatMap(({ launches }) => launches);
  checkLimits(plan, all, limitsOfEach(device.limits, count));
  // Uploading into what could not be reserved is an error that only follows from the first.
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const arena = buffers.create('arena', stripedBytes(plan.arenaBytes, count));
  const errors = Promise.all([device.popErrorScope(), device.popErrorScope()]);

  /** A launch for all replicas. The window of its rows is an operand like the others, since all have one of their own. */
  const replicated = (launch: Launch): Launch => {
    const { source, constants } = withRows(launch);
    const { rows: counted, ...rest } = launch;
    const window: Operand[] = counted?.rows ? [{ dtype: 'i32', shape: [2], address: counted.rows.window }] : [];
    return { ...rest, source: replicateShader(source, count), constants, bindings: [...launch.bindings, ...window] };
  };
  const bind = (launch: Launch, pipeline: GPUComputePipeline, variables: VariableOf): Dispatch => {
    const resourceOf = (address: Address, bytes: number): GPUBufferBinding => ({
      buffer: address.space === 'arena' ? arena : variables(address.variable).buffer,
      offset: address.byteOffset * count,
      size: stripedBytes(bytes, count),
    });
    const resources = launch.bindings.map(({ address, shape }) => resourceOf(address, 4 * elementCount(shape)));
    const layout = pipelines.layoutFor(resources.length);
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    counts.bindGroups++;
    const group = device.createBindGroup({ label: launch.label, layout, entries });
    return { pipeline, group, workgroups: launch.workgroups };
  };
  const dispatchesOf = (launches: readonly Launch[], variables: VariableOf): Promise<Dispatch[]> =>
    bindLaunches(launches.map(replicated), (launch, pipeline) => bind(launch, pipeline, variables), {
      device,
      life,
      pipelines,
    });
  let encoded: readonly Encoded[] = [];
  const prepared = async () => {
    const [outOfMemory, invalid] = await life.settled(errors);
    if (outOfMemory) {
      throw new DeviceMemoryError(
        `webgpu device: the plan needs ${stripedBytes(plan.arenaBytes, count)} bytes for ${count} runs at the same time, ` +
          `which the GPU's memory does not hold beside what is in use. Train fewer at a time. ${smallerAdvice}`,
      );
    }
    if (invalid) throw new Error(`webgpu device: the plan is not valid: ${invalid.message}`);
    const dispatches = await dispatchesOf(all, variableOf);
    encoded = parts.map(({ times, launches }) => ({ times, dispatches: dispatches.splice(0, launches.length) }));
  };
  return {
    description,
    arena,
    members: Array.from({ length: count }, () => undefined),
    ready: prepared(),
    get launches() {
      return encoded.reduce((sum, { times, dispatches }) => sum + times * dispatches.length, 0);
    },
    dispatchesOf,
    encode: (pass, times, replicas) => encode(pass, encoded, times, replicas),
  };
}

/** The share of each of `count` replicas in what a device allows. */
function limitsOfEach(limits: GPUSupportedLimits, count: number): GPUSupportedLimits {
  const shared = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;
  const shares = Object.fromEntries(shared.map((name) => [name, Math.floor(limits[name] / count)]));
  return new Proxy(limits, { get: (all, name: keyof GPUSupportedLimits) => shares[name] ?? all[name] });
}

/** Pipelines whose second group says which replica a dispatch begins with. */
export function replicaPipelines({ device, life }: WebgpuState, first: GPUBindGroupLayout): Pipelines {
  const bound = <Name extends keyof GPUDevice>(name: Name) => (device[name] as () => unknown).bind(device);
  const names = ['createBindGroupLayout', 'createShaderModule', 'createComputePipelineAsync'] as const;
  const scopes = ['pushErrorScope', 'popErrorScope'] as const;
  return createPipelines(
    {
      ...Object.fromEntries([...names, ...scopes].map((name) => [name, bound(name)])),
      createPipelineLayout: ({ bindGroupLayouts }: GPUPipelineLayoutDescriptor) =>
        device.createPipelineLayout({ bindGroupLayouts: [...bindGroupLayouts, first] }),
    } as unknown as GPUDevice,
    life,
  );
}
