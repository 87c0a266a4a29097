import type { LoopHint, Variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Address, KernelStep, Operand } from './step.ts';

/** A loop's body, run until its window holds no rows, at most `max` times. */
export interface LoopStep {
  readonly label: string;
  readonly max: number;
  /** i32 [start, count]. */
  readonly window: Address;
  readonly body: readonly KernelStep[];
  readonly hint?: LoopHint | undefined;
}

export type PlanStep =
  | { readonly kind: 'kernel'; readonly step: KernelStep }
  | { readonly kind: 'loop'; readonly loop: LoopStep };

/**
 * A compiled tape: the steps in order, and the address of every number. It names no device; each device prepares it for
 * itself. Its size is known before anything runs.
 */
export interface Plan<Outputs extends string = string> {
  readonly steps: readonly PlanStep[];
  /** Bytes of the arena: constants, packed gradients and everything temporary. */
  readonly arenaBytes: number;
  /** The constants to upload before the first run. All other bytes start as 0. */
  readonly constants: readonly PlanConstant[];
  /** Every variable that the plan reads or writes. */
  readonly variables: readonly Variable[];
  /** The tensors that can be read after a run. */
  readonly outputs: Readonly<Record<Outputs, Operand>>;
  /** Each arena tensor's place and the steps between which it lives, for tests and profiles. */
  readonly placements: readonly Placement[];
}

/** Numbers that are uploaded before the first run. */
export interface PlanConstant {
  readonly byteOffset: number;
  readonly data: Float32Array | Int32Array;
  /** For messages: the operation that computed them at compile time; absent if they were given. */
  readonly madeBy?: string | undefined;
}

export interface Placement {
  readonly label: string;
  readonly byteOffset: number;
  readonly bytes: number;
  /** First and last position, counted in kernel steps, at which its bytes are in use. */
  readonly from: number;
  readonly to: number;
}

/** Every kernel step of a plan; a loop's body counts once. */
export function kernelSteps(plan: Plan): KernelStep[] {
  return plan.steps.flatMap((entry) => (entry.kind === 'kernel' ? [entry.step] : [...entry.loop.body]));
}

/** Bytes of the plans' arenas and variables; shared variables count once. */
export function planBytes(...plans: readonly Plan[]): { arena: number; variables: number } {
  for (const plan of plans) checkGiven('planBytes', { plan }, { variables: 'list' });
  const variables = [...new Set(plans.flatMap((plan) => plan.variables))];
  return {
    arena: plans.reduce((sum, { arenaBytes }) => sum + arenaBytes, 0),
    variables: variables.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0),
  };
}
