import { type FigureTable, tableText } from '../measure/figure-table.ts';
import { measureProgram } from '../measure/program.ts';
import { measureInTurn } from '../measure/rounds.ts';
import { significant } from '../measure/table.ts';
import { isWanted, type Part } from '../part.ts';
import { axes, growthAxes } from './axes.ts';
import type { GrowthRecord } from './growth.ts';

/** One size, or why it has no figures. */
export interface Size {
  readonly value: number;
  readonly record?: GrowthRecord;
  readonly failed?: string;
}

/** How time and memory grow with each size, on one thread of the cpu device, each size in a process of its own. */
export async function runGrowth({ seconds, only, print }: Part): Promise<FigureTable[]> {
  const tables: FigureTable[] = [];
  for (const axis of axes.filter((name) => isWanted(name, only))) {
    const { title, values } = growthAxes[axis];
    const sizes: Size[] = [];
    for (const value of values) {
      const program = () => measureProgram('growth', { axis, value, seconds });
      const options = { rounds: 1, seconds, limitSeconds: 600 };
      const [{ measured }] = await measureInTurn([{ name: axis, program }], null, options);
      if ('problem' in measured) sizes.push({ value, failed: measured.problem });
      else sizes.push({ value, record: measured.records[0] as GrowthRecord });
    }
    const table = growthTable(axis, title, sizes);
    tables.push(table);
    print(tableText(table));
  }
  return tables;
}

/** Exponents are between a size and the one above it: 1 is linear. */
export function growthTable(axis: string, title: string, sizes: readonly Size[]): FigureTable {
  const rows = sizes.map(({ value, record, failed }, i) => {
    if (!record) return [String(value), failed ?? '', '', '', '', '', ''];
    const before = sizes[i - 1];
    const exponent = (of: (record: GrowthRecord) => number) =>
      before?.record ? (Math.log(of(record) / of(before.record)) / Math.log(value / before.value)).toFixed(2) : '';
    return [
      String(value),
      significant(record.iteration),
      exponent(({ iteration }) => iteration),
      significant(record.bytes / 2 ** 20),
      exponent(({ bytes }) => bytes),
      String(record.parameters),
      significant(record.ready),
    ];
  });
  const header = [axis, 'an iteration, ms', 'exponent', 'memory, MiB', 'exponent', 'parameters', 'made ready, ms'];
  return { title, header, rows };
}
