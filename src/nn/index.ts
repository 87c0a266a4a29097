// Transformers and chunks are imported from their own files: whatever is exported here ends up in everything that has a
// network.
export { type ConjugateGradientOptions, conjugateGradient, dot } from './conjugate-gradient.ts';
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
export { tangent } from './tangent.ts';
