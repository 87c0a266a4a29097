export { applyInChunks, chunkOf, inChunks } from './chunks.ts';
export { type ConjugateGradientOptions, conjugateGradient, dot } from './conjugate-gradient.ts';
export { type GraphNetwork, type GraphTransformerOptions, graphTransformer } from './graph-transformer.ts';
export {
  type GraphEmbeddings,
  type GraphFeatures,
  type GraphTrunkInputs,
  type GraphTrunkOptions,
  prepareTrunk,
  trunkParameters,
} from './graph-trunk.ts';
export { type MlpOptions, type Model, mlp, modelOf } from './mlp.ts';
export {
  initializeParameters,
  type Network,
  type ParameterDefinition,
  type Parameters,
  prepareNetwork,
  readParameters,
} from './network.ts';
export * from './optimizers/index.ts';
export { type PerceptronOptions, perceptron } from './perceptron.ts';
export { type SequenceTransformerOptions, sequenceTransformer } from './sequence-transformer.ts';
export { tangent } from './tangent.ts';
