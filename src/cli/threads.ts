import { maxReplicas } from '../device/webgpu/max-replicas.ts';
import { parseInteger } from './option-values.ts';

/** The flag `--threads` of every command that computes. */
export const threadsFlag = [
  '--threads <N>',
  'threads of the cpu device; results do not depend on them (default: one per core, up to 8)',
] as const;

/** The flag `--together` of commands that train several runs. */
export const togetherFlag = (preset: string) =>
  [
    '--together <N>',
    'how many runs train at the same time: on the cpu device each on its share of the threads, on a GPU in the launches ' +
      `of one; it changes no run's numbers (default: ${preset})`,
  ] as const;

/** More would not fit on a GPU, where each run is a replica. */
export const maxTogether = maxReplicas;

/** Reads the flag; undefined if it was not given. Throws a UsageError. */
export function parseTogether(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInteger('--together', text, 1, maxTogether);
}

/** No machine has cores for more threads of one device. */
const maxThreads = 256;

/** Reads the flag; undefined if it was not given. Throws a UsageError. */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInteger('--threads', text, 1, maxThreads);
}
