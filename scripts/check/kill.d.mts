/** Command lines of runs to be killed, by description. */
export const killableRuns: Readonly<Record<string, readonly string[]>>;

/** The command line of a run to be killed as a trial of a sweep. */
export const killableTrial: readonly string[];

/** The words for a reward by a program, which is sometimes or never killed. */
export function rewardWords(isKilled: boolean): readonly string[];

/** Numbers from 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number;

/** Trains a run undisturbed. */
export function trainWhole(words: readonly string[], folder: string): Promise<void>;

/**
 * Trains a run to its end despite kills. Returns the number of kills that hit, and how often it resumed from a
 * checkpoint.
 */
export function trainKilled(run: readonly string[], folder: string, options: KillOptions): Promise<Killed>;

/**
 * Makes a run as a trial of a sweep despite kills, including kills of its reward program. Also returns the trial's
 * folder.
 */
export function sweepKilled(
  run: readonly string[],
  folder: string,
  options: KillOptions,
): Promise<Killed & { path: string }>;

interface KillOptions {
  readonly kills: number;
  readonly random: () => number;
  /** The longest delay before a kill, in milliseconds. */
  readonly longest?: number;
  /** Further words of each attempt, or of each resumption. */
  readonly extra?: (attempt: number) => readonly string[];
}

interface Killed {
  kills: number;
  resumed: number;
}

/** Differences of two run folders that should be equal, in words; undefined if there are none. */
export function difference(one: string, other: string): string | undefined;
