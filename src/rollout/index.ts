export type { BackwardData, ParentData, RolloutNeeds } from './backward-data.ts';
export { type BackwardPrograms, backwardPrograms } from './backward-programs.ts';
export { checkExploration, type Exploration, isOnPolicy, onPolicy, recordExploration } from './exploration.ts';
export { explainFault, faultAt } from './faults.ts';
export { type HostBatch, type HostBatchOptions, type HostColumns, hostBatch } from './host-batch.ts';
export { hostReason, problemOnDevice } from './host-reason.ts';
export { type HostRollout, type HostRolloutOptions, prepareHostRollout } from './host-rollout.ts';
export { logitsOf, policyLogits, type RolloutPolicy } from './policy.ts';
export type { StatePotential } from './potential-program.ts';
export {
  type EnvironmentPrograms,
  environmentPrograms,
  hasShaders,
  logUniformBackward,
} from './programs.ts';
export { prepareRating, rateAtOnce } from './rate.ts';
export { type RolloutOptions, recordRollout } from './rollout.ts';
export { nextIteration } from './schedule.ts';
export { type Successors, successorsOf } from './successors.ts';
export {
  applyToStates,
  type DistinctStates,
  deduplicateStates,
  fromGrid,
  type NetworkOutputs,
  type OffPolicyTrajectories,
  prefersDeduplication,
  rolloutVariables,
  type Trajectories,
  toGrid,
} from './trajectories.ts';
export { type UploadedBatch, uploadedBatch } from './uploaded-batch.ts';
