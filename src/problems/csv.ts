import { quoted } from '../text/quoted.ts';

/** A row of a table: its cells, and its line in the file, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a table with cells separated by commas (or by semicolons or tabs, whichever the first line has). Empty
 * lines are skipped; cells may be in double quotes.
 * @param file its name in messages
 * @throws Error that names the line if its number of cells differs from the first line's, or a quote is not closed
 */
export function parseCsv(bytes: Uint8Array, file: string): CsvRow[] {
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, '');
  const rows: CsvRow[] = [];
  let separator = ',';
  let line = 0;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    line++;
    if (raw.trim() === '') continue;
    if (rows.length === 0) separator = [',', ';', '\t'].find((each) => raw.includes(each)) ?? ',';
    const cells = raw.includes('"') ? quotedCells(raw, separator, `Line ${line} of ${file}`) : raw.split(separator);
    const [first = { cells }] = rows;
    if (cells.length !== first.cells.length) {
      throw new Error(
        `Line ${line} of ${file} has ${cells.length} cells, and the first line ${first.cells.length}. Give each line as many.`,
      );
    }
    rows.push({ line, cells: cells.map((cell) => cell.trim()) });
  }
  if (rows.length === 0) throw new Error(`${file} is empty.`);
  return rows;
}

function quotedCells(raw: string, separator: string, where: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < raw.length; i++) {
    const sign = raw[i];
    if (sign === '"') {
      if (isQuoted && raw[i + 1] === '"') cell += raw[++i];
      else isQuoted = !isQuoted;
    } else if (sign === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  if (isQuoted) throw new Error(`${where} has a quotation mark that is not closed.`);
  return [...cells, cell];
}

/** A cell as a finite number. @throws Error naming line and column */
export function numberIn({ line, cells }: CsvRow, column: number, file: string): number {
  const cell = cells[column];
  const where = `Line ${line}, column ${column + 1} of ${file}`;
  if (cell === '') throw new Error(`${where} is empty. Fill it in, or leave the line out.`);
  const value = Number(cell);
  if (Number.isFinite(value)) return value;
  throw new Error(`${where} is ${quoted(cell)}, which is not a finite number. Correct it, or leave the line out.`);
}

/** Whether a row holds names instead of numbers in one of these columns. */
export function isHeader({ cells }: CsvRow, columns: readonly number[]): boolean {
  return columns.some((column) => cells[column] !== '' && Number.isNaN(Number(cells[column])));
}
