import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { measureInTurn } from '../measure/rounds.ts';
import { alignedTable } from '../measure/table.ts';
import type { Part } from '../part.ts';
import type { MemoryRecord } from './memory.ts';

/** The process's memory over a training run on one device. */
export interface MemoryResult {
  readonly place: Place;
  readonly device?: string;
  readonly failed?: string;
  readonly looks: readonly MemoryRecord[];
}

export const memoryHeader = ['iteration', 'process, MiB', 'heap, MiB', 'outside it, MiB', 'device, MiB'] as const;

export function memoryRow({ iteration, resident, heap, external, reserved }: MemoryRecord): string[] {
  return [String(iteration), ...[resident, heap, external, reserved].map((bytes) => (bytes / 2 ** 20).toFixed(1))];
}

/** Ent-PPO on a hypergrid of 8 by 8, batch 16: many iterations in their own process. */
export async function runMemory(part: Part, iterations: number): Promise<MemoryResult[]> {
  const results: MemoryResult[] = [];
  for (const place of part.places) {
    const program = () => measureProgram('memory', { place, iterations }, ['--expose-gc']);
    const options = { rounds: 1, seconds: 1, limitSeconds: 3600 };
    const [{ measured }] = await measureInTurn([{ name: place, program }], null, options);
    if ('problem' in measured) results.push({ place, failed: measured.problem, looks: [] });
    else {
      const looks = measured.records as MemoryRecord[];
      results.push({ place, device: looks[0].device, looks });
    }
    part.print(describeMemory(results[results.length - 1]));
  }
  return results;
}

function describeMemory({ place, device = place, failed, looks }: MemoryResult): string {
  if (failed !== undefined) return `${device}: ${failed}\n`;
  return `${device}\n${alignedTable(memoryHeader, looks.map(memoryRow))}\n`;
}
