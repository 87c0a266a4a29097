/**
 * The layout of cells in a square picture: the first coordinate to the right, the second upwards, from the lower left.
 */
export interface GridGeometry {
  readonly columns: number;
  readonly rows: number;
  /** Of the picture in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Cell {
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly left: number;
  readonly top: number;
}

/** The middle of a cell, in pixels from the upper left. */
export function centreOf({ columns, rows, width, height }: GridGeometry, { x, y }: Cell): Point {
  return { left: ((x + 0.5) * width) / columns, top: ((rows - y - 0.5) * height) / rows };
}

/** The cell under a point; undefined outside of the picture. */
export function cellAt({ columns, rows, width, height }: GridGeometry, { left, top }: Point): Cell | undefined {
  const x = Math.floor((left * columns) / width);
  const y = rows - 1 - Math.floor((top * rows) / height);
  return x >= 0 && x < columns && y >= 0 && y < rows ? { x, y } : undefined;
}

/** The cells of a stroke from one cell to another, including both, each touching the next (Bresenham, 1965). */
export function cellsBetween(from: Cell, to: Cell): Cell[] {
  const cells: Cell[] = [];
  const [across, along] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  const [right, up] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  let { x, y } = from;
  let error = across - along;
  for (;;) {
    cells.push({ x, y });
    if (x === to.x && y === to.y) return cells;
    const twice = 2 * error;
    if (twice > -along) {
      error -= along;
      x += right;
    }
    if (twice < across) {
      error += across;
      y += up;
    }
  }
}

/** The cell that an arrow key leads to, the same one at the edge; undefined for other keys. */
export function cellBeside({ columns, rows }: GridGeometry, { x, y }: Cell, key: string): Cell | undefined {
  const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowRight':
      return { x: within(x + 1, columns), y };
    case 'ArrowLeft':
      return { x: within(x - 1, columns), y };
    case 'ArrowUp':
      return { x, y: within(y + 1, rows) };
    case 'ArrowDown':
      return { x, y: within(y - 1, rows) };
    case 'Home':
      return { x: 0, y: 0 };
    case 'End':
      return { x: columns - 1, y: rows - 1 };
    default:
      return undefined;
  }
}

/** An arrow as a polygon: a shaft of a given thickness and a head, from `from` to `to`. */
export function arrowPolygon(from: Point, to: Point, thickness: number): Point[] {
  const [along, down] = [to.left - from.left, to.top - from.top];
  const length = Math.hypot(along, down);
  if (length === 0) return [];
  const head = Math.min(length, 2 + 2.2 * thickness);
  const [unitLeft, unitTop] = [along / length, down / length];
  const at = (distance: number, aside: number): Point => ({
    left: from.left + unitLeft * distance - unitTop * aside,
    top: from.top + unitTop * distance + unitLeft * aside,
  });
  const half = thickness / 2;
  return [
    at(0, half),
    at(length - head, half),
    at(length - head, half + 0.35 * head),
    at(length, 0),
    at(length - head, -half - 0.35 * head),
    at(length - head, -half),
    at(0, -half),
  ];
}
