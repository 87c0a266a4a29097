import { comparisonPlot } from '../../src/plot/comparison.ts';
import { comparedMeasures } from '../../src/plot/seed-band.ts';
import type { FigureTable } from '../measure/figure-table.ts';
import { seedCurves } from '../measure/seed-curves.ts';
import { significant } from '../measure/table.ts';
import type { SecondsPoint } from './follow.ts';

/** How far each engine came in the same time. */
export interface SecondsResult {
  readonly problem: string;
  /** The name of its picture. */
  readonly picture: string;
  /** Of training, for each run. */
  readonly seconds: number;
  readonly engines: readonly {
    readonly name: string;
    readonly version: string;
    readonly points: readonly SecondsPoint[];
  }[];
}

/** The figures of each seed at a quarter, half and the end of the time. */
export function secondsTable({ problem, seconds, engines }: SecondsResult): FigureTable {
  const last = engines.reduce((max, { points }) => points.reduce((most, { look }) => Math.max(most, look), max), 0);
  const shares = [1 / 4, 1 / 2, 1];
  const row = ({ name, points }: SecondsResult['engines'][number]) => {
    const at = (share: number) => points.filter(({ look }) => look === Math.round(share * last));
    return [
      name,
      ...shares.map((share) =>
        at(share)
          .map(({ totalVariation }) => significant(totalVariation))
          .join(', '),
      ),
      at(1)
        .map(({ iteration }) => iteration.toLocaleString('en-US'))
        .join(', '),
    ];
  };
  const versions = engines.map(({ name, version }) => `${name}: ${version}`).join('; ');
  return {
    title: problem,
    header: [
      'engine',
      ...shares.map((share) => `total variation after ${significant(share * seconds)} s`),
      'iterations',
    ],
    rows: engines.map(row),
    note: `A figure for each seed; seconds are those of training alone. ${versions}.`,
  };
}

/** Total variation against seconds, a band over seeds for each engine, as SVG. */
export async function secondsPicture({ problem, engines }: SecondsResult): Promise<string | undefined> {
  const measure = comparedMeasures.find(({ field }) => field === 'totalVariation');
  if (!measure) throw new Error('There is no measure of total variation.');
  // Looks are what runs have in common: by then each has its own number of trajectories.
  const methods = seedCurves(engines, ({ look, iteration, seconds, totalVariation }) => ({
    ...{ step: iteration, trajectories: look, seconds, totalVariation },
  }));
  return comparisonPlot(methods, measure, problem, 'seconds');
}
