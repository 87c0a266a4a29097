import type { CurvePoint } from '../../plot/learning-curve.ts';
import type { BegunWith } from '../begun-with.ts';
import { groupBy } from '../group-by.ts';
import { objectiveOf } from '../methods.ts';
import { formatCount } from '../text.ts';
import type { MethodSettings } from './settings.ts';

/** A run as comparisons need it. */
export interface ComparedRun {
  /** The folder's name. */
  readonly folder: string;
  readonly seed: number;
  readonly isFinished: boolean;
  /** Its evaluations, in order. */
  readonly curve: readonly CurvePoint[];
  /** Kind and description, from the run's summary. */
  readonly device?: string | undefined;
  /** The machine's, with its number of threads. */
  readonly processor?: string | undefined;
  readonly version?: string | undefined;
  /** What objects are rewarded for. */
  readonly reward?: string | undefined;
  /**
   * Whether another program used its machine at the same time, or another of the runs may have, or it was suspended. Its
   * seconds compare with none then.
   */
  readonly isShared: boolean;
  /** The folder as it was reached; absent in saved files. */
  readonly path?: string | undefined;
  /** Whether its report is there. */
  readonly hasReport?: boolean | undefined;
}

/** A method's runs, with equal settings and begun with the same, by seed. */
export interface ComparedMethod {
  readonly method: string;
  /** Flags with their values, except the seed. */
  readonly settings: MethodSettings;
  /** What its runs began with besides settings; absent if that is nothing. */
  readonly begunWith?: BegunWith | undefined;
  readonly runs: readonly ComparedRun[];
}

/** Runs that share a picture: of one problem and one length. */
export interface Comparison {
  /**
   * Used in file names: the problem and a run's number of trajectories, `hypergrid-500000`; with all of its title where
   * that would name two comparisons.
   */
  readonly name: string;
  readonly problem: string;
  /**
   * The problem with its options, and its reward if another program computes it: "hypergrid (dimension 4, side 20,
   * reward easy)".
   */
  readonly title: string;
  /** Of a complete run. */
  readonly iterations: number;
  readonly batch: number;
  readonly methods: readonly ComparedMethod[];
}

export interface LeftOut {
  readonly folder: string;
  readonly reason: string;
}

export interface Collection {
  readonly comparisons: readonly Comparison[];
  /** Folders with runs that were left out, each with the reason. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Gives each comparison a name of its own, since pictures are named after them. Those of one problem and number of
 * trajectories are named after their titles and lengths, and numbered if that tells them not apart.
 */
export function namedApart(comparisons: readonly Omit<Comparison, 'name'>[]): Comparison[] {
  const plain = groupBy(comparisons, (each) => `${each.problem}-${lengthOf(each)}`).flatMap((group) =>
    group.map((each) => {
      const { problem, iterations, batch } = each;
      const whole = `${fileName(each)}-${iterations}x${batch}`;
      return { ...each, name: group.length === 1 ? `${problem}-${lengthOf(each)}` : whole };
    }),
  );
  return groupBy(plain, ({ name }) => name).flatMap((group) =>
    group.map((each, i) => ({ ...each, name: i === 0 ? each.name : `${each.name}-${i + 1}` })),
  );
}

/** A title's words and numbers, "hypergrid-dimension-4-side-20-reward-hard", cut to what file systems take. */
function fileName({ title }: Pick<Comparison, 'title'>): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/(?<=^.{60}).*/u, '')
    .replaceAll(/^-|-$/g, '');
}

/** Trajectories of a complete run. */
export function lengthOf({ iterations, batch }: Pick<Comparison, 'iterations' | 'batch'>): number {
  return iterations * batch;
}

/** A run's length, in words. */
export function trajectoriesOf(comparison: Comparison): string {
  return `${formatCount(lengthOf(comparison))} trajectories`;
}

/** The finished runs that had their machine to themselves: how long they took can be compared. */
function aloneOf(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.filter(({ isShared, isFinished, curve }) => {
    return isFinished && !isShared && curve.at(-1)?.seconds !== undefined;
  });
}

/**
 * A comparison of those runs alone, without methods that have none: those on one device with one processor, on which
 * most methods have some, and most runs.
 */
export function timedPart(comparison: Comparison): Comparison {
  const alone = comparison.methods.flatMap(({ runs }) => aloneOf(runs));
  const methodsOn = (group: readonly ComparedRun[]) =>
    comparison.methods.filter(({ runs }) => runs.some((run) => group.includes(run))).length;
  const [usual = []] = groupBy(alone, machineOf).sort((a, b) => methodsOn(b) - methodsOn(a) || b.length - a.length);
  const methods = comparison.methods.map((method) => ({
    ...method,
    runs: method.runs.filter((run) => usual.includes(run)),
  }));
  return { ...comparison, methods: methods.filter(({ runs }) => runs.length > 0) };
}

/** What has to be the same for the seconds of two runs to be compared. */
export function machineOf({ device, processor }: ComparedRun): string {
  return JSON.stringify([device, processor]);
}

/** Whether a method varies an objective. */
export function isVariant({ method }: Pick<ComparedMethod, 'method'>): boolean {
  return objectiveOf(method) !== method;
}

/** The iteration of a run's last evaluation. */
export function stepOf({ curve }: Pick<ComparedRun, 'curve'>): number {
  return curve.at(-1)?.step ?? 0;
}
