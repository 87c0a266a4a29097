import type { WebgpuContext } from '../../plan/index.ts';
import type { Variable } from '../../tape/index.ts';
import type { Life } from '../life.ts';
import type { Buffers } from './buffers.ts';
import type { Pipelines } from './pipelines.ts';

/** What an executable needs of its device. */
export interface WebgpuState {
  readonly device: GPUDevice;
  /** What kernels choose their launches by; without subgroups once one with them was refused. */
  context: WebgpuContext;
  readonly buffers: Buffers;
  readonly pipelines: Pipelines;
  readonly counts: { launches: number; submits: number; bindGroups: number };
  readonly life: Life;
  bufferOf(variable: Variable): GPUBuffer;
  /** Whether a variable has its buffer already. */
  holds(variable: Variable): boolean;
  /** Gives a variable's buffer back. */
  forget(variable: Variable): void;
  submit(commands: GPUCommandBuffer): void;
}
