export { type CompileOptions, compile } from './compile.ts';
export type {
  CpuContext,
  CpuExports,
  CpuKernel,
  CpuKernels,
  CpuParallel,
  Cut,
  Launch,
  ReferenceContext,
  ReferenceKernel,
  ReferenceKernels,
  WebgpuContext,
  WebgpuKernel,
  WebgpuKernelOrigins,
  WebgpuKernels,
} from './kernel.ts';
export { kernelSteps, type LoopStep, type Placement, type Plan, type PlanStep, planBytes } from './plan.ts';
export type {
  Address,
  FusedInstruction,
  FusedOperand,
  FusedProgram,
  KernelAttributes,
  KernelName,
  KernelStep,
  Operand,
} from './step.ts';
