import type { StateView } from '../protocol.ts';
import type { ChartAxis } from './chart-data.ts';
import type { GridView } from './grid-view.ts';
import type { Painting } from './painting.ts';
import type { ListedRun } from './run-list.ts';
import type { RunRecord } from './run-record.ts';

/** All that the page shows follows from this. */
export interface PageState {
  /** The run; with a second one beside it where objectives are compared. */
  readonly records: readonly RunRecord[];
  /** Runs whose curves are kept beside them. */
  readonly listed: readonly ListedRun[];
  /** The seed of a listed run that is being trained, and how far it is. */
  readonly training: { readonly id: number; readonly seed: number; readonly share: number } | undefined;
  /** What charts are drawn over, and of: undefined as long as the visitor has not chosen. */
  readonly axis: ChartAxis;
  readonly figures: readonly string[] | undefined;
  /** The place on the axis at which all charts are read. */
  readonly cursor: number | undefined;
  readonly shows: Shows;
  /** What of a grid of more than two axes is looked at. */
  readonly view: GridView | undefined;
  readonly walksShown: boolean;
  readonly selection: Selection | undefined;
  /** The level that is painted with; undefined where nothing is being painted. */
  readonly paintLevel: number | undefined;
  /** The painting under way, ahead of the run that is to have it. */
  readonly painting: Painting | undefined;
  /** What was painted before each stroke, the last one at the end. */
  readonly strokes: readonly Painting[];
}

/** What the pictures beside the target show: the learnt distribution, or how it differs from the target. */
export type Shows = 'learnt' | 'difference';

/** A state that is looked at, in one of the runs. */
export interface Selection {
  readonly state: readonly number[];
  readonly run: number;
  readonly view?: StateView;
  readonly problem?: string;
}

export const firstState: PageState = {
  records: [],
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

/** Whether all runs are at rest, and can go on. */
export function isPaused({ records }: PageState): boolean {
  return records.some(({ status }) => status === 'paused') && records.every(({ status }) => status !== 'running');
}

export function isRunning({ records }: PageState): boolean {
  return records.some(({ status }) => status === 'running');
}

/** The grid that the objects form, where it has at least two axes. */
export function gridShape(record: RunRecord | undefined): readonly number[] | undefined {
  const shape = record?.opened?.objects?.shape;
  return shape !== undefined && shape.length >= 2 ? shape : undefined;
}
