import { pageCatalogue } from '../catalogue.ts';
import type { RunLine } from './chart-data.ts';
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

/** The names of the lines of `linesOf`, in order. */
export function lineNames({ knownRuns, listed }: Pick<PageState, 'knownRuns' | 'listed'>): readonly string[] {
  return [...knownRuns.map(liveName), ...listed.filter(({ isShown }) => isShown).map(nameOf)];
}

/** The lines of all runs that are shown: those in the pictures first. */
export function linesOf({ knownRuns, listed }: Pick<PageState, 'knownRuns' | 'listed'>): readonly RunLine[] {
  return [
    ...knownRuns.map((knownRun, run) => lineOf(run, knownRun.config, [knownRun.curve])),
    ...listed.filter(({ isShown }) => isShown).map((run) => lineOf(run.colour, run.config, run.curves)),
  ];
}
