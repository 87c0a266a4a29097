import { bootstrapMean } from '../../metrics/bootstrap.ts';
import { type MetricName, metricDefinition, shortTitle, shownSign } from '../../metrics/catalogue.ts';
import type { CurvePoint } from '../../plot/learning-curve.ts';
import { comparedMeasures } from '../../plot/seed-band.ts';
import { formatCount, formatDuration } from '../text.ts';
import type { ComparedMethod, ComparedRun } from './comparison.ts';
import { meanOf, shortFigure, valueAt } from './standing.ts';

/** A column of a sweep's table: one figure of each run. */
interface Column {
  /** Whether it stays when there is room for few columns. */
  readonly isMain?: boolean;
  readonly title: string;
  value(run: ComparedRun): number | undefined;
}

const columns: readonly Column[] = [
  main('totalVariation'),
  { isMain: true, title: 'mean of the last tenth', value: lastTenth },
  main('elboGap'),
  main('euboGap'),
  column('klTargetLearnt'),
  column('jensenShannon'),
  {
    title: 'error of log Z',
    value(run) {
      const { logPartition, logPartitionExact } = lastOf(run);
      return logPartition === undefined || logPartitionExact === undefined
        ? undefined
        : Math.abs(logPartition - logPartitionExact);
    },
  },
  main('meanScore'),
  main('topMeanScore'),
  main('elbo'),
  main('heldOutEubo'),
  column('logRewardCorrelation'),
  column('topDistinctScore'),
  column('topDistinctCount'),
  column('topDiversity'),
  ...[0.9, 1, 7, 8].map((score) => ({
    title: metricDefinition(`modesFrom${score}`).short ?? '',
    value: (run: ComparedRun) => lastOf(run)[`modesFrom${score}`],
  })),
  column('invalidShare'),
  column('rewardError'),
  column('recentTotalVariation'),
];

/** A metric's column, under its short title with its sign. */
function column(name: MetricName): Column {
  const value = (run: ComparedRun) => {
    const found = lastOf(run)[name];
    return found === undefined ? undefined : shownSign(name) * found;
  };
  return { title: shortTitle(name), value };
}

/** The figures of a run's last evaluation. */
export function lastOf({ curve }: ComparedRun): Partial<CurvePoint> {
  return curve.at(-1) ?? {};
}

function main(name: MetricName): Column {
  return { ...column(name), isMain: true };
}

/**
 * The mean total variation of the evaluations in the last tenth of a run: at constant learning rates a policy keeps
 * moving about its optimum, so that a single evaluation says little.
 */
function lastTenth(run: ComparedRun): number | undefined {
  const measure = comparedMeasures.find(({ field }) => field === 'totalVariation');
  return measure && valueAt(run, measure, lastOf(run).trajectories ?? 0);
}

/** The units of the table's distances. */
export const metricUnits = 'ELBO, EUBO, log Z, KL(target ‖ learnt) and Jensen-Shannon are in nats.';

/**
 * The last figures of runs, a row for each method: the mean over its seeds, with a 95 percent bootstrap interval if
 * there are several. Figures that no run has are left out; a method with a run that lacks one gets a dash.
 */
export function metricTable(
  methods: readonly ComparedMethod[],
  { onlyMain = false } = {},
): { heads: string[]; rows: string[][] } {
  const shown = columns.filter(({ isMain = false }) => isMain || !onlyMain);
  const taken = shown.filter(({ value }) => methods.some(({ runs }) => runs.some((run) => value(run) !== undefined)));
  return {
    heads: ['method', 'seeds', 'trajectories', ...taken.map(({ title }) => title), 'time of a run'],
    rows: methods.map(({ method, runs }) => [
      method,
      runs.map(({ seed }) => seed).join(', '),
      rangeOf(runs.map((run) => lastOf(run).trajectories ?? 0)),
      ...taken.map(({ value }) => summaryOf(runs.map(value))),
      formatDuration(meanOf(runs.map((run) => lastOf(run).seconds ?? Number.NaN))),
    ]),
  };
}

function summaryOf(values: readonly (number | undefined)[]): string {
  const found = values.filter((value) => value !== undefined);
  return found.length < values.length ? '–' : meanWithInterval(found);
}

/** "0.039 (0.031–0.047)": the mean and its interval, or the single value. */
export function meanWithInterval(values: readonly number[]): string {
  if (values.length === 1) return shortFigure(values[0]);
  const { low, high } = bootstrapMean(values);
  // A dash in front of a minus sign would be unreadable.
  const between = low < 0 ? ' to ' : '–';
  return `${shortFigure(meanOf(values))} (${shortFigure(low)}${between}${shortFigure(high)})`;
}

/** A single number if all are equal, as they are once every run has finished. */
function rangeOf(counts: readonly number[]): string {
  const [min, max] = [Math.min(...counts), Math.max(...counts)];
  return min === max ? formatCount(min) : `${formatCount(min)} to ${formatCount(max)}`;
}
