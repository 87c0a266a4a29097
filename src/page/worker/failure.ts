import type { FailureReason } from '../protocol.ts';

/** What ends a run, and what kind of thing it is. */
export class RunFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** @throws RunFailure (`not-finite`) where one of an iteration's figures is not finite, naming it and the iteration */
export function expectFinite(figures: Readonly<Record<string, number>>, step: number): void {
  const bad = Object.entries(figures).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  throw new RunFailure(
    'not-finite',
    `The ${bad[0]} of iteration ${step} is ${bad[1]}. A smaller learning rate, or clipping, may keep it finite.`,
  );
}

/** What kind of failure an error is. */
export function reasonOf(error: unknown): FailureReason {
  if (error instanceof RunFailure) return error.reason;
  return /the GPU was lost/.test(textOf(error)) ? 'device-lost' : 'other';
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
