import * as all from '../../src/objective/index.ts';

/** Every objective's function by its name, without waiting for its code to load. */
const functions: Readonly<Record<string, (options?: never) => all.Objective>> = {
  'ent-ppo': all.entPpo,
  'ent-trpo': all.entTrpo,
  gae: all.gae,
  'gae-subeb': all.gaeSubEb,
  'value-baseline': all.valueBaseline,
  'reward-to-go': all.reinforceRewardToGo,
  'total-return': all.reinforceTotalReturn,
  tb: all.trajectoryBalance,
  db: all.detailedBalance,
  subtb: all.subTrajectoryBalance,
  mdb: all.modifiedDetailedBalance,
  'fl-db': all.forwardLookingDetailedBalance,
  'fl-subtb': all.forwardLookingSubTrajectoryBalance,
  vargrad: all.logPartitionVariance,
  rtb: all.relativeTrajectoryBalance,
  'trust-pcl': all.trustPcl,
  'soft-dqn': all.softDqn,
  fm: all.flowMatching,
};

export const objectiveNames: readonly string[] = Object.keys(functions);

/** What a run of this objective needs beside its options: a prior, where it has one. */
export function priorOf(name: string): { readonly prior?: 'uniform' } {
  return ['rtb', 'trust-pcl'].includes(name) ? { prior: 'uniform' } : {};
}

/** The objective of this name. Its options are checked by itself. */
export function objectiveNamed(name: string, options: Readonly<Record<string, unknown>> = {}): all.Objective {
  return functions[name](options as never);
}
