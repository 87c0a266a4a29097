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
  /** Whether a problem of this name was asked for. */
  readonly wanted: (name: string) => boolean;
  /** Shows a result as it comes. */
  readonly print: (text: string) => void;
}
