import type { Place } from './measure/gpu.ts';

/** The options that every part of the benchmark receives. */
export interface Part {
  /** The devices to measure flowtape on. */
  readonly places: readonly Place[];
  /** The peers to measure as well: those requested that could be installed. */
  readonly peers: readonly string[];
  readonly rounds: number;
  /** The total time for each engine on each problem, over all rounds. */
  readonly seconds: number;
  /** A text that the names of the problems must contain. */
  readonly only: string;
  /** Shows results as they come. */
  readonly print: (text: string) => void;
}

/** Whether the problem with this name was requested. */
export function isWanted(name: string, only: string): boolean {
  return name.toLowerCase().includes(only.toLowerCase());
}
