import type { CollectedMethod, CollectedRun, Collection } from './collect.ts';
import { figure, html, type Markup, page, pairs, table } from './page.ts';
import { settingRows } from './run-report.ts';
import { metricTable, metricUnits } from './sweep-metrics.ts';
import { formatCount, formatDuration, formatFigure, sampledFigures } from './text.ts';

/** A drawing of a sweep. */
export interface SweepPicture {
  readonly name: string;
  readonly svg: string;
}

/** The report of a sweep as one HTML file that loads nothing: final figures, pictures, settings, runs. */
export function sweepReport({ environment, methods, leftOut }: Collection, pictures: readonly SweepPicture[]): string {
  const runs = methods.flatMap((method) => method.runs);
  const { heads, rows } = metricTable(methods);
  return page({
    title: sweepTitle(environment, runs[0]),
    body: [
      html`<p class="soft">${countOf(methods.length, 'method')}, ${countOf(runs.length, 'run')}${devices(runs)}.${rewards(runs)}</p>`,
      html`<h2>At the end of the runs</h2>`,
      table(heads, rows),
      html`<p class="soft">Mean over seeds, with the least and the largest. ${howTaken(runs)} ${metricUnits}</p>`,
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
        runs.map(runRow),
      ),
      ...(leftOut.length === 0
        ? []
        : [html`<h2>Left out</h2>`, pairs(leftOut.map(({ folder, reason }) => [folder, reason]))]),
    ],
  });
}

/** "hypergrid (dim 4, side 20, reward easy)". */
export function sweepTitle(environment: string, { config }: CollectedRun): string {
  const options = Object.entries(config.environmentOptions).map(([name, value]) => `${name} ${value}`);
  return options.length === 0 ? environment : `${environment} (${options.join(', ')})`;
}

/** Pictures are looked at by themselves, so they say what a score is of. */
export function pictureTitle(environment: string, run: CollectedRun): string {
  const { reward, metrics } = run;
  const isScored = reward !== undefined && metrics.meanScore !== undefined;
  return `${sweepTitle(environment, run)}${isScored ? `; score: ${reward}` : ''}`;
}

function legend(runs: readonly CollectedRun[]): string {
  const several = new Set(runs.map(({ config }) => config.seed)).size > 1;
  const band = several ? ' Lines are means over seeds; bands reach from the least to the largest.' : '';
  const ended = runs.every(({ isFinished }) => isFinished) ? '' : ' Dots lead on from runs that have not come so far.';
  const drawn = isSampled(runs) ? 'Figures of the samplers' : 'Distances from the target';
  return `${drawn}, against the number of trajectories: each is one evaluation of the reward.${band}${ended}`;
}

/** Whether objects could not be enumerated. */
function isSampled(runs: readonly CollectedRun[]): boolean {
  return runs.some(({ metrics }) => metrics.elbo !== undefined);
}

function howTaken(runs: readonly CollectedRun[]): string {
  return isSampled(runs)
    ? 'All are taken from trajectories sampled at the end of a run, or to its held-out objects.'
    : 'All but the last samples are exact, by one pass over all states. The last tenth is of the total variations in the last tenth of a run.';
}

/** What objects are rewarded for, where the runs tell. */
function rewards(runs: readonly CollectedRun[]): string {
  const found = [...new Set(runs.flatMap(({ reward }) => reward ?? []))];
  return found.length === 0 ? '' : ` Reward: ${found.join('; ')}.`;
}

/** What all methods share in one table, and what is their own in one for each. */
function settings(methods: readonly CollectedMethod[]): Markup[] {
  const each = methods.map(({ method, runs }) => ({ method, rows: new Map(settingRows(runs[0].config)) }));
  const [first, ...others] = each;
  const isShared = (name: string, value: string) =>
    name !== '--seed' && others.every(({ rows }) => rows.get(name) === value);
  const shared = [...first.rows].filter(([name, value]) => isShared(name, value));
  const names = new Set(shared.map(([name]) => name));
  const own = each.map(({ method, rows }) => {
    const words = [...rows].filter(([name]) => !names.has(name) && name !== '--seed');
    return [method, words.map(([name, value]) => `${name} ${value}`).join('  ')] as const;
  });
  const isVaried = own.some(([, words]) => words !== '');
  return [html`<p>Of all methods:</p>`, pairs(shared), ...(isVaried ? [html`<p>Of each:</p>`, pairs(own)] : [])];
}

function runRow({ folder, config, curve, metrics, seconds, device, hasReport, isFinished }: CollectedRun) {
  const name = hasReport ? html`<a href="${encodeURIComponent(folder)}/report.html">${folder}</a>` : folder;
  const main = metrics.totalVariation ?? metrics.meanScore ?? metrics.elbo;
  const done = curve.at(-1)?.step ?? 0;
  return [
    name,
    String(config.seed),
    isFinished ? formatCount(done) : `${formatCount(done)} of ${formatCount(config.steps)}`,
    main === undefined ? '–' : formatFigure(main),
    formatDuration(seconds),
    device ?? config.device,
  ];
}

function devices(runs: readonly CollectedRun[]): string {
  const found = [...new Set(runs.flatMap(({ device }) => device ?? []))];
  return found.length === 0 ? '' : `, on ${found.join(' and ')}`;
}

function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
