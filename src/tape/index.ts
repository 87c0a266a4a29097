export { type GradientArithmetic, type LoopBody, recordGradient, recordPullback } from './gradient.ts';
export type { Derivative, DerivativePlace, Loop, LoopHint, Node, Operation, Write } from './operation.ts';
export { broadcastShapes, commonRows, expect, normalizeAxis, sameShape, splitAt } from './shape.ts';
export { checkReadable, createTape, isReadable, type RecordOptions, type Tape, writeTo } from './tape.ts';
export {
  type DType,
  describeType,
  elementCount,
  type Rows,
  type Shape,
  type Source,
  storageOf,
  type Tensor,
  type TensorType,
} from './tensor.ts';
export { type Variable, variable } from './variable.ts';
