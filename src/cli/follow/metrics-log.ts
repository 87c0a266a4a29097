import { type RunFolder, runFiles } from '../run-folder.ts';
import { eventFile, eventHead, eventRecord } from './tensorboard.ts';

/** The metrics of an evaluation, by name, with `step`. */
export type MetricsRow = Readonly<Record<string, number>> & { readonly step: number };

/** The evaluations of a run in the forms that other programs read, beside `metrics.jsonl`. */
export interface MetricsLog {
  /** Adds an evaluation. If its iteration was logged before, it replaces that row and all later ones. */
  add(row: MetricsRow): Promise<void>;
}

/**
 * Writes `metrics.csv`, and event files for TensorBoard on request, as evaluations come.
 * @param earlier the evaluations so far of a resumed run
 */
export async function openMetricsLog(
  folder: Pick<RunFolder, 'write' | 'add'>,
  earlier: readonly MetricsRow[],
  { tensorboard }: { tensorboard: boolean },
): Promise<MetricsLog> {
  const rows: MetricsRow[] = [...earlier];
  const began = Date.now() / 1000 - (earlier.at(-1)?.seconds ?? 0);
  let columns = columnsOf(rows);
  const event = (row: MetricsRow) => {
    const { step, seconds = 0, ...values } = row;
    return eventRecord({ step, time: began + seconds, values });
  };
  const writeAll = async () => {
    await folder.write(
      runFiles.table,
      `${[columns.join(','), ...rows.map((row) => lineOf(row, columns))].join('\n')}\n`,
    );
    if (tensorboard) await folder.write(eventFile, Buffer.concat([eventHead(began), ...rows.map(event)]));
  };
  if (rows.length > 0) await writeAll();
  return {
    async add(row) {
      const kept = rows.findIndex(({ step }) => step >= row.step);
      const isRewritten = kept >= 0 || rows.length === 0;
      if (kept >= 0) rows.length = kept;
      rows.push(row);
      const found = columnsOf(rows);
      if (isRewritten || found.length !== columns.length) {
        columns = found;
        return writeAll();
      }
      await folder.add(runFiles.table, `${lineOf(row, columns)}\n`);
      if (tensorboard) await folder.add(eventFile, event(row));
    },
  };
}

/** The rows of `metrics.jsonl`. */
export function rowsOf(text: string): MetricsRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => numbersOf(JSON.parse(line) as Record<string, unknown>));
}

/** The numbers of a row; tables have no place for other values. */
export function numbersOf(row: Readonly<Record<string, unknown>>): MetricsRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === 'number')) as MetricsRow;
}

/** Every name in the rows, in order of appearance. */
function columnsOf(rows: readonly MetricsRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function lineOf(row: MetricsRow, columns: readonly string[]): string {
  return columns.map((name) => (row[name] === undefined ? '' : String(row[name]))).join(',');
}
