import { type ComparedRun, type LeftOut, stepOf } from './comparison.ts';
import { joinedCurve } from './joined-curve.ts';

/**
 * A method's runs by seed. Of two with one seed the one that got farther counts, else the one that had its machine to
 * itself, with the figures that only the other has, which is left out.
 */
export function oneOfEachSeed(runs: readonly ComparedRun[], leftOut: LeftOut[]): ComparedRun[] {
  const kept = new Map<number, ComparedRun>();
  for (const run of runs) {
    const same = kept.get(run.seed);
    if (same === undefined) {
      kept.set(run.seed, run);
      continue;
    }
    const [better, dropped] = tellsMore(run, same) ? [run, same] : [same, run];
    kept.set(run.seed, { ...better, curve: joinedCurve(better.curve, dropped.curve) });
    leftOut.push({ folder: dropped.path ?? dropped.folder, reason: reasonOf(better, dropped) });
  }
  return [...kept.values()].sort((a, b) => a.seed - b.seed);
}

/** Why the second of two runs of a method and seed is left out. */
function reasonOf(better: ComparedRun, dropped: ComparedRun): string {
  return stepOf(better) > stepOf(dropped)
    ? 'Another run of that seed got farther.'
    : 'Another run of that seed got as far.';
}

function tellsMore(run: ComparedRun, other: ComparedRun): boolean {
  const further = stepOf(run) - stepOf(other);
  return further > 0 || (further === 0 && other.isShared && !run.isShared);
}
