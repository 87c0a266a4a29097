import type { Machine } from '../machine.ts';
import type { Measured, Program } from '../measure/child.ts';

/** What `bench -- gpu` was asked for. */
export interface GpuOptions {
  /** The file that each result is added to, and that says what is there already. */
  readonly json: string;
  /** The one part to run; all unless given. */
  readonly only?: string | undefined;
  /** Tiny sizes: to try the command out where a GPU is emulated in software. */
  readonly small: boolean;
  /** The folder with the tables of TFBind8 and String QM9 and with the data of sEH. */
  readonly data?: string | undefined;
  /** The interpreter that may have PyTorch, JAX and gfnx. */
  readonly python: string;
  /** What the card's maker says it can do at most, in float32, GFLOP/s. */
  readonly peak?: number | undefined;
}

/** What a part is told when it makes its items. */
export interface GpuContext extends GpuOptions {
  /** For files that its programs read, until the run ends. */
  readonly folder: string;
}

/** One thing to measure, in a process of its own: a crash or a hang takes nothing else with it. */
export interface Item {
  readonly name: string;
  /** What the tables need to know of it beside what it measures. */
  readonly about?: Readonly<Record<string, string | number>> | undefined;
  /** What is run, or why it cannot be. */
  readonly program: Program | { readonly missing: string };
  /** The most that it may take. */
  readonly limitSeconds: number;
}

/** What an item measured, as the file keeps it. */
export interface ItemResult {
  readonly name: string;
  readonly about: Readonly<Record<string, string | number>>;
  readonly measured: Measured;
  readonly seconds: number;
}

/** All that was measured on one machine, over as many runs as it took. */
export interface GpuFigures {
  readonly date: string;
  readonly machine: Machine;
  readonly small: boolean;
  readonly peak?: number | undefined;
  /** By the name of the part, in the order in which they were measured. */
  readonly gpu: Readonly<Record<string, readonly ItemResult[]>>;
}

/** A piece of a page: a sentence, or a table. */
export type Block = string | { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A part of the benchmark on a GPU. Its items run in order until its time is over; a later run goes on with the rest. */
export interface GpuPart {
  readonly name: string;
  readonly title: string;
  /** The most that all its items together may take. */
  readonly seconds: number;
  items(context: GpuContext): Promise<readonly Item[]>;
  /** What was found, for the terminal and for the page. */
  blocks(results: readonly ItemResult[], figures: Pick<GpuFigures, 'peak' | 'gpu'>): readonly Block[];
}

/** The records of an item, none where it measured none. */
export function recordsOf<Record>({ measured }: ItemResult): readonly Record[] {
  return 'records' in measured ? (measured.records as readonly Record[]) : [];
}

/** Why an item has no figures; undefined where it has some. */
export function problemOf({ measured }: ItemResult): string | undefined {
  return 'problem' in measured ? measured.problem : undefined;
}

/** A row of a table for an item that measured nothing: its name and why. */
export function failedRow(name: string, result: ItemResult, columns: number): string[] {
  return [name, problemOf(result) ?? 'it measured nothing', ...new Array<string>(columns - 2).fill('')];
}
