export type { ObjectiveAbout } from './about.ts';
export { type ActorCriticMethod, actorCritic } from './actor-critic.ts';
export {
  generalizedAdvantage,
  lastSteps,
  nextValue,
  normalizedAdvantage,
  rewardToGo,
  softReturn,
  temporalDifference,
} from './advantage.ts';
export {
  type BackwardPolicy,
  type BackwardPolicyOptions,
  backwardLogProbability,
  backwardPolicy,
  trajectoryLikelihoodLoss,
} from './backward-policy.ts';
export {
  alongTrajectories,
  type BalanceInput,
  detailedBalanceLoss,
  detailedBalanceResidual,
  logPartitionVarianceLoss,
  type ModifiedBalanceInput,
  modifiedDetailedBalanceResidual,
  type StateChain,
  subTrajectoryLoss,
  subTrajectoryPairLoss,
  trajectoryBalanceLoss,
  trajectoryScore,
} from './balance.ts';
export type { BalanceSettings } from './balance-learners.ts';
export { createObjective, findObjective, type ObjectiveEntry, objectives } from './catalogue.ts';
export { type CriticUpdate, type CriticUpdateInput, regression, subTrajectoryEvaluation } from './critic.ts';
export { detailedBalance } from './db/db.ts';
export { defineObjective, type ObjectiveFunction } from './define.ts';
export { entPpo } from './ent-ppo/ent-ppo.ts';
export { type EntPpoOptions, entPpoAbout } from './ent-ppo/options.ts';
export { entTrpo } from './ent-trpo/ent-trpo.ts';
export { type EntTrpoOptions, entTrpoAbout } from './ent-trpo/options.ts';
export { forwardLookingDetailedBalance } from './fl-db/fl-db.ts';
export { forwardLookingSubTrajectoryBalance } from './fl-subtb/fl-subtb.ts';
export { edgesFromParents, type FlowMatchingInput, flowMatchingLoss, logSumExp } from './flow-matching-loss.ts';
export { flowMatching } from './fm/fm.ts';
export { gae } from './gae/gae.ts';
export { gaeSubEb } from './gae-subeb/gae-subeb.ts';
export { modifiedDetailedBalance } from './mdb/mdb.ts';
export { type NetworkFamily, networkFamily } from './network-family.ts';
export type { NetworkShape, OutputKinds } from './network-shape.ts';
export {
  applyNetwork,
  applyValue,
  type NetworkContext,
  policyNetwork,
  policyOutputsAt,
  presentValues,
  type StateValues,
  type TrainableNetwork,
  valueNetwork,
} from './networks.ts';
export type {
  Learner,
  LearnerContext,
  Objective,
  OffPolicyLearner,
  OffPolicyUpdate,
  OnPolicyLearner,
} from './objective.ts';
export {
  type ClippedUpdateOptions,
  clippedUpdates,
  type PolicyUpdate,
  type PolicyUpdateInput,
  vanillaUpdate,
} from './policy-update.ts';
export type { PriorPolicy, SavedLayer } from './prior.ts';
export { type ResidualLoss, residualLosses } from './residual-loss.ts';
export { type ResidualLossName, residualLossNames } from './residual-loss-names.ts';
export { reinforceRewardToGo } from './reward-to-go/reward-to-go.ts';
export { relativeTrajectoryBalance } from './rtb/rtb.ts';
export { softDqn } from './soft-dqn/soft-dqn.ts';
export { randomStreams } from './streams.ts';
export { subTrajectoryBalance } from './subtb/subtb.ts';
export { clippedSurrogate, probabilityRatio } from './surrogate.ts';
export { type TargetNetwork, type TargetNetworkOptions, targetNetwork } from './target-network.ts';
export { trajectoryBalance } from './tb/tb.ts';
export { reinforceTotalReturn } from './total-return/total-return.ts';
export { trustPcl } from './trust-pcl/trust-pcl.ts';
export { fisherProduct, type TrustRegionOptions, trustRegionUpdate } from './trust-region.ts';
export { valueBaseline } from './value-baseline/value-baseline.ts';
export { recordValueUpdates, type ValueUpdateInput, type ValueUpdateOptions } from './value-update.ts';
export { logPartitionVariance } from './vargrad/vargrad.ts';
