export type { ActionGroup, ActionGroups } from './actions.ts';
export { type Change, insertBack, insertFront, move, set } from './changes.ts';
export { bits, cells, counter, type Field, type Fields, flag, integers, type PlainState } from './fields.ts';
export type { Observe } from './observe.ts';
export { type RowEnvironment, type RowEnvironmentDefinition, rowEnvironment } from './row-environment.ts';
export { type RewardTables, type RowReward, rowReward, type TablesOf, tabulatedReward } from './row-reward.ts';
export type { BoolCell, Cells, IntCell, StateOf } from './state.ts';
