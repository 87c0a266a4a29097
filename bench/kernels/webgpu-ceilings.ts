import type { Ceilings } from './ceilings.ts';

const groupSize = 64;
/** Independent chains of one float32 in each invocation: more would not fit the registers of an emulated adapter. */
const chains = 8;
/** Steps of each chain per iteration, since the loop itself has a cost on an emulated adapter. */
const steps = 16;

// Not fma(): an emulated adapter calls a function for it, while compilers for GPUs make this one instruction.
const multiplyAdd = `
@group(0) @binding(0) var<storage, read_write> results: array<f32>;
@group(0) @binding(1) var<storage, read_write> turns: array<u32>;

@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = 0.9999f;
  let y = 0.0001f;
${Array.from({ length: chains }, (_, i) => `  var a${i} = f32(id.x) + ${i}.0;`).join('\n')}
  let most = turns[0];
  for (var turn = 0u; turn < most; turn++) {
${Array.from({ length: chains * steps }, (_, i) => `    a${i % chains} = a${i % chains} * x + y;`).join('\n')}
  }
  results[id.x] = ${Array.from({ length: chains }, (_, i) => `a${i}`).join(' + ')};
}
`;

const copy = `
@group(0) @binding(0) var<storage, read_write> to: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> from_: array<vec4f>;

@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  to[id.x] = from_[id.x];
}
`;

/** The peak rates of an adapter: a loop of multiply-adds in registers, and a copy of a buffer. */
export async function measureWebgpuCeilings(adapter: GPUAdapter): Promise<Ceilings> {
  const device = await adapter.requestDevice();
  const invocations = 2 ** 16;
  const copied = 2 ** 20;
  const [results, turns, to, from] = [4 * invocations, 16, 16 * copied, 16 * copied].map((size) =>
    device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }),
  );
  const loop = await prepare(device, multiplyAdd, [results, turns]);
  const copying = await prepare(device, copy, [to, from]);
  // As many iterations as take about ten milliseconds: a GPU is a thousand times as fast as an emulated one.
  let count = 1;
  const loopOnce = async () => {
    device.queue.writeBuffer(turns, 0, Uint32Array.of(count));
    return loop(invocations / groupSize);
  };
  await loopOnce();
  while (count < 2 ** 16 && (await loopOnce()) < 10) count *= 2;
  const flops = invocations * count * chains * steps * 2;
  const looped = await fastest(loopOnce);
  await copying(copied / groupSize);
  const copiedIn = await fastest(() => copying(copied / groupSize));
  device.destroy();
  return {
    gigaflopsPerSecond: flops / looped / 1e6,
    gigabytesPerSecond: (2 * 16 * copied) / copiedIn / 1e6,
    how: 'multiplications and additions in WGSL, a copy of 16 MiB in WGSL',
  };
}

/**
 * Returns a function that runs a shader over this many workgroups and returns the milliseconds until it has finished.
 */
async function prepare(device: GPUDevice, code: string, buffers: readonly GPUBuffer[]) {
  const module = device.createShaderModule({ code });
  const compute = { module, entryPoint: 'main' };
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return async (workgroups: number) => {
    const begun = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - begun;
  };
}

/** Milliseconds. */
async function fastest(run: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 9; i++) best = Math.min(best, await run());
  return best;
}
