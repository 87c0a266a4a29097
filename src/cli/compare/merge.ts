import { begunDifference } from '../begun-with.ts';
import { UsageError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { byRank } from '../methods.ts';
import { type Collection, type ComparedMethod, type LeftOut, namedApart } from './comparison.ts';
import { oneOfEachSeed } from './one-of-each-seed.ts';
import { trainingDifference } from './settings.ts';

/**
 * Takes comparisons of the same target and length together, so that runs made later join those in a saved file. If a
 * method's seed is there twice, the run that got farther counts, else the one that had its machine to itself.
 *
 * Throws a UsageError if a method has different settings in two of them, or began with something else.
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
  return { comparisons: namedApart(merged), leftOut: dropped };
}

function mergeMethods(methods: readonly ComparedMethod[], dropped: LeftOut[]): ComparedMethod[] {
  return groupBy(methods, ({ method }) => method)
    .sort(([a], [b]) => byRank(a.method, b.method))
    .map(([first, ...others]) => {
      for (const other of others) refuseDifference(first, other);
      const runs = [first, ...others].flatMap((each) => each.runs);
      return { ...first, runs: oneOfEachSeed(runs, dropped) };
    });
}

function refuseDifference({ method, settings, begunWith = {} }: ComparedMethod, other: ComparedMethod): void {
  const difference = trainingDifference(settings, other.settings);
  if (difference !== undefined) {
    const { flag, values } = difference;
    throw new UsageError(
      `The runs of ${method} have two settings, ${flag} ${values.join(' and ')}: compare them apart.`,
    );
  }
  const begun = begunDifference(other.begunWith ?? {}, begunWith);
  if (begun !== undefined) {
    throw new UsageError(`The runs of ${method} have different settings (${begun}): compare them apart.`);
  }
}
