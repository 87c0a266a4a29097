import { normalFrom } from '../../random/normal.ts';
import { shuffled } from '../../random/shuffled.ts';
import { uniformStream } from '../../random/threefry.ts';
import { isHeader, numberIn, parseCsv } from '../csv.ts';
import type { DagParents } from './enumerate.ts';
import type { DagData } from './scores.ts';

/** Data drawn from a random linear-Gaussian network, with its graph. */
export interface SimulatedData extends DagData {
  readonly graph: DagParents;
}

/**
 * Data from a file: a line for each row, a column for each variable, optionally with a header.
 * @param file its name in messages
 * @throws Error that names line and column if a cell is missing or not a number, if there are more than 31 columns, or
 * if a column is constant
 */
export function parseDagData(bytes: Uint8Array, file: string): DagData {
  const rows = parseCsv(bytes, file);
  const variables = rows[0].cells.length;
  const columns = rows[0].cells.map((_, column) => column);
  const data = isHeader(rows[0], columns) ? rows.slice(1) : rows;
  if (variables > 31) throw new Error(`${file} has ${variables} columns; graphs have at most 31 variables.`);
  if (data.length < 2) throw new Error(`${file} has ${data.length} rows of numbers; a score takes at least 2.`);
  const values = Float64Array.from(data.flatMap((row) => columns.map((column) => numberIn(row, column, file))));
  for (const column of columns) {
    if (data.some((_, row) => values[row * variables + column] !== values[column])) continue;
    throw new Error(
      `Column ${column + 1} of ${file} has the same number in every row, which tells nothing. Leave it out.`,
    );
  }
  return { variables, rows: data.length, values };
}

/** The random stream of simulated data, separate from those of runs. */
const stream = 0x646167;

/** Variance of each variable given its parents. */
export const SIMULATED_NOISE = 0.1;

/**
 * Draws a graph, with each edge along a random order of the variables equally probable, edge weights from a standard
 * normal distribution, and then rows of data from the roots down.
 * @param edges the average number of edges
 */
export function simulateData({
  variables: d,
  edges,
  rows,
  seed,
}: {
  readonly variables: number;
  readonly edges: number;
  readonly rows: number;
  readonly seed: number;
}): SimulatedData {
  const uniform = uniformStream(seed, stream);
  const order = shuffled(d, uniform);
  const share = d > 1 ? edges / ((d * (d - 1)) / 2) : 0;
  const graph = new Array<number>(d).fill(0);
  const weights = new Float64Array(d * d);
  for (let to = 0; to < d; to++) {
    for (let from = 0; from < to; from++) {
      if (uniform() >= share) continue;
      graph[order[to]] |= 1 << order[from];
      weights[order[from] * d + order[to]] = normalFrom(uniform);
    }
  }
  const values = new Float64Array(rows * d);
  for (let row = 0; row < rows; row++) {
    for (const variable of order) {
      let mean = 0;
      for (let from = 0; from < d; from++) mean += weights[from * d + variable] * values[row * d + from];
      values[row * d + variable] = mean + Math.sqrt(SIMULATED_NOISE) * normalFrom(uniform);
    }
  }
  return { variables: d, rows, values, graph };
}
