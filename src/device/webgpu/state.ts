import type { WebgpuContext } from '../../plan/index.ts';
import type { Variable } from '../../tape/index.ts';
import type { Buffers } from './buffers.ts';
import type { Pipelines } from './pipelines.ts';

/** What a replay needs of its device. */
export interface WebgpuState {
  readonly device: GPUDevice;
  /** What kernels choose their launches by. */
  readonly context: WebgpuContext;
  readonly buffers: Buffers;
  readonly pipelines: Pipelines;
  readonly counts: { launches: number; submits: number; bindGroups: number };
  bufferOf(variable: Variable): GPUBuffer;
  submit(commands: GPUCommandBuffer): void;
  /** @throws what has gone wrong on the device since it was opened, if anything has */
  throwIfFailed(): void;
}
