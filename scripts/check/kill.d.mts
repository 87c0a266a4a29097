/** Command lines of runs to be killed, by what they are. */
export const killableRuns: Readonly<Record<string, readonly string[]>>;

/** The command line of a run to be killed as a trial of a sweep. */
export const killableTrial: readonly string[];

/** The words for a reward by a program, which is killed now and then, or never. */
export function rewardWords(isKilled: boolean): readonly string[];

/** Numbers from 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number;

/** Trains a run undisturbed. */
export function trainWhole(words: readonly string[], folder: string): Promise<void>;

/** Trains a run to its end through kills. Returns how many struck, and how often it went on from a checkpoint. */
export function trainKilled(run: readonly string[], folder: string, options: KillOptions): Promise<Killed>;

/** Makes a run as a trial of a sweep through kills, its reward's among them. Returns the trial's folder beside. */
export function sweepKilled(
  run: readonly string[],
  folder: string,
  options: KillOptions,
): Promise<Killed & { path: string }>;

interface KillOptions {
  readonly kills: number;
  readonly random: () => number;
  /** Most milliseconds before a kill. */
  readonly longest?: number;
  /** Further words of each attempt, or of each resumption. */
  readonly extra?: (attempt: number) => readonly string[];
}

interface Killed {
  kills: number;
  resumed: number;
}

/** In what two run folders differ that should not, in words; undefined where in nothing. */
export function difference(one: string, other: string): string | undefined;
