import { ceilingLines, kernelHeader, kernelRow } from '../kernels/table.ts';
import { machineLine } from '../machine.ts';
import { markdownTable, significant } from '../measure/table.ts';
import { memoryHeader, memoryRow } from '../memory/part.ts';
import type { Figures } from '../run.ts';
import type { StepResult } from '../step/results.ts';
import { stepHeader, stepRow, stepTitle } from '../step/table.ts';
import type { TrainResult } from '../train/results.ts';
import { trainHeader, trainRow } from '../train/table.ts';
import { type Floor, stepFloor, trainFloor } from './floors.ts';

/** The tables of docs/benchmarks.md out of a run's figures, so that no number is typed by hand. */
export function reportMarkdown(figures: Figures): string {
  const { date, machine, command } = figures;
  const lines = [
    `**Machine**: ${machineLine(machine)}. **Date**: ${date.slice(0, 10)}. **Command**: \`${command}\`.`,
    ...stepSections(figures),
    ...trainSections(figures),
    ...kernelSections(figures),
    ...memorySections(figures),
  ];
  return lines.join('\n\n');
}

function stepSections({ step = [], kernels = [] }: Figures): string[] {
  if (step.length === 0) return [];
  const groups = grouped(step, ({ problem, place }) => `${problem}/${place}`);
  const row = (result: StepResult) => [...stepRow(result), share(result.total?.median, stepFloor(result, kernels))];
  return [
    '## A training step',
    ...groups.flatMap((results) => [
      `**${stepTitle(results[0])}**`,
      markdownTable([...stepHeader, 'times the floor'], results.map(row)),
    ]),
    versions(step),
  ];
}

function trainSections({ train = [], kernels = [] }: Figures): string[] {
  if (train.length === 0) return [];
  const row = (result: TrainResult) => [
    result.problem,
    ...trainRow(result),
    share(result.iteration?.median, trainFloor(result, kernels)),
  ];
  const rows = markdownTable(['problem', ...trainHeader, 'times the floor'], train.map(row));
  return ['## Training', rows, versions(train)];
}

function kernelSections({ kernels = [] }: Figures): string[] {
  return kernels.flatMap((results) => [
    `## Kernels, ${results.device ?? results.place}`,
    ...(results.failed === undefined
      ? [...ceilingLines(results), markdownTable(kernelHeader, results.kernels.map(kernelRow))]
      : [results.failed]),
  ]);
}

function memorySections({ memory = [] }: Figures): string[] {
  return memory.flatMap(({ place, device = place, failed, looks }) => [
    `## Memory, ${device}`,
    failed ?? markdownTable(memoryHeader, looks.map(memoryRow)),
  ]);
}

/** How far from the floor: the time over it. */
function share(milliseconds: number | undefined, floor: Floor | undefined): string {
  if (milliseconds === undefined || !floor) return '';
  return `${significant(milliseconds / floor.milliseconds)} (${floor.why}: ${significant(floor.milliseconds)} ms)`;
}

/** Which version each engine was, and on what. */
function versions(results: readonly { readonly engine: string; readonly version?: string }[]): string {
  const found = new Set(
    results.flatMap(({ engine, version }) => (version === undefined ? [] : `${engine}: ${version}`)),
  );
  return `Engines: ${[...found].join('; ')}.`;
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}
