import { pageCatalogue } from '../catalogue.ts';
import { type ChartAxis, placeOn, type RunLine } from './chart-data.ts';
import { figuresOf, firstFigures } from './chart-figures.ts';
import { runName } from './differences.ts';
import type { KnownRun } from './known-run.ts';
import type { PageState } from './page-state.ts';
import { type ListedRun, lineOf } from './run-list.ts';

/** The name of a listed run. */
export function nameOf({ name, config }: ListedRun): string {
  return name ?? runName(pageCatalogue, config);
}

export function liveName({ config }: KnownRun): string {
  return runName(pageCatalogue, config);
}

/** The names of all runs: those in the pictures, then those of the list. From the second on, equal ones are numbered. */
export function namesOfRuns({ knownRuns, listed }: Pick<PageState, 'knownRuns' | 'listed'>): readonly string[] {
  const names = [...knownRuns.map(liveName), ...listed.map(nameOf)];
  return names.map((name, i) => {
    const earlier = names.slice(0, i).filter((each) => each === name).length;
    return earlier === 0 ? name : `${name} (${earlier + 1})`;
  });
}

/** The names of the lines of `linesOf`, in order. */
export function lineNames(state: Pick<PageState, 'knownRuns' | 'listed'>): readonly string[] {
  const { knownRuns, listed } = state;
  return namesOfRuns(state).filter((_, i) => listed[i - knownRuns.length]?.isShown ?? true);
}

/** The lines of all runs that are shown: those in the pictures first. */
export function linesOf({ knownRuns, listed }: Pick<PageState, 'knownRuns' | 'listed'>): readonly RunLine[] {
  return [
    ...knownRuns.map((knownRun, run) => lineOf(run, knownRun.config, [knownRun.curve])),
    ...listed.filter(({ isShown }) => isShown).map((run) => lineOf(run.colour, run.config, run.curves)),
  ];
}

/** The metrics that can be charted, of any of the runs. */
export function chartNames({ knownRuns, listed }: Pick<PageState, 'knownRuns' | 'listed'>): readonly string[] {
  return figuresOf([...knownRuns.map(({ curve }) => curve), ...listed.flatMap(({ curves }) => curves)]);
}

/** The metrics that are charted: the visitor's choice, or those that say most. */
export function shownCharts(state: Pick<PageState, 'knownRuns' | 'listed' | 'figures'>): readonly string[] {
  const names = chartNames(state);
  const chosen = (state.figures ?? firstFigures(names)).filter((name) => names.includes(name));
  return chosen.length > 0 || names.length > 0 ? chosen : ['totalVariation', 'elboGap'];
}

/** The length of the axis for a continuing run: the end of time is unknown. */
export function wholeOf([first]: readonly RunLine[], axis: ChartAxis, steps: number | undefined): number {
  if (first === undefined || steps === undefined || axis === 'seconds') return Number.POSITIVE_INFINITY;
  return placeOn(axis, first, { step: steps, seconds: 0, values: {} });
}
