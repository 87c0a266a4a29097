/**
 * Samplers of discrete objects, trained by policy gradients on WebGPU or WebAssembly: train, sample, save and load them.
 * To write your own objectives, networks and environments, see `flowtape/extend`, `flowtape/rows` and `flowtape/engine`.
 * @module flowtape
 */
export type { Device } from './device/device.ts';
export { DeviceLimitError, DeviceLostError, DeviceMemoryError, deviceLossOf } from './device/errors.ts';
export { type DeviceChoice, type DevicePreference, openDevice } from './device/open.ts';
export { defineEnvironment, type EnvironmentDefinition } from './environment/define.ts';
export { enumerationOf } from './environment/enumeration.ts';
export type {
  AnyProblem,
  DeferredReward,
  Environment,
  Problem,
  Ratings,
  Reward,
} from './environment/environment.ts';
export { rememberRatings } from './environment/remembered-ratings.ts';
export { type MetricName, type Metrics, metricCatalogue } from './metrics/catalogue.ts';
export { jensenShannon, klDivergence, klPaper, totalVariation } from './metrics/distance.ts';
export { type ExactTarget, exactTarget } from './metrics/target.ts';
export {
  detailedBalance,
  entPpo,
  entTrpo,
  flowMatching,
  forwardLookingDetailedBalance,
  forwardLookingSubTrajectoryBalance,
  gae,
  gaeSubEb,
  logPartitionVariance,
  modifiedDetailedBalance,
  type Objective,
  type PriorPolicy,
  reinforceRewardToGo,
  reinforceTotalReturn,
  relativeTrajectoryBalance,
  type SavedLayer,
  softDqn,
  subTrajectoryBalance,
  trajectoryBalance,
  trustPcl,
  valueBaseline,
} from './objective/index.ts';
export { bitSequence } from './problems/bit-sequence/environment.ts';
export { bitSequenceModes, bitSequenceReward } from './problems/bit-sequence/reward.ts';
export { hypergrid } from './problems/hypergrid/environment.ts';
export { hypergridReward } from './problems/hypergrid/reward.ts';
export { qm9String } from './problems/qm9-string/environment.ts';
export { parseQm9StringTable, qm9StringReward } from './problems/qm9-string/reward.ts';
export { tfbind8 } from './problems/tfbind8/environment.ts';
export { parseTfbind8Table, tfbind8Reward } from './problems/tfbind8/reward.ts';
export { type LoadOptions, loadRun, loadSampler, type Sampler } from './run/load.ts';
export { policyOnnx } from './run/onnx.ts';
export { createRun, type FoundObject, type Run, type RunOptions, train } from './run/run.ts';
export type { RunConfig } from './run/run-config.ts';
export { type SeedsOptions, trainSeeds } from './run/train-seeds.ts';
export { type Evaluation, evaluateUniform, NotFiniteError, type Progress, type Sample } from './train/index.ts';
