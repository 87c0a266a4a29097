export { type BufferType, type BufferViews, type Row, type RowsOf, reads, updates, writes } from './buffers.ts';
export { Bool, type BoolLike, Float, type FloatLike, Int, type IntLike } from './expression.ts';
export * from './math.ts';
export type { Program, Range } from './program.ts';
export { type ParametersOf, type ProgramPlace, record, type Signature } from './record.ts';
export { all, any, count, type Local, local, repeat, scratch, sum, type Times, when } from './statements.ts';
export { type Table, table } from './table.ts';
export { type ClosureOptions, type HostNumbers, type HostProgram, writeClosures } from './write-closures.ts';
