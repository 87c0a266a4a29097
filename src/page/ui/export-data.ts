import type { RunConfig } from '../../run/run-config.ts';
import { formatAddress } from '../address.ts';
import { figuresOf } from './chart-figures.ts';
import type { CurvePoint } from './known-run.ts';
import type { PageState } from './page-state.ts';
import { namesOfRuns } from './run-lines.ts';
import { updatesOf } from './run-list.ts';

/** Runs for export: those in the pictures, then those of the list, each with the curves of its seeds. */
export interface ExportedRun {
  readonly name: string;
  readonly config: RunConfig;
  readonly curves: readonly (readonly CurvePoint[])[];
  readonly device?: string | undefined;
}

export function exportedRuns(state: Pick<PageState, 'knownRuns' | 'listed'>): readonly ExportedRun[] {
  const { knownRuns, listed } = state;
  const names = namesOfRuns(state);
  return [
    ...knownRuns.map(({ config, curve, opened }, i) => ({
      ...{ name: names[i], config, curves: [curve], device: opened?.device.description },
    })),
    ...listed.map(({ config, curves }, i) => ({ name: names[knownRuns.length + i], config, curves })),
  ];
}

/** Curves as comma-separated values, a row for each run, seed and observed iteration. */
export function curvesAsCsv(runs: readonly ExportedRun[]): string {
  const figures = figuresOf(runs.flatMap(({ curves }) => curves));
  const rows = runs.flatMap(({ name, config, curves }) =>
    curves.flatMap((curve, seed) =>
      curve.map(({ step, seconds, values }) =>
        [
          ...[cell(name), config.problem, config.objective, config.seed + seed],
          ...[step, step * config.batch, step * updatesOf(config), seconds],
          ...figures.map((figure) => values[figure] ?? ''),
        ].join(','),
      ),
    ),
  );
  const head = ['run', 'problem', 'objective', 'seed', 'iteration', 'trajectories', 'updates', 'seconds', ...figures];
  return [head.join(','), ...rows, ''].join('\n');
}

/** A text in a table: quoted if it contains separators. */
function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same as JSON, with complete configurations and the address of each run. */
export function curvesAsJson(runs: readonly ExportedRun[]): string {
  const told = runs.map(({ name, config, device, curves }) => ({
    ...{ name, address: `#${formatAddress(config)}`, config, device },
    seeds: curves.map((curve, seed) => ({
      seed: config.seed + seed,
      curve: curve.map(({ step, ...point }) => ({ step, trajectories: step * config.batch, ...point })),
    })),
  }));
  return `${JSON.stringify({ runs: told }, undefined, 2)}\n`;
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
