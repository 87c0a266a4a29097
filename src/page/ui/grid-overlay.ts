import type { StateView } from '../protocol.ts';
import { blueToRed, cssColour } from './colour-map.ts';
import { arrowPolygon, type Cell, centreOf, type GridGeometry, type Point } from './grid-geometry.ts';
import { type GridView, isInView } from './grid-view.ts';
import { trail, type WalkShow } from './walk-motion.ts';

/** Drawings over cells must be visible on every colour: light, with a dark rim. */
const [light, dark] = ['#ffffff', 'rgb(10 12 20 / 70%)'];

/** Residuals of this many nats and more have the strongest colour. */
export const strongResidual = 2;

/** Draws walks as lines with a dot at each cell and a head, larger where one has stopped. */
export function drawWalks(
  context: CanvasRenderingContext2D,
  geometry: GridGeometry,
  walks: ReturnType<WalkShow['at']>,
): void {
  const width = Math.min(3, Math.max(1.5, geometry.width / geometry.columns / 7));
  for (const { cells, moment } of walks) {
    const points = trail(cells, moment.along).map((cell) => centreOf(geometry, cell));
    const head = points[points.length - 1];
    context.globalAlpha = moment.opacity;
    context.lineJoin = 'round';
    context.lineCap = 'round';
    for (const [colour, more] of [
      [dark, 2],
      [light, 0],
    ] as const) {
      context.strokeStyle = colour;
      context.fillStyle = colour;
      context.lineWidth = width + more;
      line(context, points);
      // Without dots a walk straight ahead looks like a slider.
      for (const { left, top } of points) dot(context, left, top, 1.1 * width + more / 2);
      dot(context, head.left, head.top, (moment.arrived ? 2.2 : 1.4) * width + more / 2);
    }
  }
  context.globalAlpha = 1;
}

function dot(context: CanvasRenderingContext2D, left: number, top: number, radius: number): void {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.fill();
}

function line(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  context.beginPath();
  for (const { left, top } of points) context.lineTo(left, top);
  context.stroke();
}

/** Draws a frame around a cell. */
export function drawFrame(context: CanvasRenderingContext2D, geometry: GridGeometry, cell: Cell): void {
  const { left, top } = centreOf(geometry, cell);
  const [across, down] = [geometry.width / geometry.columns, geometry.height / geometry.rows];
  for (const [colour, width] of [
    [dark, 4],
    [light, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(left - across / 2, top - down / 2, across, down);
  }
}

/**
 * Draws a state's edges in the plane as arrows, with widths by P_F for outgoing and P_B for incoming edges, coloured by
 * balance residual. Stopping is a ring.
 */
export function drawEdges(
  context: CanvasRenderingContext2D,
  geometry: GridGeometry,
  view: GridView,
  { state, forward, backward }: StateView,
): void {
  const at = (row: readonly number[]): Cell => ({ x: row[view.horizontal], y: row[view.vertical] });
  const centre = centreOf(geometry, at(state));
  const reach = Math.max(geometry.width / geometry.columns, 24);
  const thickness = (probability: number) => 1.5 + 7 * probability;
  const side = (other: readonly number[]): Point | undefined => {
    const [across, up] = [at(other).x - at(state).x, at(other).y - at(state).y];
    return across === 0 && up === 0 ? undefined : { left: centre.left + across * reach, top: centre.top - up * reach };
  };
  for (const edge of backward) {
    const from = edge.state && isInView(view, edge.state) ? side(edge.state) : undefined;
    if (from)
      arrow(context, arrowPolygon(from, near(centre, from, 5), thickness(edge.backwardProbability)), edge.residual);
  }
  for (const edge of forward) {
    if (edge.state === undefined) {
      ring(context, centre, 3 + 6 * edge.forwardProbability, edge.residual);
      continue;
    }
    const to = isInView(view, edge.state) ? side(edge.state) : undefined;
    if (to) arrow(context, arrowPolygon(near(centre, to, 5), to, thickness(edge.forwardProbability)), edge.residual);
  }
}

/** A point `distance` away from `from`, towards `to`. */
function near(from: Point, to: Point, distance: number): Point {
  const [along, down] = [to.left - from.left, to.top - from.top];
  const share = distance / Math.hypot(along, down);
  return { left: from.left + along * share, top: from.top + down * share };
}

function arrow(context: CanvasRenderingContext2D, points: readonly Point[], residual: number): void {
  context.beginPath();
  for (const { left, top } of points) context.lineTo(left, top);
  context.closePath();
  rimmed(context, residual);
}

function ring(context: CanvasRenderingContext2D, { left, top }: Point, radius: number, residual: number): void {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  rimmed(context, residual);
}

function rimmed(context: CanvasRenderingContext2D, residual: number): void {
  context.lineJoin = 'round';
  context.lineWidth = 2;
  context.strokeStyle = dark;
  context.stroke();
  context.fillStyle = cssColour(blueToRed(residual / strongResidual));
  context.fill();
}
