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
  backwardPolicyDefaults,
  trajectoryLikelihoodLoss,
} from './backward-policy.ts';
export {
  alongTrajectories,
  type BalanceInput,
  detailedBalanceLoss,
  detailedBalanceResidual,
  logPartitionVarianceLoss,
  type StateChain,
  subTrajectoryLoss,
  trajectoryBalanceLoss,
  trajectoryScore,
} from './balance.ts';
export {
  type BalanceOptions,
  balanceDefaults,
  detailedBalance,
  logPartitionVariance,
  type SubTrajectoryBalanceOptions,
  subTrajectoryBalance,
  type TrajectoryBalanceOptions,
  trajectoryBalance,
} from './balance-objectives.ts';
export { type CriticUpdate, type CriticUpdateInput, regression, subTrajectoryEvaluation } from './critic.ts';
export { type EntPpoOptions, entPpo, entPpoDefaults } from './ent-ppo.ts';
export { type EntTrpoOptions, entTrpo, entTrpoDefaults } from './ent-trpo.ts';
export {
  type CriticOptions,
  type GaeOptions,
  type GaeSubEbOptions,
  gae,
  gaeSubEb,
  type PolicyGradientOptions,
  policyGradientDefaults,
  reinforceRewardToGo,
  reinforceTotalReturn,
  valueBaseline,
} from './estimators.ts';
export {
  edgesFromParents,
  type FlowMatchingInput,
  type FlowMatchingOptions,
  flowMatching,
  flowMatchingDefaults,
  flowMatchingLoss,
  logSumExp,
} from './flow-matching.ts';
export {
  type Architecture,
  applyNetwork,
  applyValue,
  defaultArchitecture,
  defaultGraphArchitecture,
  type GraphArchitecture,
  type NetworkContext,
  type OutputKinds,
  type PerceptronArchitecture,
  policyNetwork,
  policyOutputsAt,
  presentValues,
  type StateValues,
  type TrainableNetwork,
  valueNetwork,
} from './networks.ts';
export type { Learner, LearnerContext, Objective, OffPolicyLearner, OnPolicyLearner } from './objective.ts';
export {
  type ClippedUpdateOptions,
  clippedUpdates,
  type PolicyUpdate,
  type PolicyUpdateInput,
  vanillaUpdate,
} from './policy-update.ts';
export {
  findObjective,
  type ObjectiveDefinition,
  type ObjectiveOption,
  type ObjectiveOptions,
  type ObjectiveOptionValue,
  objectiveDefinitions,
} from './registry.ts';
export { randomStreams } from './streams.ts';
export { clippedSurrogate, probabilityRatio } from './surrogate.ts';
export { fisherProduct, type TrustRegionOptions, trustRegionUpdate } from './trust-region.ts';
export { recordValueUpdates, type ValueUpdateInput, type ValueUpdateOptions } from './value-update.ts';
