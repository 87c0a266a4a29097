import { isAbsolute, join, relative } from 'node:path';
import { figure, html, type Markup, page, pairs, table } from '../page.ts';
import { runFiles } from '../run-folder.ts';
import { counted, formatCount, formatDuration, formatFigure, sampledFigures } from '../text.ts';
import {
  type ComparedMethod,
  type ComparedRun,
  type Comparison,
  type LeftOut,
  stepOf,
  trajectoriesOf,
} from './comparison.ts';
import { lastOf, metricTable, metricUnits } from './metric-table.ts';

/** A drawing of a comparison. */
export interface ComparisonPicture {
  readonly name: string;
  readonly svg: string;
}

/** What the report of a comparison has besides its runs. */
export interface ReportContext {
  /** Its folder. */
  readonly folder: string;
  readonly leftOut: readonly LeftOut[];
  readonly pictures: readonly ComparisonPicture[];
}

/** The report of a comparison as one HTML file that loads nothing: last figures, pictures, settings, runs. */
export function comparisonReport(
  { title, iterations, methods }: Comparison,
  { folder, leftOut, pictures }: ReportContext,
): string {
  const runs = methods.flatMap((method) => method.runs);
  const { heads, rows } = metricTable(methods);
  return page({
    title,
    body: [
      html`<p class="soft">${counted(methods.length, 'method')}, ${counted(runs.length, 'run')}${devices(runs)}.${rewards(runs)}</p>`,
      html`<h2>At the end of the runs</h2>`,
      table(heads, rows),
      html`<p class="soft">Mean over seeds, with its 95 percent bootstrap interval. ${howTaken(runs)} ${metricUnits}</p>`,
      ...(isSampled(runs)
        ? [html`<details><summary>What these figures are</summary>\n${pairs(sampledFigures)}</details>`]
        : []),
      html`<h2>While they ran</h2>`,
      html`<p class="soft">${legend(runs)}</p>`,
      ...pictures.map(({ name, svg }) => figure(svg, { name })),
      html`<h2>Settings</h2>`,
      ...settings(methods),
      html`<h2>Runs</h2>`,
      table(
        ['run', 'seed', 'iterations', isSampled(runs) ? 'mean score' : 'total variation', 'time', 'device'],
        runs.map((run) => runRow(run, iterations, folder)),
      ),
      ...(leftOut.length === 0
        ? []
        : [html`<h2>Left out</h2>`, pairs(leftOut.map(({ folder, reason }) => [folder, reason]))]),
    ],
  });
}

/** Pictures are also viewed alone, so they say how long the runs are, and what is scored. */
export function pictureTitle(comparison: Comparison): string {
  const [run] = comparison.methods.flatMap(({ runs }) => runs);
  const isScored = run?.reward !== undefined && lastOf(run).meanScore !== undefined;
  return `${comparison.title}, ${trajectoriesOf(comparison)}${isScored ? `; score: ${run.reward}` : ''}`;
}

function legend(runs: readonly ComparedRun[]): string {
  const several = new Set(runs.map(({ seed }) => seed)).size > 1;
  const band = several ? ' Lines are means over seeds; bands are 95 percent bootstrap intervals of them.' : '';
  const ended = runs.every(({ isFinished }) => isFinished)
    ? ''
    : ' Dots lead on from runs that have not come so far; a run far behind its method’s others is no part of the line.';
  const drawn = isSampled(runs) ? 'Figures of the samplers' : 'Distances from the target';
  return `${drawn}, against the number of trajectories: each is one evaluation of the reward.${band}${ended}`;
}

/** Whether objects could not be enumerated. */
function isSampled(runs: readonly ComparedRun[]): boolean {
  return runs.some((run) => lastOf(run).elbo !== undefined);
}

function howTaken(runs: readonly ComparedRun[]): string {
  return isSampled(runs)
    ? 'All are taken from trajectories sampled at the end of a run, or to its held-out objects.'
    : 'All but the last samples are exact, by one pass over all states. The last tenth is of the total variations in the last tenth of a run.';
}

/** What objects are rewarded for, if the runs say so. */
function rewards(runs: readonly ComparedRun[]): string {
  const found = [...new Set(runs.flatMap(({ reward }) => reward ?? []))];
  return found.length === 0 ? '' : ` Reward: ${found.join('; ')}.`;
}

/** One table of the settings that all methods share, and one for each method's own. */
function settings(methods: readonly ComparedMethod[]): Markup[] {
  const [first, ...others] = methods.map(({ settings: rows }) => new Map(rows));
  const shared = [...first].filter(([name, value]) => others.every((rows) => rows.get(name) === value));
  const names = new Set(shared.map(([name]) => name));
  const own = methods.map(({ method, settings: rows }) => {
    const words = rows.filter(([name]) => !names.has(name)).map(([name, value]) => `${name} ${value}`);
    return [method, words.join('  ')] as const;
  });
  const isVaried = own.some(([, words]) => words !== '');
  return [html`<p>Of all methods:</p>`, pairs(shared), ...(isVaried ? [html`<p>Of each:</p>`, pairs(own)] : [])];
}

function runRow(run: ComparedRun, iterations: number, from: string) {
  const { folder, seed, device, isFinished } = run;
  const report = reportPath(run, from);
  const { totalVariation, meanScore, elbo, seconds } = lastOf(run);
  const name =
    report === undefined
      ? folder
      : html`<a href="${report.split('/').map(encodeURIComponent).join('/')}">${folder}</a>`;
  const main = totalVariation ?? meanScore ?? elbo;
  const done = stepOf(run);
  return [
    name,
    String(seed),
    isFinished ? formatCount(done) : `${formatCount(done)} of ${formatCount(iterations)}`,
    main === undefined ? '–' : formatFigure(main),
    formatDuration(seconds ?? Number.NaN),
    device ?? '–',
  ];
}

/** The path to a run's report from a folder; undefined if there is none, or no such path. */
function reportPath({ path, hasReport }: ComparedRun, from: string): string | undefined {
  if (path === undefined || !hasReport) return undefined;
  const there = relative(from, join(path, runFiles.report));
  return isAbsolute(there) ? undefined : there.replaceAll('\\', '/');
}

function devices(runs: readonly ComparedRun[]): string {
  const found = [...new Set(runs.flatMap(({ device }) => device ?? []))];
  return found.length === 0 ? '' : `, on ${found.join(' and ')}`;
}
