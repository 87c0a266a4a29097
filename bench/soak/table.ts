import { type Machine, machineLine } from '../machine.ts';
import { markdownTable, significant } from '../measure/table.ts';
import { type Drift, driftsOf, isWithin, type Quantity, ratesOf } from './judge.ts';
import type { Look } from './look.ts';
import type { SoakWork } from './soak.ts';

/** All results of a soak test: what --json writes and `report` reads. */
export interface SoakFigures {
  readonly date: string;
  readonly machine: Machine;
  readonly command: string;
  readonly place: 'cpu' | 'webgpu';
  /** Further circumstances. */
  readonly note?: string;
  readonly looks: readonly Look[];
  /** Absent while it is running, or if it was interrupted. */
  readonly work?: SoakWork;
  /** The failure that ended it, if any. */
  readonly problem?: string;
}

const names: { readonly [Name in Quantity]: string } = {
  resident: 'process',
  heap: 'JavaScript heap',
  external: 'array buffers and other memory outside of the heap',
  wasm: 'WebAssembly memories',
  reserved: "reserved on the long run's device",
};

/** The drift of each quantity, and the rate. */
export function driftTable(looks: readonly Look[]): { header: string[]; rows: string[][] } {
  const rates = ratesOf(looks);
  const rows = driftsOf(looks).map((drift) => [
    `${names[drift.quantity]}, MiB`,
    ...[drift.start, drift.end, drift.max].map(mebibytes),
    verdictOf(drift),
  ]);
  const rate = ['iterations a second of the long run', significant(rates.start), significant(rates.end), '', ''];
  return { header: ['', 'at the start', 'at the end', 'at most', ''], rows: [...rows, rate] };
}

function verdictOf(drift: Drift): string {
  return isWithin(drift) ? 'within' : 'GREW';
}

/** The same with the minutes in between, for a page. */
export function markdownSection(figures: SoakFigures): string {
  const { date, machine, command, note, looks, work, problem } = figures;
  const about = [
    `**Machine**: ${machineLine(machine)}.`,
    `**Date**: ${date.slice(0, 10)}.`,
    `**Command**: \`${command}\`.`,
    ...(note === undefined ? [] : [note]),
  ];
  const ended = problem ?? (work ? describeWork(work) : 'It was broken off; these are the figures until then.');
  const { header, rows } = driftTable(looks);
  return [about.join(' '), ended, markdownTable(header, rows), minutes(looks)].join('\n\n');
}

export function describeWork({ device, minutes, iterations, evaluations, runs, kinds, plans }: SoakWork): string {
  return (
    `On ${device}: ${minutes.toFixed(1)} minutes; ${iterations} iterations and ${evaluations} evaluations of the long ` +
    `run; beside it ${runs} runs of ${kinds} kinds from beginning to end, saved and resumed in the middle, each leaving ` +
    `the bytes of the first of its kind; ${plans} plans prepared, run and released.`
  );
}

/** About ten of the observations. */
function minutes(looks: readonly Look[]): string {
  const step = Math.max(1, Math.ceil(looks.length / 10));
  const shown = looks.filter((_, i) => i % step === 0 || i === looks.length - 1);
  return markdownTable(lookHeader, shown.map(lookRow));
}

export const lookHeader = [
  'minute',
  'process, MiB',
  'heap, MiB',
  'outside it, MiB',
  'WebAssembly, MiB',
  'reserved, MiB',
  'iterations/s',
  'runs',
] as const;

export function lookRow({ minute, resident, heap, external, wasm, reserved, rate, runs }: Look): string[] {
  return [
    minute.toFixed(1),
    ...[resident, heap, external, wasm, reserved].map(mebibytes),
    significant(rate),
    String(runs),
  ];
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
