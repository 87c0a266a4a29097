import { cpus } from 'node:os';

/**
 * The machine's processor, as "AMD EPYC, 2 threads": seconds on one say nothing about seconds on another. Undefined where
 * the system does not tell.
 */
export function processorName(): string | undefined {
  const found = cpus();
  const model = found[0]?.model.trim().replaceAll(/\s+/g, ' ');
  if (!model) return undefined;
  return `${model}, ${found.length} ${found.length === 1 ? 'thread' : 'threads'}`;
}
