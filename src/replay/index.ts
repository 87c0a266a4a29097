export {
  addObjects,
  bufferContents,
  checkReplayBuffer,
  createReplayBuffer,
  drawObjects,
  maxReplayCapacity,
  type ObjectRows,
  type ReplayBuffer,
  type ReplayBufferOptions,
  tellResiduals,
} from './buffer.ts';
export { type LocalSearchContext, type LocalSearchOptions, type SearchRound, searchLocally } from './local-search.ts';
export { replayedBatch } from './replayed-batch.ts';
export { TRANSITION_STEPS, transitionBatch, transitionsTo } from './transitions.ts';
