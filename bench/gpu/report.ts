import { machineLine } from '../machine.ts';
import { markdownTable } from '../measure/table.ts';
import type { Block, GpuFigures } from './part.ts';
import { gpuParts } from './parts.ts';

/** The figures of `bench -- gpu` for their places in docs/benchmarks.md. */
export function gpuSections(figures: GpuFigures): ReadonlyMap<string, string> {
  const { date, machine, gpu, small } = figures;
  const about = `**Machine**: ${machineLine(machine)}. **Date**: ${date.slice(0, 10)}.${small ? ' **Tiny sizes.**' : ''}`;
  const parts = gpuParts.filter(({ name }) => (gpu[name] ?? []).length > 0);
  const texts = parts.flatMap((part) => [`### ${part.title}`, ...part.blocks(gpu[part.name], figures).map(blockText)]);
  return new Map([['gpu', [about, ...texts].join('\n\n')]]);
}

function blockText(block: Block): string {
  return typeof block === 'string' ? block : markdownTable(block.header, block.rows);
}
