import { parseInteger } from './option-values.ts';

/** The flag `--threads` of every command that computes. */
export const threadsFlag = [
  '--threads <N>',
  'threads of the cpu device; results do not depend on them (default: one per core, up to 8)',
] as const;

/** No machine has cores for more threads of one device. */
const maxThreads = 256;

/** Reads the flag; undefined if it was not given. Throws a UsageError. */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInteger('--threads', text, 1, maxThreads);
}
