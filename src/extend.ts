/**
 * For writing your own objectives, networks, problems and metrics, together with `flowtape/engine`.
 * @module flowtape/extend
 */
export type {
  Condition,
  DeferredProblem,
  Enumeration,
  EnvironmentShader,
  ExactObjects,
  LearntReward,
  ObjectPicture,
  ObjectPictures,
  ObjectRating,
  RatedObjects,
  RewardContrast,
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
export type { MetricDefinition } from './metrics/catalogue.ts';
export { spearmanCorrelation } from './metrics/correlation.ts';
export { type ModeSearch, type ModeSearchOptions, modeSearch, modesFound } from './metrics/modes.ts';
export {
  hammingDistance,
  levenshteinDistance,
  meanPairwiseDistance,
  type ObjectDistance,
  type Sequence,
} from './metrics/object-distance.ts';
export { separateModes } from './metrics/separate-modes.ts';
export { type Top, type TopMetrics, topDistinct, topMetrics } from './metrics/top.ts';
export {
  type ActorCriticMethod,
  actorCritic,
  applyNetwork,
  applyValue,
  type BackwardPolicy,
  type BackwardPolicyOptions,
  type BalanceInput,
  backwardPolicy,
  type ClippedUpdateOptions,
  type CriticUpdate,
  clippedSurrogate,
  clippedUpdates,
  defineObjective,
  detailedBalanceLoss,
  generalizedAdvantage,
  type Learner,
  type LearnerContext,
  lastSteps,
  logSumExp,
  type NetworkContext,
  type NetworkFamily,
  networkFamily,
  nextValue,
  normalizedAdvantage,
  type ObjectiveAbout,
  type ObjectiveFunction,
  type OffPolicyLearner,
  type OffPolicyUpdate,
  type OnPolicyLearner,
  type PolicyUpdate,
  policyNetwork,
  policyOutputsAt,
  presentValues,
  probabilityRatio,
  type ResidualLoss,
  recordValueUpdates,
  regression,
  residualLosses,
  rewardToGo,
  type StateValues,
  type TargetNetwork,
  type TargetNetworkOptions,
  type TrainableNetwork,
  type TrustRegionOptions,
  targetNetwork,
  trajectoryBalanceLoss,
  trajectoryScore,
  trustRegionUpdate,
  type ValueUpdateOptions,
  valueNetwork,
  vanillaUpdate,
} from './objective/index.ts';
export { type SpinSampling, sampleSpins } from './problems/ising/sample-spins.ts';
export {
  type CouplingLearning,
  type LearntCouplings,
  learnCouplings,
} from './problems/ising-couplings/learn-couplings.ts';
export { stateGraph } from './problems/state-graph/environment.ts';
export type { StateGraphDefinition } from './problems/state-graph/explore.ts';
export {
  applyToStates,
  fromGrid,
  type NetworkOutputs,
  type OffPolicyTrajectories,
  type RolloutNeeds,
  type Trajectories,
  toGrid,
} from './rollout/index.ts';
export type { Snapshot, TrainingOptions } from './train/index.ts';
