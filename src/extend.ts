/**
 * What objectives, networks, environments and figures of one's own are written with, beside `flowtape/engine`.
 * @module flowtape/extend
 */
export type { Layer, NetworkState, RunState } from './checkpoint/run-state.ts';
export { decodeSafetensors, encodeSafetensors, type NamedArray } from './checkpoint/safetensors.ts';
export {
  type Condition,
  type DeferredProblem,
  type Enumeration,
  type EnvironmentShader,
  type ExactObjects,
  isDeferred,
  type ObjectPicture,
  type ObjectPictures,
  type ObjectRating,
  type RatedEnvironment,
  type RatedObjects,
  rewardedAtOnce,
} from './environment/environment.ts';
export { type GraphActions, type GraphLayout, graphActionCount, graphRow } from './environment/graph-layout.ts';
export {
  featureObservation,
  graphObservation,
  type Observation,
  type ObservationRow,
  tokenObservation,
} from './environment/observation.ts';
export type { StateRow } from './environment/row-functions.ts';
export { type PackedTrajectories, sampleBackwardTrajectories } from './metrics/backward-trajectories.ts';
export { elboEstimate, euboEstimate } from './metrics/bounds.ts';
export type { ExactMetrics, MetricDefinition } from './metrics/catalogue.ts';
export { pearsonCorrelation, spearmanCorrelation } from './metrics/correlation.ts';
export { type Distribution, klPaper } from './metrics/distance.ts';
export { type Estimate, estimateOf } from './metrics/estimate.ts';
export {
  type ExactEvaluation,
  type ExactOptions,
  exactTerminalDistribution,
  type PolicyLogits,
} from './metrics/exact.ts';
export { exactEubo } from './metrics/exact-eubo.ts';
export {
  type BackwardSamplingOptions,
  backwardLogRatios,
  type ChunkOptions,
  logForwardOfTrajectories,
} from './metrics/log-forward.ts';
export { estimateLogProbability, type LogProbabilities } from './metrics/log-probability.ts';
export { type MeanReward, meanReward, meanRewardAgainst } from './metrics/mean-reward.ts';
export { highestRewardObjects, type ModeSearch, type ModeSearchOptions, modeSearch } from './metrics/modes.ts';
export {
  hammingDistance,
  levenshteinDistance,
  meanPairwiseDistance,
  type ObjectDistance,
  type Sequence,
} from './metrics/object-distance.ts';
export { uniformPolicy } from './metrics/policies.ts';
export { separateModes } from './metrics/separate-modes.ts';
export { tabulate } from './metrics/tabulate.ts';
export { objectStates, sampleObjectNumbers, sampleTarget } from './metrics/target-samples.ts';
export { type Top, type TopMetrics, topMetrics } from './metrics/top.ts';
export {
  type ActorCriticMethod,
  actorCritic,
  alongTrajectories,
  applyNetwork,
  applyValue,
  type BackwardPolicy,
  type BackwardPolicyOptions,
  type BalanceInput,
  type BalanceSettings,
  backwardLogProbability,
  backwardPolicy,
  type ClippedUpdateOptions,
  type CriticUpdate,
  type CriticUpdateInput,
  clippedSurrogate,
  clippedUpdates,
  defineObjective,
  detailedBalanceLoss,
  detailedBalanceResidual,
  edgesFromParents,
  type FlowMatchingInput,
  fisherProduct,
  flowMatchingLoss,
  generalizedAdvantage,
  type Learner,
  type LearnerContext,
  lastSteps,
  logPartitionVarianceLoss,
  logSumExp,
  type NetworkContext,
  type NetworkShape,
  nextValue,
  normalizedAdvantage,
  type ObjectiveAbout,
  type ObjectiveFunction,
  type OffPolicyLearner,
  type OffPolicyUpdate,
  type OnPolicyLearner,
  type OutputKinds,
  type PolicyUpdate,
  type PolicyUpdateInput,
  policyNetwork,
  policyOutputsAt,
  presentValues,
  probabilityRatio,
  type ResidualLoss,
  type ResidualLossName,
  randomStreams,
  recordValueUpdates,
  regression,
  residualLosses,
  rewardToGo,
  type StateChain,
  type StateValues,
  softReturn,
  subTrajectoryEvaluation,
  subTrajectoryLoss,
  subTrajectoryPairLoss,
  type TargetNetwork,
  type TargetNetworkOptions,
  type TrainableNetwork,
  type TrustRegionOptions,
  targetNetwork,
  temporalDifference,
  trajectoryBalanceLoss,
  trajectoryLikelihoodLoss,
  trajectoryScore,
  trustRegionUpdate,
  type ValueUpdateInput,
  type ValueUpdateOptions,
  valueNetwork,
  vanillaUpdate,
} from './objective/index.ts';
export { type CouplingLearning, type LearntCouplings, learnCouplings } from './problems/ising/learn-couplings.ts';
export { type SpinSampling, sampleSpins } from './problems/ising/sample-spins.ts';
export {
  applyToStates,
  type BackwardData,
  type DistinctStates,
  type Exploration,
  fromGrid,
  type NetworkOutputs,
  type OffPolicyTrajectories,
  type ParentData,
  type RolloutNeeds,
  type RolloutOptions,
  type RolloutPolicy,
  recordRollout,
  type StatePotential,
  type Trajectories,
  toGrid,
} from './rollout/index.ts';
export type { ProblemChoice } from './run/problem-choice.ts';
export {
  type AdvantageEstimator,
  createEvaluator,
  type EnumeratedEvaluation,
  type Evaluator,
  type EvaluatorOptions,
  evaluateExactly,
  type GradientVarianceOptions,
  gradientVariances,
  type SamplingOptions,
  type Snapshot,
  sampleObjects,
  type TrainingOptions,
  type TrainingSettings,
} from './train/index.ts';
