/**
 * Samplers of discrete objects, trained by policy gradients on WebGPU or WebAssembly.
 * @module flowtape
 */
export * from './engine.ts';
export { defineEnvironment, type EnvironmentDefinition } from './environment/define.ts';
export { enumerationOf } from './environment/enumeration.ts';
export {
  type AnyProblem,
  type Condition,
  type DeferredProblem,
  type DeferredReward,
  type Enumeration,
  type Environment,
  type EnvironmentShader,
  isDeferred,
  type ObjectRating,
  type Problem,
  type RatedEnvironment,
  type RatedObjects,
  type Ratings,
  type Reward,
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
export { rememberRatings } from './environment/remembered-ratings.ts';
export {
  type PackedTrajectories,
  sampleBackwardTrajectories,
} from './metrics/backward-trajectories.ts';
export { elboEstimate, euboEstimate } from './metrics/bounds.ts';
export { type ExactMetrics, type MetricDefinition, type MetricName, metricCatalogue } from './metrics/catalogue.ts';
export {
  averageRanks,
  pearsonCorrelation,
  type RewardCorrelation,
  rewardCorrelation,
  spearmanCorrelation,
} from './metrics/correlation.ts';
export {
  type Distribution,
  jensenShannon,
  klDivergence,
  klPaper,
  totalVariation,
} from './metrics/distance.ts';
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
export {
  highestRewardObjects,
  type ModeSearch,
  type ModeSearchOptions,
  modeSearch,
  modesFound,
} from './metrics/modes.ts';
export {
  hammingDistance,
  levenshteinDistance,
  meanPairwiseDistance,
  type ObjectDistance,
  type Sequence,
} from './metrics/object-distance.ts';
export {
  type ObjectWindow,
  objectWindow,
  PAPER_WINDOW,
  type WindowDistances,
  windowDistances,
} from './metrics/object-window.ts';
export { uniformPolicy } from './metrics/policies.ts';
export { separateModes } from './metrics/separate-modes.ts';
export { tabulate } from './metrics/tabulate.ts';
export { type ExactTarget, exactTarget } from './metrics/target.ts';
export { objectStates, sampleObjectNumbers, sampleTarget } from './metrics/target-samples.ts';
export { type Top, type TopMetrics, topDistinct, topMetrics } from './metrics/top.ts';
export { type SlidingWindow, slidingWindow } from './metrics/window.ts';
export * from './objective/index.ts';
export { bitSequence } from './problems/bit-sequence/environment.ts';
export { bitSequenceModes, bitSequenceReward } from './problems/bit-sequence/reward.ts';
export type { BitSequenceSize } from './problems/bit-sequence/size.ts';
export { hypergrid } from './problems/hypergrid/environment.ts';
export type { HypergridHeights } from './problems/hypergrid/heights.ts';
export { hypergridReward } from './problems/hypergrid/reward.ts';
export type { HypergridSize } from './problems/hypergrid/size.ts';
export { qm9String } from './problems/qm9-string/environment.ts';
export { parseQm9StringTable, qm9StringReward } from './problems/qm9-string/reward.ts';
export { tfbind8 } from './problems/tfbind8/environment.ts';
export { parseTfbind8Table, tfbind8Reward } from './problems/tfbind8/reward.ts';
export * from './replay/index.ts';
export * from './rollout/index.ts';
export { assertShaderConformance, type ShaderConformanceOptions } from './rollout/shader-conformance.ts';
export {
  type LoadOptions,
  loadRun,
  loadSampler,
  type Sampler,
} from './run/load.ts';
export type { ProblemChoice } from './run/problem-choice.ts';
export { createRun, type FoundObject, type Run, type RunOptions, train } from './run/run.ts';
export type { RunConfig } from './run/run-config.ts';
export * from './testing.ts';
export * from './train/index.ts';
