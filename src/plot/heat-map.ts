import type { TopLevelSpec } from 'vega-lite';

/** The approximate side of a heat map in pixels: cells take whole pixels, so that no seams show between them. */
const panelPixels = 260;

/** Grids with longer sides are drawn with several positions in a cell, since smaller cells would be invisible. */
const maxCells = 64;

interface Cell {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly target: number;
  readonly learnt: number;
}

/**
 * Target and learnt distribution of a grid side by side, on one colour scale. For a grid with more than two
 * coordinates, the marginals of the first two.
 */
export function heatMaps(
  target: Float64Array,
  learnt: Float64Array,
  shape: readonly number[],
  distance: string,
): TopLevelSpec {
  const [columns, rows] = shape;
  const stride = Math.ceil(Math.max(columns, rows) / maxCells);
  const cells = makeCells(marginal(target, shape), marginal(learnt, shape), columns, rows, stride);
  const pixels = Math.max(1, Math.floor(panelPixels / Math.ceil(Math.max(columns, rows) / stride)));
  const width = Math.ceil(columns / stride) * pixels;
  const height = Math.ceil(rows / stride) * pixels;

  const whole = shape.length === 2 ? '' : `; marginal of coordinates 1 and 2 of ${shape.length}`;
  const grouped = stride === 1 ? '' : `; each cell sums ${stride} × ${stride} positions`;
  const end = (side: number) => Math.ceil(side / stride) * stride - 0.5;
  const largest = cells.reduce((max, { target: p, learnt: q }) => Math.max(max, p, q), 0);
  const panel = (field: 'target' | 'learnt') => ({
    title: { text: field, anchor: 'middle' as const },
    width,
    height,
    mark: { type: 'rect' as const, aria: false },
    encoding: {
      x: {
        field: 'left',
        type: 'quantitative' as const,
        title: 'coordinate 1',
        scale: { domain: [-0.5, end(columns)], nice: false },
        axis: { grid: false, tickMinStep: 1, tickCount: 5, offset: 2 },
      },
      x2: { field: 'right' },
      y: {
        field: 'bottom',
        type: 'quantitative' as const,
        title: field === 'target' ? 'coordinate 2' : null,
        scale: { domain: [-0.5, end(rows)], nice: false },
        axis: { grid: false, tickMinStep: 1, tickCount: 5, offset: 2 },
      },
      y2: { field: 'top' },
      color: {
        field,
        type: 'quantitative' as const,
        scale: { scheme: 'viridis' as const, domain: [0, largest] },
        legend: { title: 'probability', gradientLength: Math.min(height, 200), format: '~g', tickCount: 5 },
      },
    },
  });
  return {
    title: { text: 'Target and learnt distribution', subtitle: `${distance}${whole}${grouped}` },
    data: { values: cells },
    hconcat: [panel('target'), panel('learnt')],
    spacing: 28,
    resolve: { scale: { color: 'shared' } },
  };
}

/** The distribution of the first two coordinates, the second one fastest. */
function marginal(probability: Float64Array, shape: readonly number[]): Float64Array {
  const size = shape[0] * shape[1];
  const rest = probability.length / size;
  const sums = new Float64Array(size);
  for (let i = 0; i < probability.length; i++) sums[Math.floor(i / rest)] += probability[i];
  return sums;
}

function makeCells(target: Float64Array, learnt: Float64Array, columns: number, rows: number, stride: number): Cell[] {
  const cells: Cell[] = [];
  const sum = (probability: Float64Array, column: number, row: number) => {
    let total = 0;
    for (let x = column; x < Math.min(column + stride, columns); x++) {
      for (let y = row; y < Math.min(row + stride, rows); y++) total += probability[x * rows + y];
    }
    return total;
  };
  for (let column = 0; column < columns; column += stride) {
    for (let row = 0; row < rows; row += stride) {
      cells.push({
        left: column - 0.5,
        right: column + stride - 0.5,
        bottom: row - 0.5,
        top: row + stride - 0.5,
        target: sum(target, column, row),
        learnt: sum(learnt, column, row),
      });
    }
  }
  return cells;
}
