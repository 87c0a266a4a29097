import { shortTitle, shownSign } from '../../metrics/catalogue.ts';
import { counted, formatCount, formatDuration } from '../text.ts';
import { experimentProblems } from '../trials.ts';
import { claimTable } from './claim-table.ts';
import {
  type ComparedMethod,
  type ComparedRun,
  type Comparison,
  lengthOf,
  stepOf,
  timedPart,
  trajectoriesOf,
} from './comparison.ts';
import { lastFigures } from './last-figures.ts';
import { leaderTables } from './leader-tables.ts';
import { leadersAt } from './leaders.ts';
import { details, markdownTable } from './markdown-parts.ts';
import { lastOf, meanWithInterval } from './metric-table.ts';
import { budgetLines } from './paper-budget.ts';
import { settingLines } from './setting-lines.ts';
import { mainMeasure, marksOf, meanOf, momentsOf, type Orders, ordersOf, valuesAt } from './standing.ts';
import { termLines } from './terms.ts';
import { varianceMeasures, variancesIn } from './variances.ts';

/** A comparison's picture on a page. */
export interface PagePicture {
  /** Path relative to the page. */
  readonly path: string;
  readonly title: string;
}

/** Everything that `compare --into` writes into a page, by place: figures, pictures and verdicts. */
export function pageSections(
  comparisons: readonly Comparison[],
  pictures: ReadonlyMap<string, readonly PagePicture[]>,
): Map<string, string> {
  const sorted = [...comparisons].sort(
    (a, b) => problemRank(a) - problemRank(b) || a.title.localeCompare(b.title, 'en') || lengthOf(b) - lengthOf(a),
  );
  // Comparing all pairs of methods takes most of the time, so it is done once.
  const judged = sorted.map((each) => [each, ordersOf(each)] as const);
  return new Map([
    ['leaders', leaderTables(judged)],
    ['claims', claimTable(sorted)],
    [
      'comparisons',
      judged.map(([each, orders]) => comparisonSection(each, orders, pictures.get(each.name) ?? [])).join('\n\n'),
    ],
    ['terms', termLines(sorted)],
  ]);
}

/** The paper's problems come first, in the order of its sections. */
function problemRank({ problem }: Comparison): number {
  const rank = experimentProblems().indexOf(problem);
  return rank === -1 ? Number.MAX_SAFE_INTEGER : rank;
}

function comparisonSection(comparison: Comparison, orders: Orders, pictures: readonly PagePicture[]): string {
  const { title } = comparison;
  const parts = [
    `## ${title}, ${trajectoriesOf(comparison)}`,
    aboutOf(comparison),
    ...pictures.map(({ path, title: text }) => `![${text}](${path})`),
    ...timeLines(comparison),
    figuresTable(comparison, orders),
    ...(momentsOf(comparison).some((_, place) => leadersAt(comparison, orders, place) !== undefined)
      ? ['In bold: the best mean of the methods with enough seeds; · undecided beside that one.']
      : []),
    ...orderLines(comparison, orders),
    ...varianceLines(comparison),
    details('Settings', settingLines(comparison)),
  ];
  return parts.join('\n\n');
}

function aboutOf(comparison: Comparison): string {
  const { iterations, batch, methods } = comparison;
  const runs = methods.flatMap((method) => method.runs);
  const unfinished = methods.flatMap(({ method, runs: each }) =>
    each
      .filter(({ isFinished }) => !isFinished)
      .map((run) => `${method} with seed ${run.seed} (${formatCount(stepOf(run))} iterations)`),
  );
  const devices = [...new Set(runs.flatMap(({ device }) => device ?? []))];
  const rewards = [...new Set(runs.flatMap(({ reward }) => reward ?? []))];
  return [
    `${counted(iterations, 'iteration')} of ${formatCount(batch)} trajectories; ${counted(methods.length, 'method')}, ${counted(runs.length, 'run')}` +
      `${devices.length === 0 ? '' : `, on ${devices.join(' and ')}`}.`,
    ...budgetLines(comparison),
    ...(runs.some((run) => lastOf(run).elbo !== undefined) && rewards.length > 0
      ? [`Reward: ${rewards.join('; ')}.`]
      : []),
    ...(unfinished.length === 0 ? [] : [`Not finished: ${unfinished.join(', ')}.`]),
  ].join(' ');
}

/** The main measure at every moment, a row for each method, and how long a run took. */
function figuresTable(comparison: Comparison, orders: Orders): string {
  const measure = mainMeasure(comparison);
  const moments = momentsOf(comparison);
  const tops = moments.map((_, place) => leadersAt(comparison, orders, place));
  const cell = (method: ComparedMethod, moment: number, place: number) => {
    const values = measure === undefined ? [] : valuesAt(method, measure, moment);
    if (values.length === 0) return '–';
    const text = meanOfSome(values, method);
    const { best, undecided = [] } = tops[place] ?? {};
    if (method === best?.method) return `**${text}**`;
    return undecided.some((each) => each.method === method) ? `· ${text}` : text;
  };
  const timed = timedRuns(comparison);
  const isTimed = timed.size > 0;
  const extra = lastFigures.filter((name) =>
    comparison.methods.some(({ runs }) => finishedOf(runs).some((run) => name in lastOf(run))),
  );
  return markdownTable(
    [
      'method',
      'seeds',
      ...moments.map((moment) => `${measure?.title ?? ''} at ${formatCount(moment)}`),
      ...extra.map((name) => `${shortTitle(name)}, last`),
      ...(isTimed ? ['time of a run'] : []),
    ],
    comparison.methods.map((method) => [
      method.method,
      method.runs.map(({ seed }) => seed).join(', '),
      ...moments.map((moment, place) => cell(method, moment, place)),
      ...extra.map((name) => {
        const values = finishedOf(method.runs).flatMap((run) => lastOf(run)[name] ?? []);
        return meanOfSome(
          values.map((value) => shownSign(name) * value),
          method,
        );
      }),
      ...(isTimed ? [timeOf(timed.get(method.method) ?? [])] : []),
    ]),
  );
}

/** Only these have come to the end, which the last figures are of. */
function finishedOf(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.filter(({ isFinished }) => isFinished);
}

/** Mean and interval, and how many runs have the figure if not all do. */
function meanOfSome(values: readonly number[], { runs }: ComparedMethod): string {
  if (values.length === 0) return '–';
  const count = values.length < runs.length ? `, ${values.length} of ${runs.length} seeds` : '';
  return `${meanWithInterval(values)}${count}`;
}

function timeOf(runs: readonly ComparedRun[]): string {
  const seconds = runs.map((run) => lastOf(run).seconds ?? Number.NaN);
  return runs.length === 0 ? '–' : formatDuration(meanOf(seconds));
}

/** The runs that tell times, by method. */
function timedRuns(comparison: Comparison): ReadonlyMap<string, readonly ComparedRun[]> {
  return new Map(timedPart(comparison).methods.map(({ method, runs }) => [method, runs]));
}

/** Which runs tell times, if not all do, and on which processor, if they know. */
function timeLines(comparison: Comparison): string[] {
  const timed = timedRuns(comparison);
  const counts = comparison.methods.map(({ method, runs }) => ({ method, runs, alone: timed.get(method) ?? [] }));
  const [{ processor } = {}] = [...timed.values()].flat();
  const on = processor === undefined ? '' : `, on ${processor}`;
  if (counts.every(({ runs, alone }) => alone.length === runs.length))
    return on === '' ? [] : [`Times are those of runs alone${on}.`];
  if (counts.every(({ alone }) => alone.length === 0)) {
    return ['These runs shared their machine, or do not tell that they did not, so that their times say nothing.'];
  }
  const told = counts.flatMap(({ method, runs, alone }) =>
    alone.length === 0 ? [] : [`${method} ${alone.length} of ${runs.length}`],
  );
  const others = told.length < counts.length ? '; those of the others do not compare with these' : '';
  return [`Times are those of runs that had their machine to themselves${on}: ${told.join(', ')}${others}.`];
}

/** Which method is ahead of which at every moment. */
function orderLines(comparison: Comparison, orders: Orders): string[] {
  const { methods } = comparison;
  const moments = momentsOf(comparison).map(formatCount);
  if (methods.length < 2 || moments.length === 0) return [];
  const rows = methods.map((first) => [
    first.method,
    ...methods.map((second) => marksOf(orders.get(first)?.get(second) ?? [])),
  ]);
  const isShort = rows.flat().some((cell) => cell.includes('?'));
  const told =
    `A row’s method beside a column’s at ${moments.join(', ')} trajectories: ` +
    `+ ahead, − behind, · undecided${isShort ? ', ? too few seeds' : ''}.`;
  const table = markdownTable(['', ...methods.map(({ method }) => method)], rows);
  return [details('Who is ahead of whom', `${told}\n\n${table}`)];
}

/** The variance of the policy gradient, a row for each moment of a method. */
function varianceLines(comparison: Comparison): string[] {
  const rows = variancesIn(comparison).map(({ method, trajectories, values }) => [
    method,
    formatCount(trajectories),
    ...values.map((each) => meanWithInterval(each)),
  ]);
  if (rows.length === 0) return [];
  return [
    'The trace of the covariance of the policy gradient at the policies of runs, by advantage estimator:',
    markdownTable(['method', 'trajectories', ...varianceMeasures.map(({ title }) => title)], rows),
  ];
}
