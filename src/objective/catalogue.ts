import { findNamed, type GivenOptions, type Schema } from '../options/index.ts';
import type { ObjectiveAbout } from './about.ts';
import { detailedBalanceAbout } from './db/options.ts';
import { entPpoAbout } from './ent-ppo/options.ts';
import { entTrpoAbout } from './ent-trpo/options.ts';
import { forwardLookingDetailedBalanceAbout } from './fl-db/options.ts';
import { forwardLookingSubTrajectoryBalanceAbout } from './fl-subtb/options.ts';
import { flowMatchingAbout } from './fm/options.ts';
import { gaeAbout } from './gae/options.ts';
import { gaeSubEbAbout } from './gae-subeb/options.ts';
import { modifiedDetailedBalanceAbout } from './mdb/options.ts';
import type { Objective } from './objective.ts';
import { reinforceRewardToGoAbout } from './reward-to-go/options.ts';
import { relativeTrajectoryBalanceAbout } from './rtb/options.ts';
import { softDqnAbout } from './soft-dqn/options.ts';
import { subTrajectoryBalanceAbout } from './subtb/options.ts';
import { trajectoryBalanceAbout } from './tb/options.ts';
import { reinforceTotalReturnAbout } from './total-return/options.ts';
import { trustPclAbout } from './trust-pcl/options.ts';
import { valueBaselineAbout } from './value-baseline/options.ts';
import { logPartitionVarianceAbout } from './vargrad/options.ts';

/** An objective that can be selected by name. Its code is loaded on demand. */
export interface ObjectiveEntry extends ObjectiveAbout {
  /** The function that makes the objective from options, which it checks. */
  load(): Promise<(options?: unknown) => Objective>;
}

/** Every objective known by name, in the order of lists. */
export const objectives: readonly ObjectiveEntry[] = [
  entry(entPpoAbout, async () => (await import('./ent-ppo/ent-ppo.ts')).entPpo),
  entry(entTrpoAbout, async () => (await import('./ent-trpo/ent-trpo.ts')).entTrpo),
  entry(gaeAbout, async () => (await import('./gae/gae.ts')).gae),
  entry(gaeSubEbAbout, async () => (await import('./gae-subeb/gae-subeb.ts')).gaeSubEb),
  entry(valueBaselineAbout, async () => (await import('./value-baseline/value-baseline.ts')).valueBaseline),
  entry(reinforceRewardToGoAbout, async () => (await import('./reward-to-go/reward-to-go.ts')).reinforceRewardToGo),
  entry(reinforceTotalReturnAbout, async () => (await import('./total-return/total-return.ts')).reinforceTotalReturn),
  entry(trajectoryBalanceAbout, async () => (await import('./tb/tb.ts')).trajectoryBalance),
  entry(detailedBalanceAbout, async () => (await import('./db/db.ts')).detailedBalance),
  entry(subTrajectoryBalanceAbout, async () => (await import('./subtb/subtb.ts')).subTrajectoryBalance),
  entry(modifiedDetailedBalanceAbout, async () => (await import('./mdb/mdb.ts')).modifiedDetailedBalance),
  entry(
    forwardLookingDetailedBalanceAbout,
    async () => (await import('./fl-db/fl-db.ts')).forwardLookingDetailedBalance,
  ),
  entry(
    forwardLookingSubTrajectoryBalanceAbout,
    async () => (await import('./fl-subtb/fl-subtb.ts')).forwardLookingSubTrajectoryBalance,
  ),
  entry(logPartitionVarianceAbout, async () => (await import('./vargrad/vargrad.ts')).logPartitionVariance),
  entry(relativeTrajectoryBalanceAbout, async () => (await import('./rtb/rtb.ts')).relativeTrajectoryBalance),
  entry(trustPclAbout, async () => (await import('./trust-pcl/trust-pcl.ts')).trustPcl),
  entry(softDqnAbout, async () => (await import('./soft-dqn/soft-dqn.ts')).softDqn),
  entry(flowMatchingAbout, async () => (await import('./fm/fm.ts')).flowMatching),
];

function entry<Options extends Schema>(
  about: ObjectiveAbout<Options>,
  load: () => Promise<(options?: GivenOptions<Options>) => Objective>,
): ObjectiveEntry {
  // Objectives check their options at run time, since callers may have read them from a file.
  return { ...about, load: load as ObjectiveEntry['load'] };
}

/** @throws Error on an unknown name, with the nearest known one */
export function findObjective(name: string): ObjectiveEntry {
  return findNamed('objective', objectives, name);
}

/**
 * Makes an objective by its name.
 * @throws Error on an unknown name or option and on an invalid value
 */
export async function createObjective(name: string, options?: unknown): Promise<Objective> {
  return (await findObjective(name).load())(options);
}
