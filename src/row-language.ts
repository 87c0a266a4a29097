/**
 * Environments, rewards and programs written once, for the host, for threads and for GPUs.
 * @module flowtape/rows
 */
export * from './environment/row-environment/index.ts';
export {
  Bool,
  type BoolLike,
  type BufferType,
  Float,
  type FloatLike,
  Int,
  type IntLike,
  type Row,
  type RowsOf,
  reads,
  updates,
  writes,
} from './rows/index.ts';
export * from './rows/math.ts';
export {
  all,
  any,
  count,
  type Local,
  local,
  repeat,
  scratch,
  sum,
  type Times,
  when,
} from './rows/statements.ts';
export { type Table, table } from './rows/table.ts';
