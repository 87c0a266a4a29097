import { type ComparedRun, type LeftOut, stepOf } from './comparison.ts';
import { joinedCurve } from './joined-curve.ts';

/**
 * A method's runs by seed. Of two with one seed the one that got farther counts, else the one that had its machine to
 * itself, with the figures that only the other has, which is left out.
 */
export function oneOfEachSeed<Run extends RunOfSeed>(runs: readonly Run[], leftOut: LeftOut[]): Run[] {
  const kept = new Map<number, Run>();
  for (const run of runs) {
    const same = kept.get(run.seed);
    if (same === undefined) {
      kept.set(run.seed, run);
      continue;
    }
    const [better, dropped] = tellsMore(run, same) ? [run, same] : [same, run];
    kept.set(run.seed, { ...better, curve: joinedCurve(better.curve, dropped.curve) });
    leftOut.push({ folder: dropped.folder, reason: reasonOf(better, dropped) });
  }
  return [...kept.values()].sort((a, b) => a.seed - b.seed);
}

type RunOfSeed = Pick<ComparedRun, 'folder' | 'seed' | 'curve'> & Partial<Pick<ComparedRun, 'isShared'>>;

/** Why the second of two runs of a method and seed is left out. */
function reasonOf(better: RunOfSeed, dropped: RunOfSeed): string {
  return stepOf(better) > stepOf(dropped)
    ? 'Another run of that seed got farther.'
    : 'A run of that seed is there already, which got as far.';
}

function tellsMore(run: RunOfSeed, other: RunOfSeed): boolean {
  const further = stepOf(run) - stepOf(other);
  return further > 0 || (further === 0 && other.isShared === true && run.isShared === false);
}
