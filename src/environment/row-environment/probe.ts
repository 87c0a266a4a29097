import type { Program } from '../../rows/program.ts';
import { type ProgramPlace, record, recordAgain, type Signature } from '../../rows/record.ts';

/** Each throws if a function no longer does what it did when it was first recorded. */
export type Confirmations = (() => void)[];

/**
 * Records a function by itself, so that errors name it. Programs are made from it when they are needed, which may be
 * much later; `confirmations` collects the check that the function is then still the same.
 */
export function probe<const S extends Signature>(
  confirmations: Confirmations,
  place: ProgramPlace,
  signature: S,
  body: Parameters<typeof record<S>>[2],
): Program {
  const program = record(place, signature, body);
  confirmations.push(() => recordAgain(program, signature, body));
  return program;
}

/** Runs all confirmations, including those added later. */
export function confirming(confirmations: Confirmations): () => void {
  return () => {
    for (const run of confirmations) run();
  };
}
