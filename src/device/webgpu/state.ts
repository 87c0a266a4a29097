import type { WebgpuContext } from '../../plan/index.ts';
import type { Variable } from '../../tape/index.ts';
import type { Life } from '../life.ts';
import type { Buffers } from './buffers.ts';
import type { Pipelines } from './pipelines.ts';

/** An executable's view of its device. */
export interface WebgpuState {
  readonly device: GPUDevice;
  /** The properties by which kernels choose their launches; without subgroups once a kernel with them was refused. */
  context: WebgpuContext;
  readonly buffers: Buffers;
  readonly pipelines: Pipelines;
  readonly counts: { launches: number; submits: number; bindGroups: number };
  readonly life: Life;
  bufferOf(variable: Variable): GPUBuffer;
  /** Whether a variable has a buffer. */
  holds(variable: Variable): boolean;
  /** Frees a variable's buffer. */
  forget(variable: Variable): void;
  submit(commands: GPUCommandBuffer): void;
}
