export * from './adam.ts';
export * from './assign.ts';
export * from './categorical.ts';
export * from './compact.ts';
export {
  defineOperation,
  type ForEach,
  type HostDefinition,
  type InputType,
  type OperationBuffers,
  type OperationDefinition,
  type OperationInputs,
  type OperationOutputs,
  type OperationPlace,
  type RecordedDefinition,
  type SharedInput,
  shared,
} from './define-operation.ts';
export * from './dense.ts';
export * from './distinct.ts';
export * from './elementwise.ts';
export * from './finite.ts';
export * from './gather.ts';
export * from './gradient.ts';
export * from './graph-actions.ts';
export * from './graph-attention.ts';
export * from './graph-messages.ts';
export * from './graph-readout.ts';
export * from './graph-structure.ts';
export * from './loop-output.ts';
export * from './norm.ts';
export { type AttributesOf, type OperationName, operations } from './operations.ts';
export * from './random.ts';
export * from './reduce.ts';
export * from './reshape.ts';
export * from './rollout.ts';
export * from './row-program.ts';
export * from './scan.ts';
export * from './segment.ts';
export * from './segment-offsets.ts';
export * from './slice.ts';
export * from './with-pullback.ts';
