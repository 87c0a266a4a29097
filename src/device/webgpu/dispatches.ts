import type { Launch } from '../../plan/index.ts';
import type { WebgpuState } from './state.ts';

/** Launches that are encoded together, repeated `times` times. */
export interface Part {
  readonly times: number;
  readonly launches: readonly Launch[];
}

/** A launch, ready to encode. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** A sequence to encode: dispatches, and loops over them. */
export type Encoded = { readonly times: number; readonly dispatches: readonly Dispatch[] };

/**
 * Compiles and binds launches. All pipelines are requested before any is awaited, so that they compile in parallel.
 * @throws Error if WebGPU refuses what `bind` makes
 */
export async function bindLaunches(
  launches: readonly Launch[],
  bind: (launch: Launch, pipeline: GPUComputePipeline) => Dispatch,
  { device, life, pipelines }: Pick<WebgpuState, 'device' | 'life' | 'pipelines'>,
): Promise<Dispatch[]> {
  const compiled = await Promise.all(launches.map((launch) => pipelines.compile(launch)));
  life.check();
  // The scope is closed before anything is awaited, or plans prepared at the same time would take each other's errors.
  device.pushErrorScope('validation');
  const bound = launches.map((launch, i) => bind(launch, compiled[i]));
  const invalid = await life.settled(device.popErrorScope());
  if (invalid) throw new Error(`webgpu device: the plan is not valid: ${invalid.message}`);
  return bound;
}

/**
 * Encodes parts `times` over, for so many replicas. Kernels use two dimensions of the grid; replicas are the third.
 */
export function encode(pass: GPUComputePassEncoder, parts: readonly Encoded[], times: number, replicas: number): void {
  let present: GPUComputePipeline | undefined;
  for (let i = 0; i < times; i++) {
    for (const part of parts) {
      for (let k = 0; k < part.times; k++) {
        for (const { pipeline, group, workgroups } of part.dispatches) {
          if (pipeline !== present) pass.setPipeline(pipeline);
          present = pipeline;
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(workgroups[0], workgroups[1], replicas);
        }
      }
    }
  }
}
