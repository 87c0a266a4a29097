import type { Program } from '../../rows/program.ts';
import { type ProgramPlace, record, recordAgain, type Signature } from '../../rows/record.ts';

/** Each throws where a function no longer does what it did when it was recorded first. */
export type Confirmations = (() => void)[];

/**
 * Records a function by itself, so that what is wrong with it is said of it. Programs are made of it when they are needed,
 * some of them much later; `confirmations` gets what sees then that the function is still the same.
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

/** Runs all confirmations, also those that come later. */
export function confirming(confirmations: Confirmations): () => void {
  return () => {
    for (const run of confirmations) run();
  };
}
