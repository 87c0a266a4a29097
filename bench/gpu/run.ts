import { runProgram } from '../measure/child.ts';
import { alignedTable } from '../measure/table.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import type { Block, GpuContext, GpuFigures, GpuOptions, GpuPart, Item, ItemResult } from './part.ts';

export interface RunHooks {
  print(text: string): void;
  /** Saves the figures; called after every item, so that an interrupted run is not lost. */
  save(figures: GpuFigures): Promise<void>;
  /** Tests replace it. */
  readonly run?: typeof runProgram | undefined;
  /** A clock in seconds. Tests replace it. */
  readonly now?: (() => number) | undefined;
}

/**
 * Runs the requested parts, each within its time, and adds the results to `figures`. Items that already have records
 * are skipped; failed or missing ones are tried again.
 */
export async function runGpuParts(
  parts: readonly GpuPart[],
  options: GpuOptions,
  start: GpuFigures,
  { print, save, run = runProgram, now = () => performance.now() / 1000 }: RunHooks,
): Promise<GpuFigures> {
  let figures = start;
  await inTemporaryFolder(async (folder) => {
    for (const part of parts) {
      // On an emulated GPU everything takes long, and every result counts.
      const end = now() + (options.small ? 3600 : part.seconds);
      const context: GpuContext = { ...options, folder };
      for (const item of await part.items(context)) {
        const known = figures.gpu[part.name] ?? [];
        if (known.some(({ name, measured }) => name === item.name && 'records' in measured)) continue;
        const begun = now();
        const measured = await measureItem(item, Math.min(item.limitSeconds, end - begun), run);
        const result: ItemResult = { name: item.name, about: item.about ?? {}, measured, seconds: now() - begun };
        const others = known.filter(({ name }) => name !== item.name);
        figures = { ...figures, gpu: { ...figures.gpu, [part.name]: [...others, result] } };
        await save(figures);
      }
      print(partText(part, figures));
    }
  });
  return figures;
}

/** Too short to start a process. */
const minSeconds = 1;

async function measureItem({ program }: Item, limit: number, run: typeof runProgram): Promise<ItemResult['measured']> {
  if ('missing' in program) return { problem: program.missing };
  if (limit < minSeconds) return { problem: "the part's time was over; run the command again to measure it" };
  return run(program, limit);
}

/** A part's results for the terminal. */
export function partText(part: GpuPart, { gpu, peak }: GpuFigures): string {
  const blocks = part.blocks(gpu[part.name] ?? [], { gpu, peak });
  return `${part.title}\n${blocks.map(blockText).join('\n')}\n`;
}

function blockText(block: Block): string {
  return typeof block === 'string' ? block : alignedTable(block.header, block.rows);
}
