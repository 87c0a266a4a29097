import { parseInteger } from './option-values.ts';

/** The option of every command that computes: its flag, and what it does. */
export const threadsFlag = [
  '--threads <N>',
  'threads of the cpu device; results do not depend on them (default: one per core, up to 8)',
] as const;

/** More have no core to run on, on any machine that one device makes sense on. */
const maxThreads = 256;

/** Reads the option; undefined where it was not given. Throws a UsageError. */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInteger('--threads', text, 1, maxThreads);
}
