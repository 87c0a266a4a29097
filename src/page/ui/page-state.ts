import type { StateView } from '../protocol.ts';
import type { ChartAxis } from './chart-data.ts';
import type { GridView } from './grid-view.ts';
import type { KnownRun } from './known-run.ts';
import type { Painting } from './painting.ts';
import type { ListedRun } from './run-list.ts';

/** The state from which everything on the page follows. */
export interface PageState {
  /** The run, with a second one if objectives are compared. */
  readonly knownRuns: readonly KnownRun[];
  /** Runs whose curves are kept beside them. */
  readonly listed: readonly ListedRun[];
  /** The seed of a listed run that is being trained, and its progress. */
  readonly training: { readonly id: number; readonly seed: number; readonly share: number } | undefined;
  /** The axis and the metrics of charts: undefined until the visitor chooses. */
  readonly axis: ChartAxis;
  readonly figures: readonly string[] | undefined;
  /** The place on the axis at which all charts are read. */
  readonly cursor: number | undefined;
  readonly shows: Shows;
  /** The view of a grid with more than two axes. */
  readonly view: GridView | undefined;
  readonly walksShown: boolean;
  readonly selection: Selection | undefined;
  /** The level of the brush; undefined if nothing is being painted. */
  readonly paintLevel: number | undefined;
  /** The current painting, before the run has it. */
  readonly painting: Painting | undefined;
  /** The painting before each stroke, the most recent one last. */
  readonly strokes: readonly Painting[];
}

/** The content of the pictures beside the target: the learnt distribution, or its difference from the target. */
export type Shows = 'learnt' | 'difference';

/** The selected state, in one of the runs. */
export interface Selection {
  readonly state: readonly number[];
  readonly run: number;
  readonly view?: StateView;
  readonly problem?: string;
}

export const firstState: PageState = {
  knownRuns: [],
  listed: [],
  training: undefined,
  axis: 'iterations',
  figures: undefined,
  cursor: undefined,
  shows: 'learnt',
  view: undefined,
  walksShown: true,
  selection: undefined,
  paintLevel: undefined,
  painting: undefined,
  strokes: [],
};

/** Whether all runs are paused and can continue. */
export function isPaused({ knownRuns }: PageState): boolean {
  return knownRuns.some(({ status }) => status === 'paused') && knownRuns.every(({ status }) => status !== 'running');
}

export function isRunning({ knownRuns }: PageState): boolean {
  return knownRuns.some(({ status }) => status === 'running');
}

/** The grid of the objects, if it has at least two axes. */
export function gridShape(knownRun: KnownRun | undefined): readonly number[] | undefined {
  const shape = knownRun?.opened?.objects?.shape;
  return shape !== undefined && shape.length >= 2 ? shape : undefined;
}
