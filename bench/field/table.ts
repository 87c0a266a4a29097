import type { FigureTable } from '../measure/figure-table.ts';
import type { EngineRecords } from '../measure/rounds.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { formatRatio, formatSpread, significant } from '../measure/table.ts';
import type { TrainRecord } from '../train/train.ts';
import type { FieldProblem } from './problems.ts';

type Timing = Extract<TrainRecord, { milliseconds: readonly number[] }>;

/**
 * The figures of one problem. Ratios are of medians, over those of flowtape, the first engine; the floor is the
 * processor time of the least operations at the rate of one thread.
 * @param ceiling operations that a thread makes in a nanosecond at most
 */
export function fieldTable(problem: FieldProblem, engines: readonly EngineRecords[], ceiling: number): FigureTable {
  const found = engines.map(summary);
  const [ours] = found;
  const versions = found.flatMap(({ name, version }) => (version === undefined ? [] : `${name}: ${version}`));
  return {
    title: problem.name,
    header: [
      'engine',
      'an iteration, ms',
      'processor time, ms',
      'mean length',
      'flowtape is',
      'by processor time',
      'processor time at the floor, ms',
      'times the floor',
    ],
    rows: found.map(({ name, failed, wall, processor, meanLength }) => {
      if (!wall || !processor) return [name, failed, '', '', '', '', '', ''];
      const floor = problem.flops(meanLength) / ceiling / 1e6;
      const isOurs = name === ours.name;
      return [
        name,
        formatSpread(wall),
        formatSpread(processor),
        meanLength.toFixed(1),
        isOurs || !ours.wall ? '' : formatRatio(wall.median / ours.wall.median),
        isOurs || !ours.processor ? '' : formatRatio(processor.median / ours.processor.median),
        significant(floor),
        significant(processor.median / floor),
      ];
    }),
    note: `One thread makes ${significant(ceiling)} GFLOP/s at most. ${versions.join('; ')}.`,
  };
}

interface Summary {
  readonly name: string;
  readonly failed: string;
  readonly version?: string | undefined;
  readonly wall?: Spread | undefined;
  readonly processor?: Spread | undefined;
  readonly meanLength: number;
}

function summary({ name, measured }: EngineRecords): Summary {
  if ('problem' in measured) return { name, failed: measured.problem, meanLength: 0 };
  const records = measured.records as TrainRecord[];
  const named = records.find((record) => 'engine' in record);
  const version = named && 'engine' in named ? named.engine : undefined;
  const timings = records.filter((record): record is Timing => 'milliseconds' in record);
  if (timings.length === 0) return { name, version, failed: 'did not finish warming up in its time', meanLength: 0 };
  return {
    ...{ name, version, failed: '' },
    wall: spread(timings.flatMap(({ milliseconds }) => milliseconds)),
    processor: spread(timings.flatMap(({ processorMilliseconds = [] }) => processorMilliseconds)),
    meanLength: timings.reduce((sum, timing) => sum + timing.meanLength, 0) / timings.length,
  };
}
