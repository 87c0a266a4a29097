import type { Machine } from '../machine.ts';
import type { Measured, Program } from '../measure/child.ts';

/** The options of `bench -- gpu`. */
export interface GpuOptions {
  /** The file that results are added to; what it already has is not measured again. */
  readonly json: string;
  /** The only part to run; by default all run. */
  readonly only?: string | undefined;
  /** Tiny sizes, to try the command with a GPU emulated in software. */
  readonly small: boolean;
  /** The folder with the tables of TFBind8 and String QM9 and with the data of sEH. */
  readonly data?: string | undefined;
  /** The interpreter that may have PyTorch, JAX and gfnx. */
  readonly python: string;
  /** The card's peak float32 rate as its maker states it, in GFLOP/s. */
  readonly peak?: number | undefined;
}

/** The context in which a part makes its items. */
export interface GpuContext extends GpuOptions {
  /** For files that its programs read, until the run ends. */
  readonly folder: string;
}

/** One thing to measure, in its own process, so that a crash or a hang is contained. */
export interface Item {
  readonly name: string;
  /** Further facts for the tables. */
  readonly about?: Readonly<Record<string, string | number>> | undefined;
  /** The program to run, or why it cannot be run. */
  readonly program: Program | { readonly missing: string };
  /** The time limit. */
  readonly limitSeconds: number;
}

/** An item's results in the file. */
export interface ItemResult {
  readonly name: string;
  readonly about: Readonly<Record<string, string | number>>;
  readonly measured: Measured;
  readonly seconds: number;
}

/** Everything measured on one machine, over any number of runs. */
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

/**
 * A part of the benchmark on a GPU. Its items run in order until its time is up; a later run continues with the rest.
 */
export interface GpuPart {
  readonly name: string;
  readonly title: string;
  /** The time limit for all its items together. */
  readonly seconds: number;
  items(context: GpuContext): Promise<readonly Item[]>;
  /** The results, for the terminal and the page. */
  blocks(results: readonly ItemResult[], figures: Pick<GpuFigures, 'peak' | 'gpu'>): readonly Block[];
}

/** The records of an item; empty if it measured nothing. */
export function recordsOf<Record>({ measured }: ItemResult): readonly Record[] {
  return 'records' in measured ? (measured.records as readonly Record[]) : [];
}

/** Why an item has no figures; undefined if it has some. */
export function problemOf({ measured }: ItemResult): string | undefined {
  return 'problem' in measured ? measured.problem : undefined;
}

/** A table row for an item that measured nothing: its name and the reason. */
export function failedRow(name: string, result: ItemResult, columns: number): string[] {
  return [name, problemOf(result) ?? 'it measured nothing', ...new Array<string>(columns - 2).fill('')];
}
