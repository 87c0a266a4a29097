/**
 * The two axes of a grid that are shown, and the treatment of the others: summed over, or held at a position. Axes are
 * counted from 0; `held[axis]` is read for axes that are not shown.
 */
export interface GridView {
  readonly horizontal: number;
  readonly vertical: number;
  readonly others: 'summed' | 'held';
  readonly held: readonly number[];
}

/** Numbers of a plane, `values[x * height + y]`. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/** The initial view of a grid: its first two axes, the others summed over. */
export function firstView(shape: readonly number[]): GridView {
  return { horizontal: 0, vertical: Math.min(1, shape.length - 1), others: 'summed', held: shape.map(() => 0) };
}

/** Whether a view belongs to a grid of this shape. */
export function fitsShape({ horizontal, vertical, held }: GridView, shape: readonly number[]): boolean {
  const isAxis = (axis: number) => Number.isInteger(axis) && axis >= 0 && axis < shape.length;
  const isHeld = held.length === shape.length && held.every((place, axis) => place >= 0 && place < shape[axis]);
  return isAxis(horizontal) && isAxis(vertical) && horizontal !== vertical && isHeld;
}

/**
 * The plane of a distribution in a view: probabilities of the two coordinates with the others summed over, or of the
 * cells of a slice.
 * @param probability by object number, the last coordinate fastest
 * @param shape of at least two axes
 */
export function planeOf(probability: ArrayLike<number>, shape: readonly number[], view: GridView): Plane {
  const { horizontal, vertical, others, held } = view;
  const [width, height] = [shape[horizontal], shape[vertical]];
  const values = new Float64Array(width * height);
  const strides = stridesOf(shape);
  if (others === 'held' || shape.length === 2) {
    const first = shape.reduce(
      (sum, _, axis) => (axis === horizontal || axis === vertical ? sum : sum + held[axis] * strides[axis]),
      0,
    );
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        values[x * height + y] = probability[first + x * strides[horizontal] + y * strides[vertical]];
      }
    }
  } else {
    for (let object = 0; object < probability.length; object++) {
      const x = Math.floor(object / strides[horizontal]) % width;
      const y = Math.floor(object / strides[vertical]) % height;
      values[x * height + y] += probability[object];
    }
  }
  return { width, height, values };
}

/** The coordinates of a cell's state: other axes are where they are held. */
export function stateAt(view: GridView, x: number, y: number): number[] {
  const coordinates = [...view.held];
  coordinates[view.horizontal] = x;
  coordinates[view.vertical] = y;
  return coordinates;
}

/** Whether a state is visible in the plane: in a slice it has to lie in it, in sums every state does. */
export function isInView(view: GridView, coordinates: readonly number[]): boolean {
  if (view.others === 'summed') return true;
  return view.held.every(
    (place, axis) => axis === view.horizontal || axis === view.vertical || place === coordinates[axis],
  );
}

export function largest({ values }: Plane): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}

/** The difference of the numbers of two objects that are neighbours along an axis. */
function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
