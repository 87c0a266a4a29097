export { clipByGlobalNorm, clipByParameterNorm } from './clip.ts';
export { type Direction, partsOf, vectorDirection, vectorOf } from './direction.ts';
export { type OptimizerOptions, type OptimizerRecipe, recipeOf } from './from-options.ts';
export { normOf } from './norm.ts';
export {
  increment,
  minimize,
  minimizeGroups,
  type Optimizer,
  optimizer,
  optimizerVariables,
  type ParameterGroup,
} from './optimizer.ts';
export {
  type AdamConstants,
  addDecayedWeights,
  addMomentum,
  averageParameters,
  scaleByAdam,
  scaleByLearningRate,
  withoutAverage,
} from './pieces.ts';
export { type AdamOptions, type AdamwOptions, adam, adamw, type SgdOptions, sgd } from './ready.ts';
export { exponential, halving, linear, type Rate, type Schedule, warmup } from './schedule.ts';
export {
  chain,
  type LearningRate,
  type Piece,
  type Transformation,
  type Update,
  type UpdateGradient,
} from './transformation.ts';
