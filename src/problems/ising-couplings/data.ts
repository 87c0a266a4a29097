import { isHeader, numberIn, parseCsv } from '../csv.ts';
import { maxSide } from './options.ts';

/** Configurations of spins on a torus. */
export interface SpinData {
  readonly side: number;
  /** i32 [n, side^2], -1 and 1, row by row. */
  readonly spins: Int32Array;
}

/**
 * Configurations from a file: a line for each, optionally after a header, and a column for each spin, row by row of the
 * torus. Spins are -1 and 1, or 0 and 1 everywhere.
 * @param file its name in messages
 * @throws Error that names line and column of a cell that is no spin, or says which numbers of columns there can be
 */
export function parseSpins(bytes: Uint8Array, file: string): SpinData {
  const rows = parseCsv(bytes, file);
  const columns = rows[0].cells.map((_, column) => column);
  const side = Math.round(Math.sqrt(columns.length));
  if (side ** 2 !== columns.length || side < 2 || side > maxSide) {
    throw new Error(
      `${file} has ${columns.length} columns, which are no torus of N by N spins. Give each line N x N cells: 4, 9, 16, ` +
        `up to ${maxSide ** 2}.`,
    );
  }
  const configurations = isHeader(rows[0], columns) ? rows.slice(1) : rows;
  if (configurations.length === 0) throw new Error(`${file} has no configurations below its header.`);
  const spins = new Int32Array(configurations.length * columns.length);
  /** How the file writes a spin that is down, by its first one. */
  let down: number | undefined;
  for (const [n, row] of configurations.entries()) {
    for (const column of columns) {
      const value = numberIn(row, column, file);
      if (value !== 1 && value !== (down ?? value)) throw wrongSpin(row.line, column, file, value, down);
      if (value !== 1 && value !== 0 && value !== -1) throw wrongSpin(row.line, column, file, value, down);
      if (value !== 1) down = value;
      spins[n * columns.length + column] = value === 1 ? 1 : -1;
    }
  }
  return { side, spins };
}

function wrongSpin(line: number, column: number, file: string, value: number, down: number | undefined): Error {
  const rule = down === undefined ? 'spins are -1 and 1, or 0 and 1' : `spins are ${down} and 1 in the lines before it`;
  return new Error(
    `Line ${line}, column ${column + 1} of ${file} is ${value}, but ${rule}. Correct it, or leave the line out.`,
  );
}
