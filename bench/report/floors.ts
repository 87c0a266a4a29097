import type { KernelResults } from '../kernels/results.ts';
import type { StepResult } from '../step/results.ts';
import type { TrainResult } from '../train/results.ts';

/** The minimum time of something on this machine, in milliseconds, with its explanation. */
export interface Floor {
  readonly milliseconds: number;
  readonly why: string;
}

/** On the cpu: its operations at the rate of the pure multiply-add loop, on all threads. */
export function cpuFloor(flops: number, kernels: readonly KernelResults[]): Floor | undefined {
  const ceilings = kernels.find(({ place }) => place === 'cpu')?.ceilings;
  if (!ceilings) return undefined;
  return { milliseconds: flops / ceilings.gigaflopsPerSecond / 1e6, why: 'operations' };
}

/** On a GPU: its operations, or its consecutive launches, whichever takes longer. */
export function webgpuFloor(flops: number, launches: number, kernels: readonly KernelResults[]): Floor | undefined {
  const { ceilings, costs } = kernels.find(({ place }) => place === 'webgpu') ?? {};
  if (!ceilings || !costs) return undefined;
  const operations = flops / ceilings.gigaflopsPerSecond / 1e6;
  const launching = launches * costs.launch.median;
  return operations > launching
    ? { milliseconds: operations, why: 'operations' }
    : { milliseconds: launching, why: `${launches} launches` };
}

export function stepFloor(result: StepResult, kernels: readonly KernelResults[]): Floor | undefined {
  if (result.place === 'cpu') return cpuFloor(result.flops, kernels);
  if (result.place === 'webgpu' && result.launches) return webgpuFloor(result.flops, result.launches, kernels);
  return undefined;
}

/** For training on the cpu; on a GPU launches depend on the batch's longest trajectory. */
export function trainFloor({ engine, flops }: TrainResult, kernels: readonly KernelResults[]): Floor | undefined {
  return flops !== undefined && !engine.includes('webgpu') ? cpuFloor(flops, kernels) : undefined;
}
