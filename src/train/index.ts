export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint-file.ts';
export type { Layer, NetworkState, RunState } from '../checkpoint/run-state.ts';
export { decodeSafetensors, encodeSafetensors, type NamedArray } from '../checkpoint/safetensors.ts';
export { type BestObjects, bestObjects } from './best-objects.ts';
export {
  createEvaluator,
  type EnumeratedEvaluation,
  type Evaluation,
  type Evaluator,
  type EvaluatorOptions,
  evaluateExactly,
  type Metrics,
  objectRows,
} from './evaluator.ts';
export { NotFiniteError } from './first-failure.ts';
export {
  type AdvantageEstimator,
  type GradientVarianceOptions,
  gradientVariances,
  ownLambda,
  varianceMetrics,
} from './gradient-variance.ts';
export { type GivenTraining, type TrainingSettings, trainingOptions } from './options.ts';
export { type RecentSamples, recentSamples } from './recent-samples.ts';
export type { ReplayOptions } from './replay.ts';
export { completeDraw, type DrawOptions, type Sample, type SamplingOptions, sampleObjects } from './sampler.ts';
export { StateError } from './state-error.ts';
export { layersOf, shapesOf } from './state-parts.ts';
export {
  createTrainer,
  type Progress,
  type Snapshot,
  type Trainer,
  type TrainingOptions,
} from './trainer.ts';
export { evaluateUniform, type UniformEvaluationOptions } from './uniform-evaluation.ts';
