import { pageCatalogue } from '../catalogue.ts';
import type { RunLine } from './chart-data.ts';
import { runName } from './differences.ts';
import type { PageState } from './page-state.ts';
import { type ListedRun, lineOf } from './run-list.ts';
import type { RunRecord } from './run-record.ts';

/** The name of a listed run. */
export function nameOf({ name, config }: ListedRun): string {
  return name ?? runName(pageCatalogue, config);
}

export function liveName({ config }: RunRecord): string {
  return runName(pageCatalogue, config);
}

/** The names of the lines of `linesOf`, in order. */
export function lineNames({ records, listed }: Pick<PageState, 'records' | 'listed'>): readonly string[] {
  return [...records.map(liveName), ...listed.filter(({ isShown }) => isShown).map(nameOf)];
}

/** The lines of all runs that are shown: those in the pictures first. */
export function linesOf({ records, listed }: Pick<PageState, 'records' | 'listed'>): readonly RunLine[] {
  return [
    ...records.map((record, run) => lineOf(run, record.config, [record.curve])),
    ...listed.filter(({ isShown }) => isShown).map((run) => lineOf(run.colour, run.config, run.curves)),
  ];
}
