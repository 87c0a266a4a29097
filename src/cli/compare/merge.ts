import { UsageError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { methodRank } from '../methods.ts';
import { type Collection, type ComparedMethod, type ComparedRun, stepOf } from './runs.ts';
import { trainingDifference } from './settings.ts';

/**
 * Takes comparisons of the same target and length together, so that runs made later join those in a saved file. If a
 * method's seed is there twice, the run that got farther counts.
 *
 * Throws a UsageError if a method has different settings in two of them, or if two targets have one name, since pictures
 * are named after comparisons.
 */
export function mergeComparisons({ comparisons, leftOut }: Collection): Collection {
  const groups = groupBy(comparisons, ({ title, iterations, batch }) => JSON.stringify([title, iterations, batch]));
  const dropped = [...leftOut];
  const merged = groups.map((group) => ({
    ...group[0],
    methods: mergeMethods(
      group.flatMap(({ methods }) => methods),
      dropped,
    ),
  }));
  for (const [first, second] of groupBy(merged, ({ name }) => name)) {
    if (second === undefined) continue;
    throw new UsageError(
      `${first.name} names two targets here, ${first.title} and ${second.title}: compare them apart.`,
    );
  }
  return { comparisons: merged, leftOut: dropped };
}

function mergeMethods(methods: readonly ComparedMethod[], dropped: Collection['leftOut'][number][]): ComparedMethod[] {
  return groupBy(methods, ({ method }) => method)
    .sort(([a], [b]) => methodRank(a.method) - methodRank(b.method))
    .map(([first, ...others]) => {
      for (const other of others) refuseDifference(first, other);
      return { ...first, runs: mergeRuns([first, ...others], dropped) };
    });
}

function refuseDifference({ method, settings }: ComparedMethod, other: ComparedMethod): void {
  const difference = trainingDifference(settings, other.settings);
  if (difference === undefined) return;
  const { flag, values } = difference;
  throw new UsageError(`The runs of ${method} have two settings, ${flag} ${values.join(' and ')}: compare them apart.`);
}

function mergeRuns(
  methods: readonly ComparedMethod[],
  dropped: Collection['leftOut'][number][],
): readonly ComparedRun[] {
  const runs = new Map<number, ComparedRun>();
  for (const { method, runs: each } of methods) {
    for (const run of each) {
      const same = runs.get(run.seed);
      const isFarther = same === undefined || stepOf(run) > stepOf(same);
      if (isFarther) runs.set(run.seed, run);
      const left = isFarther ? same : run;
      if (left !== undefined) {
        dropped.push({ folder: left.folder, reason: `Another run of ${method} has the same seed.` });
      }
    }
  }
  return [...runs.values()].sort((a, b) => a.seed - b.seed);
}
