import { formatAddress } from '../address.ts';
import type { RunRecord } from './run-record.ts';

/** Runs' curves as a table of comma-separated values, a row for each run and iteration that was looked at. */
export function curvesAsCsv(records: readonly RunRecord[]): string {
  const rows = records.flatMap(({ config, curve }, run) =>
    curve.map(({ step, totalVariation, elboGap }) =>
      [run + 1, config.objective, config.seed, step, step * config.batch, totalVariation, elboGap].join(','),
    ),
  );
  return ['run,objective,seed,iteration,trajectories,totalVariation,elboGap', ...rows, ''].join('\n');
}

/** The same as JSON, with the configurations whole and the address of each run. */
export function curvesAsJson(records: readonly RunRecord[]): string {
  const runs = records.map(({ config, opened, curve, metrics }) => ({
    address: `#${formatAddress(config)}`,
    config,
    device: opened?.device.description,
    curve: curve.map((point) => ({ ...point, trajectories: point.step * config.batch })),
    latest: metrics,
  }));
  return `${JSON.stringify({ runs }, undefined, 2)}\n`;
}

/** A grid of two axes as a picture of its own, in grey: black is `top`. */
export function gridAsSvg(
  side: readonly [columns: number, rows: number],
  values: ArrayLike<number>,
  top: number,
  title: string,
): string {
  const [columns, rows] = side;
  const cells = Array.from({ length: columns * rows }, (_, cell) => {
    const [x, y] = [Math.floor(cell / rows), cell % rows];
    const share = Math.min(1, values[cell] / top);
    return `<rect x="${x}" y="${rows - 1 - y}" width="1" height="1" fill-opacity="${share.toFixed(4)}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns} ${rows}" width="${16 * columns}" height="${16 * rows}" shape-rendering="crispEdges"><title>${title}</title><rect width="${columns}" height="${rows}" fill="#fff"/><g fill="#0b4f7d">${cells.join('')}</g></svg>\n`;
}
