import type { Address, Operand, Plan } from '../../plan/index.ts';
import { elementCount, type Variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import { checkElementCount } from '../check-write.ts';
import type { Device, Executable, Numbers, Replicas } from '../device.ts';
import { SubgroupError } from '../errors.ts';
import { createLife, destroyedByProgram, type Life } from '../life.ts';
import { createUse } from '../release.ts';
import { type Encoded, encode } from './dispatches.ts';
import { planLaunches } from './executable.ts';
import { describePlan, type JointPlan, prepareJointly, replicaPipelines } from './joint-plan.ts';
import { jointQueue } from './joint-queue.ts';
import { maxReplicas } from './max-replicas.ts';
import type { WebgpuState } from './state.ts';
import { stripedMemory } from './striped-memory.ts';

/** Replicas of a webgpu device: see `Device.replicas`. */
export function createReplicas(base: Device, state: WebgpuState, count: number): Replicas {
  checkGiven('replicas', { count }, 'number');
  if (!Number.isSafeInteger(count) || count < 1 || count > maxReplicas) {
    throw new Error(`replicas: a device has a whole number of them, from 1 to ${maxReplicas}, not ${count}.`);
  }
  const { device, buffers, counts } = state;
  const layout = device.createBindGroupLayout({
    entries: [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } }],
  });
  const replication = { count, pipelines: replicaPipelines(state, layout) };
  const firsts = firstReplicas(device, layout, count);
  const memory = stripedMemory(buffers, count);
  const plans: JointPlan[] = [];

  /** One encoder, one pass, one submit. */
  const submit = (work: (pass: GPUComputePassEncoder) => void) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    work(pass);
    pass.end();
    memory.changed();
    state.submit(encoder.finish());
  };
  const queue = jointQueue<JointPlan>(count, (plan, replicas, times) => {
    if (state.life.ended) return;
    const spans = spansOf(replicas, plan.members);
    submit((pass) => {
      for (const [first, last] of spans) {
        pass.setBindGroup(1, firsts[first]);
        plan.encode(pass, times, last - first + 1);
      }
    });
    counts.launches += spans.length * times * plan.launches;
  });

  /** What the replica's own launches are submitted by. */
  const submitAlone = (replica: number) => (parts: readonly Encoded[], times: number) =>
    queue.act(replica, () => {
      submit((pass) => {
        pass.setBindGroup(1, firsts[replica]);
        encode(pass, parts, times, 1);
      });
    });

  const join = async <Outputs extends string>(
    replica: number,
    life: Life,
    plan: Plan<Outputs>,
  ): Promise<Executable<Outputs>> => {
    const variableOf = (variable: Variable) => memory.of(replica, variable);
    const { launchesOf, parts } = await planLaunches(plan, state);
    life.check();
    const bound = parts
      .flatMap(({ launches }) => launches)
      .flatMap(({ bindings }) => bindings.map(({ address }) => address));
    const own: Variable[] = bound.flatMap((address) =>
      address.space === 'variable' && !plan.variables.includes(address.variable) ? [address.variable] : [],
    );
    const fresh = [...new Set([...plan.variables, ...own])].filter((variable) => !memory.holds(replica, variable));
    for (const variable of fresh) variableOf(variable);
    const description = describePlan(plan, parts, variableOf);
    const isSame = (known: JointPlan) =>
      known.members[replica] !== 'present' &&
      known.description.length === description.length &&
      known.description.every((part, i) => part === description[i]);
    let joint = plans.find(isSame);
    try {
      if (!joint) {
        joint = prepareJointly(plan, parts, variableOf, { description, state, replication });
        plans.push(joint);
      }
      joint.members[replica] = 'present';
      await joint.ready;
      life.check();
    } catch (error) {
      if (joint) part(joint, replica);
      for (const variable of fresh) memory.forget(replica, variable);
      throw error;
    }
    for (const { byteOffset, data } of plan.constants) memory.write(replica, joint.arena, byteOffset, data);
    return executableOf({ replica, life, plan, joint, own, launchesOf });
  };
  /** The plan goes on without a replica, and ends with the last. */
  const part = (joint: JointPlan, replica: number) => {
    joint.members[replica] = 'left';
    if (joint.members.includes('present')) return;
    const place = plans.indexOf(joint);
    if (place < 0) return;
    plans.splice(place, 1);
    buffers.destroy(joint.arena);
  };
  const executableOf = <Outputs extends string>({
    replica,
    life,
    plan,
    joint,
    own,
    launchesOf,
  }: Pick<Awaited<ReturnType<typeof planLaunches>>, 'launchesOf'> & {
    readonly replica: number;
    readonly life: Life;
    readonly plan: Plan<Outputs>;
    readonly joint: JointPlan;
    readonly own: Variable[];
  }): Executable<Outputs> => {
    const use = createUse(life, Object.keys(plan.outputs));
    const variableOf = (variable: Variable) => memory.of(replica, variable);
    const read = (address: Address, length: number, dtype: Operand['dtype']): Promise<Numbers> => {
      const buffer = address.space === 'arena' ? joint.arena : variableOf(address.variable).buffer;
      return behind(replica, life, () =>
        memory.read(replica, { buffer, byteOffset: address.byteOffset, length, dtype }),
      );
    };
    let checked: (() => Promise<void>) | undefined;
    return {
      plan,
      launches: joint.launches,
      run(times = 1) {
        use.checkTimes(times);
        queue.run(replica, joint, times);
      },
      read(output) {
        use.checkOutput(output);
        const { address, shape, dtype } = plan.outputs[output];
        return read(address, elementCount(shape), dtype);
      },
      async runChecked() {
        use.check();
        checked ??= (await import('./checked.ts')).checkedRun({
          ...{ plan, own, launchesOf, read, context: state.context },
          dispatchesOf: (launches) => joint.dispatchesOf(launches, variableOf),
          submit: submitAlone(replica),
        });
        await checked();
      },
      release() {
        if (!use.end()) return;
        queue.act(replica, () => {
          part(joint, replica);
          for (const variable of own) memory.forget(replica, variable);
        });
      },
    };
  };
  /** Numbers that are read behind what a replica has asked for so far. */
  const behind = <Result>(replica: number, life: Life, work: () => Promise<Result>): Promise<Result> =>
    life.settled(
      new Promise<Result>((resolve, reject) => {
        queue.act(replica, () => void work().then(resolve, reject));
      }),
    );

  const open = (replica: number): Device => {
    state.life.check();
    const life = createLife();
    // Whatever ends the device ends its replicas.
    state.life.settled(new Promise<never>(() => {})).catch((reason: Error) => life.end(reason));
    queue.enter(replica);
    const open = new Set<Executable>();
    return {
      kind: 'webgpu',
      description: base.description,
      get counts() {
        return base.counts;
      },
      async prepare(plan) {
        life.check();
        const joined = await join(replica, life, plan).catch((error: unknown) => {
          if (!(error instanceof SubgroupError)) throw error;
          // As for a plan alone: from now on, kernels without.
          state.context = { ...state.context, subgroupSize: 0 };
          return join(replica, life, plan);
        });
        open.add(joined as Executable);
        return joined;
      },
      write(variable, data) {
        life.check();
        checkElementCount(variable, data);
        const numbers = variable.dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data);
        const { buffer } = memory.of(replica, variable);
        queue.act(replica, () => memory.write(replica, buffer, 0, numbers));
      },
      async read(variable) {
        life.check();
        const { buffer } = memory.of(replica, variable);
        const { shape, dtype } = variable;
        return behind(replica, life, () =>
          memory.read(replica, { buffer, byteOffset: 0, length: elementCount(shape), dtype }),
        );
      },
      holds: (variable) => memory.holds(replica, variable),
      forget: (variable) => queue.act(replica, () => memory.forget(replica, variable)),
      async finish() {
        life.check();
        await behind(replica, life, () => base.finish());
      },
      destroy() {
        if (life.ended) return;
        queue.drop(replica);
        for (const executable of open) executable.release();
        memory.forgetAll(replica);
        life.end(destroyedByProgram('webgpu'));
      },
    };
  };
  return { count, open, leave: queue.leave };
}

/** The replicas as stretches of neighbours. One that has left the plan is computed with where it lies between two. */
function spansOf(replicas: readonly number[], members: JointPlan['members']): [first: number, last: number][] {
  const spans: [number, number][] = [];
  for (const replica of replicas) {
    const last = spans.at(-1);
    if (last && members.slice(last[1] + 1, replica).every((member) => member === 'left')) last[1] = replica;
    else spans.push([replica, replica]);
  }
  return spans;
}

/** For each replica, the group that says that a dispatch begins with it. */
function firstReplicas(device: GPUDevice, layout: GPUBindGroupLayout, count: number): GPUBindGroup[] {
  const stride = 256;
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'first replicas', size: stride * count, usage });
  const words = new Uint32Array((stride / 4) * count);
  for (let replica = 0; replica < count; replica++) words[(stride / 4) * replica] = replica;
  device.queue.writeBuffer(buffer, 0, words);
  return Array.from({ length: count }, (_, replica) =>
    device.createBindGroup({
      layout,
      entries: [{ binding: 0, resource: { buffer, offset: stride * replica, size: 16 } }],
    }),
  );
}
