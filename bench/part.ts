import type { Place } from './measure/gpu.ts';

/** What every part of the benchmark is told. */
export interface Part {
  /** The devices that flowtape is measured on. */
  readonly places: readonly Place[];
  /** The peers to measure beside it: those asked for that could be installed. */
  readonly peers: readonly string[];
  readonly rounds: number;
  /** What each engine is timed for on each problem, over all rounds. */
  readonly seconds: number;
  /** What the names of the problems asked for have in them. */
  readonly only: string;
  /** Shows a result as it comes. */
  readonly print: (text: string) => void;
}

/** Whether a problem of this name was asked for. */
export function isWanted(name: string, only: string): boolean {
  return name.toLowerCase().includes(only.toLowerCase());
}
