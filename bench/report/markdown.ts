import { groupBy } from '../../src/cli/group-by.ts';
import { type AuthorsCurves, authorsTable } from '../authors/curves.ts';
import { type SecondsResult, secondsTable } from '../equal-seconds/result.ts';
import { type CurveResult, curveTable } from '../field/curves.ts';
import { ceilingLines, kernelHeader, kernelRow } from '../kernels/table.ts';
import { machineLine } from '../machine.ts';
import { tableMarkdown } from '../measure/figure-table.ts';
import { markdownTable, significant } from '../measure/table.ts';
import { memoryHeader, memoryRow } from '../memory/part.ts';
import type { Figures } from '../run.ts';
import type { StepResult } from '../step/results.ts';
import { stepHeader, stepRow, stepTitle } from '../step/table.ts';
import type { TrainResult } from '../train/results.ts';
import { trainHeader, trainRow } from '../train/table.ts';
import { type Floor, stepFloor, trainFloor } from './floors.ts';

/** The tables in docs/benchmarks.md, by the name of their place there. */
export type Section =
  | 'machine'
  | 'step'
  | 'train'
  | 'field'
  | 'curves'
  | 'equal-seconds'
  | 'authors-seconds'
  | 'equal-trajectories'
  | 'kernels'
  | 'memory'
  | 'profile'
  | 'start'
  | 'growth'
  | 'fused';

/**
 * The tables from a run's figures, so that no number is typed by hand. Missing measurements are left out. A run of other
 * parts than the page begins with leaves its machine as it is: those say their own date.
 */
export function markdownSections(figures: Figures): ReadonlyMap<Section, string> {
  const sections: [Section, string[]][] = [
    ['machine', figures.step || figures.train || figures.kernels ? [about(figures)] : []],
    ['step', stepTables(figures)],
    ['train', trainTables(figures)],
    ['field', (figures.field ?? []).map(tableMarkdown)],
    ['curves', (figures.curves ?? []).flatMap((result) => [tableMarkdown(curveTable(result)), curveImage(result)])],
    ['equal-seconds', secondsTables(figures.equalSeconds)],
    ['authors-seconds', secondsTables(figures.authorsSeconds)],
    [
      'equal-trajectories',
      (figures.equalTrajectories ?? []).flatMap((result) => [
        tableMarkdown(authorsTable(result)),
        picture(result, 'trajectories'),
      ]),
    ],
    ['kernels', kernelTables(figures)],
    ['memory', memoryTables(figures)],
    ['profile', (figures.profile ?? []).map(tableMarkdown)],
    ['start', (figures.start ?? []).map(tableMarkdown)],
    ['growth', (figures.growth ?? []).map(tableMarkdown)],
    ['fused', (figures.fused ?? []).map(tableMarkdown)],
  ];
  return new Map(
    sections.filter(([, tables]) => tables.length > 0).map(([name, tables]) => [name, tables.join('\n\n')]),
  );
}

function about({ machine, date, command }: Figures): string {
  return `**Machine**: ${machineLine(machine)}. **Date**: ${date.slice(0, 10)}. **Command**: \`${command}\`.`;
}

function curveImage({ problem, picture }: CurveResult): string {
  return `![${problem}: log Z - ELBO of flowtape and gfnx against trajectories](images/${picture})`;
}

function secondsTables(results: readonly SecondsResult[] = []): string[] {
  return results.flatMap((result) => [tableMarkdown(secondsTable(result)), picture(result, 'seconds of training')]);
}

function picture({ problem, picture, engines }: SecondsResult | AuthorsCurves, against: string): string {
  const names = engines.map(({ name }) => name).join(' and ');
  return `![${problem}: total variation of ${names} against ${against}](images/${picture})`;
}

function stepTables({ step = [], kernels = [] }: Figures): string[] {
  if (step.length === 0) return [];
  const groups = groupBy(step, ({ problem, place }) => `${problem}/${place}`);
  const row = (result: StepResult) => [...stepRow(result), share(result.total?.median, stepFloor(result, kernels))];
  return [
    ...groups.flatMap((results) => [
      `**${stepTitle(results[0])}**`,
      markdownTable([...stepHeader, 'times the floor'], results.map(row)),
    ]),
    versions(step),
  ];
}

function trainTables({ train = [], kernels = [] }: Figures): string[] {
  if (train.length === 0) return [];
  const row = (result: TrainResult) => [
    result.problem,
    ...trainRow(result),
    share(result.iteration?.median, trainFloor(result, kernels)),
  ];
  const rows = markdownTable(['problem', ...trainHeader, 'times the floor'], train.map(row));
  return [rows, versions(train)];
}

function kernelTables({ kernels = [] }: Figures): string[] {
  return kernels.flatMap((results) => [
    `### ${results.device ?? results.place}`,
    ...(results.failed === undefined
      ? [...ceilingLines(results), markdownTable(kernelHeader, results.kernels.map(kernelRow))]
      : [results.failed]),
  ]);
}

function memoryTables({ memory = [] }: Figures): string[] {
  return memory.flatMap(({ place, device = place, failed, looks }) => [
    `**${device}**`,
    failed ?? markdownTable(memoryHeader, looks.map(memoryRow)),
  ]);
}

/** The time relative to the minimum. */
function share(milliseconds: number | undefined, floor: Floor | undefined): string {
  if (milliseconds === undefined || !floor) return '';
  return `${significant(milliseconds / floor.milliseconds)} (${floor.why}: ${significant(floor.milliseconds)} ms)`;
}

/** The versions of the engines, with their platforms. */
function versions(results: readonly { readonly engine: string; readonly version?: string }[]): string {
  const found = new Set(
    results.flatMap(({ engine, version }) => (version === undefined ? [] : `${engine}: ${version}`)),
  );
  return `Engines: ${[...found].join('; ')}.`;
}
