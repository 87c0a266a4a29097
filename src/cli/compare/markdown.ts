import { shortTitle, shownSign } from '../../metrics/catalogue.ts';
import { counted, formatCount, formatDuration, quoted } from '../text.ts';
import { type Claim, claims } from './claims.ts';
import { lastFigures } from './last-figures.ts';
import { lastOf, meanWithInterval } from './metric-table.ts';
import { type ComparedMethod, type Comparison, stepOf } from './runs.ts';
import { mainMeasure, momentsOf, standingAt, valuesAt } from './standing.ts';
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
  return new Map([
    ['claims', claimTable(comparisons)],
    ['comparisons', comparisons.map((each) => comparisonSection(each, pictures.get(each.name) ?? [])).join('\n\n')],
  ]);
}

function claimTable(comparisons: readonly Comparison[]): string {
  const rows = claims.flatMap((claim) => judgements(claim, comparisons));
  const open = claims.filter((claim) => judgements(claim, comparisons).length === 0).map(({ text }) => text);
  return [
    ...(rows.length === 0 ? [] : [markdownTable(['the paper’s claim', 'on', 'verdict', 'evidence'], rows)]),
    ...(open.length === 0 ? [] : [`No runs here test these claims: ${open.join('; ')}.`]),
  ].join('\n\n');
}

function judgements({ text, judge }: Claim, comparisons: readonly Comparison[]): string[][] {
  return comparisons.flatMap((comparison) => {
    const found = judge(comparison);
    if (found === undefined) return [];
    return [[text, `${comparison.title}, ${trajectoriesOf(comparison)}`, `**${found.verdict}**`, found.figure]];
  });
}

/** A run's length, in words. */
export function trajectoriesOf({ iterations, batch }: Comparison): string {
  return `${formatCount(iterations * batch)} trajectories`;
}

function comparisonSection(comparison: Comparison, pictures: readonly PagePicture[]): string {
  const { title, isShared } = comparison;
  const parts = [
    `## ${title}, ${trajectoriesOf(comparison)}`,
    aboutOf(comparison),
    ...pictures.map(({ path, title: text }) => `![${text}](${path})`),
    ...(pictures.some(({ path }) => path.includes('-seconds')) && isShared
      ? ['Times cannot be compared: these runs shared their machine with other programs, or may have done.']
      : []),
    figuresTable(comparison),
    ...boundLines(comparison),
    ...orderLines(comparison),
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
    ...(runs.some((run) => lastOf(run).elbo !== undefined) && rewards.length > 0
      ? [`Reward: ${rewards.join('; ')}.`]
      : []),
    ...(unfinished.length === 0 ? [] : [`Not finished: ${unfinished.join(', ')}.`]),
  ].join(' ');
}

/** The main measure at every moment, a row for each method, and how long a run took. */
function figuresTable(comparison: Comparison): string {
  const measure = mainMeasure(comparison);
  const moments = momentsOf(comparison);
  const cell = (method: ComparedMethod, moment: number) => {
    const values = measure === undefined ? [] : valuesAt(method, measure, moment);
    const count =
      values.length < method.runs.length && values.length > 0
        ? `, ${values.length} of ${method.runs.length} seeds`
        : '';
    return values.length === 0 ? '–' : `${meanWithInterval(values)}${count}`;
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
      ...moments.map((moment) => cell(method, moment)),
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

/** Whose bounds say little: all are taken with the uniform backward policy. */
function boundLines({ methods }: Comparison): string[] {
  const learnt = methods.filter(
    ({ settings, runs }) =>
      settings.some(([flag, value]) => flag === '--backward-policy' && value !== 'uniform') &&
      runs.some((run) => lastOf(run).elboGap !== undefined),
  );
  if (learnt.length === 0) return [];
  return [
    'ELBO and EUBO are taken with the uniform backward policy. A policy that was trained with another one keeps a ' +
      `distance from both, however close to its target: ${learnt.map(({ method }) => method).join(', ')}.`,
  ];
}

/** Which method is ahead of which at every moment, where that is certain. */
function orderLines(comparison: Comparison): string[] {
  const { methods } = comparison;
  const measure = mainMeasure(comparison);
  if (methods.length < 2 || measure === undefined) return [];
  const lines = momentsOf(comparison).map((moment) => {
    const told = methods.flatMap((first) => {
      const behind = methods.flatMap((second) => {
        const standing = second === first ? undefined : standingAt(measure, [first, second], moment);
        return standing?.order === 'ahead' ? [`${second.method} (${standing.seeds.join(' and ')} seeds)`] : [];
      });
      return behind.length === 0 ? [] : [`${first.method} is ahead of ${behind.join(', ')}`];
    });
    const text = told.length === 0 ? 'no order is certain' : told.join('; ');
    return `- At ${formatCount(moment)} trajectories: ${text}.`;
  });
  return [lines.join('\n')];
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
  return [
    `<details><summary>Settings</summary>\n\nAll: \`flowtape train ${problem} ${words(methods[0].settings, (flag) => shared.has(flag))}\`\n\n${methods
      .map(({ method, settings }) => `- ${method}: \`${words(settings, (flag) => !shared.has(flag))}\``)
      .join('\n')}\n\n</details>`,
  ];
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
