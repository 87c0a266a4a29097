import { shortTitle, shownSign } from '../../metrics/catalogue.ts';
import { paperSettings } from '../../run/settings.ts';
import { groupBy } from '../group-by.ts';
import { flagRows } from '../setting-flags.ts';
import { counted, formatCount, formatDuration, formatFigure, quoted } from '../text.ts';
import { experimentProblems } from '../trials.ts';
import { claims, type Judgement } from './claims.ts';
import { lastFigures } from './last-figures.ts';
import { lastOf, meanWithInterval } from './metric-table.ts';
import { type ComparedMethod, type Comparison, stepOf } from './runs.ts';
import { mainMeasure, momentsOf, type Order, type Orders, ordersOf, valuesAt } from './standing.ts';
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
    (a, b) => problemRank(a) - problemRank(b) || lengthOf(b) - lengthOf(a) || a.title.localeCompare(b.title, 'en'),
  );
  return new Map([
    ['claims', claimTable(sorted)],
    ['comparisons', sorted.map((each) => comparisonSection(each, pictures.get(each.name) ?? [])).join('\n\n')],
  ]);
}

/** The paper's problems come first, in the order of its sections. */
function problemRank({ problem }: Comparison): number {
  const rank = experimentProblems().indexOf(problem);
  return rank === -1 ? Number.MAX_SAFE_INTEGER : rank;
}

/** Trajectories of a complete run. */
function lengthOf({ iterations, batch }: Comparison): number {
  return iterations * batch;
}

/** The verdicts, a row for each claim and a column for each target, and behind them their figures. */
function claimTable(comparisons: readonly Comparison[]): string {
  const targets = groupBy(comparisons, ({ title }) => title);
  const judged = claims.map(({ text, judge }) => ({
    text,
    cells: targets.map((each) => each.flatMap((comparison) => judge(comparison) ?? [])),
  }));
  const tested = judged.filter(({ cells }) => cells.some((each) => each.length > 0));
  const open = judged.filter((claim) => !tested.includes(claim)).map(({ text }) => text);
  if (tested.length === 0) return openLine(open);
  // Targets of one problem differ in their titles only.
  const heads = targets.map(([{ problem, title }]) =>
    targets.filter(([each]) => each.problem === problem).length === 1 ? problem : title,
  );
  return [
    markdownTable(
      ['the paper’s claim', ...heads],
      tested.map(({ text, cells }) => [text, ...cells.map(verdictCell)]),
    ),
    'Behind a verdict stands the number of trajectories of the runs that it is about.',
    details(
      'The figures behind the verdicts',
      markdownTable(
        ['the paper’s claim', 'on', 'verdict', 'figures'],
        tested.flatMap(({ text, cells }) =>
          cells.flat().map(({ comparison, verdict, figure }) => {
            return [text, `${comparison.title}, ${trajectoriesOf(comparison)}`, verdict, figure];
          }),
        ),
      ),
    ),
    ...(open.length === 0 ? [] : [openLine(open)]),
  ].join('\n\n');
}

/** "**shown** (50,000; 500,000)": the lengths of runs with each verdict. */
function verdictCell(judgements: readonly Judgement[]): string {
  if (judgements.length === 0) return '–';
  const sorted = [...judgements].sort((a, b) => lengthOf(a.comparison) - lengthOf(b.comparison));
  return groupBy(sorted, ({ verdict }) => verdict)
    .map((each) => {
      const lengths = each.map(({ comparison }) => formatCount(lengthOf(comparison)));
      return `**${each[0].verdict}** (${lengths.join('; ')})`;
    })
    .join(', ');
}

function openLine(open: readonly string[]): string {
  return `No runs here test these claims: ${open.join('; ')}.`;
}

/** A run's length, in words. */
export function trajectoriesOf(comparison: Comparison): string {
  return `${formatCount(lengthOf(comparison))} trajectories`;
}

function comparisonSection(comparison: Comparison, pictures: readonly PagePicture[]): string {
  const { title } = comparison;
  const orders = ordersOf(comparison);
  const parts = [
    `## ${title}, ${trajectoriesOf(comparison)}`,
    aboutOf(comparison),
    ...pictures.map(({ path, title: text }) => `![${text}](${path})`),
    ...(pictures.some(({ path }) => path.includes('-seconds')) ? timeLines(comparison) : []),
    figuresTable(comparison, orders),
    ...(comparison.methods.length < 2 ? [] : ['In bold: no method is ahead of it there.']),
    ...orderLines(comparison, orders),
    ...varianceLines(comparison),
    ...settingLines(comparison),
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

/** The share of the paper's budget that these runs had, if their target is the paper's and they had less. */
function budgetLines({ problem, iterations, batch, methods: [{ settings }] }: Comparison): string[] {
  const given = new Map(settings);
  const paper = paperSettings(problem, given.get('--objective') ?? '');
  if (paper === undefined) return [];
  if (flagRows(paper.problemOptions ?? {}).some(([flag, value]) => given.get(flag) !== value)) return [];
  const { steps = iterations, batch: wished = batch } = paper;
  const smaller = [
    ...(batch === wished ? [] : [`${formatCount(batch)} trajectories an iteration instead of ${formatCount(wished)}`]),
    ...flagRows({ network: paper.trainingOptions?.network }).flatMap(([flag, value]) => {
      const own = given.get(flag);
      return own === undefined || own === value ? [] : [`\`${flag} ${own}\` instead of ${value}`];
    }),
  ];
  if (iterations === steps && smaller.length === 0) return [];
  const budget = `Budget: ${formatFigure((100 * iterations) / steps)} % of the paper’s iterations`;
  return [`${[budget, ...smaller].join(', ')}.`];
}

/** The main measure at every moment, a row for each method, and how long a run took. */
function figuresTable(comparison: Comparison, orders: Orders): string {
  const measure = mainMeasure(comparison);
  const moments = momentsOf(comparison);
  const cell = (method: ComparedMethod, moment: number, place: number) => {
    const values = measure === undefined ? [] : valuesAt(method, measure, moment);
    const count =
      values.length < method.runs.length && values.length > 0
        ? `, ${values.length} of ${method.runs.length} seeds`
        : '';
    if (values.length === 0) return '–';
    const text = `${meanWithInterval(values)}${count}`;
    return isAtTheTop(orders, method, place) ? `**${text}**` : text;
  };
  const extra = lastFigures.filter((name) =>
    comparison.methods.some(({ runs }) => runs.some((run) => name in lastOf(run))),
  );
  return markdownTable(
    [
      'method',
      'seeds',
      ...moments.map((moment) => `${measure?.title ?? ''} at ${formatCount(moment)}`),
      ...extra.map((name) => `${shortTitle(name)}, last`),
      'time of a run',
    ],
    comparison.methods.map((method) => [
      method.method,
      method.runs.map(({ seed }) => seed).join(', '),
      ...moments.map((moment, place) => cell(method, moment, place)),
      ...extra.map((name) => {
        const values = method.runs.flatMap((run) => lastOf(run)[name] ?? []);
        return values.length === 0 ? '–' : meanWithInterval(values.map((value) => shownSign(name) * value));
      }),
      formatDuration(
        method.runs.reduce((sum, run) => sum + (lastOf(run).seconds ?? Number.NaN), 0) / method.runs.length,
      ),
    ]),
  );
}

/** Which times cannot be compared. */
function timeLines({ methods }: Comparison): string[] {
  const shared = methods.filter(({ runs }) => runs.some(({ isShared }) => isShared));
  if (shared.length === 0) return [];
  const who =
    shared.length === methods.length
      ? 'Times cannot be compared: these runs'
      : `Times of these methods cannot be compared: ${shared.map(({ method }) => method).join(', ')}. Their runs`;
  return [`${who} shared their machine with other programs, or may have done.`];
}

/** Whether the comparison is certain enough to tell at a moment, and no method is ahead of this one. */
function isAtTheTop(orders: Orders, method: ComparedMethod, moment: number): boolean {
  const found = [...(orders.get(method)?.values() ?? [])].map((each) => each[moment]);
  return !found.includes('behind') && (found.includes('ahead') || found.includes('undecided'));
}

const orderMarks: Readonly<Record<Order, string>> = { ahead: '+', behind: '−', undecided: '·', 'too few seeds': '?' };

/** Which method is ahead of which at every moment. */
function orderLines(comparison: Comparison, orders: Orders): string[] {
  const { methods } = comparison;
  const moments = momentsOf(comparison).map(formatCount);
  if (methods.length < 2 || moments.length === 0) return [];
  const rows = methods.map((first) => [
    first.method,
    ...methods.map((second) =>
      (orders.get(first)?.get(second) ?? []).map((order) => (order === undefined ? '?' : orderMarks[order])).join(''),
    ),
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

/** The settings in which the methods differ. */
function settingLines({ problem, methods }: Comparison): string[] {
  const [first, ...others] = methods.map(({ settings }) => new Map(settings));
  const shared = new Set(
    [...first].filter(([flag, value]) => others.every((rows) => rows.get(flag) === value)).map(([flag]) => flag),
  );
  const words = (settings: ComparedMethod['settings'], keep: (flag: string) => boolean) =>
    settings
      .filter(([flag]) => flag !== 'problem' && keep(flag))
      .map(([flag, value]) =>
        value === 'true'
          ? flag
          : value === 'false'
            ? flag.replace(/^--/, '--no-')
            : `${flag} ${quoted(value.replaceAll(/(\d),(?=\d{3})/g, '$1'))}`,
      )
      .join(' ');
  const own = methods.map(({ method, settings }) => `- ${method}: \`${words(settings, (flag) => !shared.has(flag))}\``);
  const all = `All: \`flowtape train ${problem} ${words(methods[0].settings, (flag) => shared.has(flag))}\``;
  return [details('Settings', `${all}\n\n${own.join('\n')}`)];
}

/** Markdown that is shown on request. */
function details(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
