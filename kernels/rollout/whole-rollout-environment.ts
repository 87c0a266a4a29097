import type { RolloutHint, RowProgram } from '../../src/ops/index.ts';
import type { KernelStep, Operand } from '../../src/plan/step.ts';
import { wgslLibrary, writeWgsl } from '../../src/rows/write-wgsl.ts';
import { rowOperands } from '../row-program/operands.ts';

/** A rollout's environment: its row programs, and the tables that they read. */
export interface RolloutEnvironment extends Pick<RolloutHint, 'observe' | 'advance'> {
  /** Tables, by their names in the programs. */
  readonly tables: readonly { readonly name: string; readonly operand: Operand }[];
}

/** The names in whole-rollout.wgsl of the programs' buffers, in the order of `RolloutHint`. */
const observeNames = ['trajectory_rows', 'state_rows', 'observation_rows', 'mask_rows'];
const advanceInputs = ['trajectory_rows', 'action_rows'];
const advanceOutputs = ['log_backward', 'log_reward_rows', 'state_rows', 'active_rows'];
const advanceNames = [...advanceInputs, ...advanceOutputs];

/** Names with the same meaning in whole-rollout.wgsl and in the programs. */
export const commonNames: readonly string[] = [...new Set([...observeNames, ...advanceNames])];

/** The environment of a loop's two row programs; undefined if they do not fit into one launch. */
export function rolloutEnvironment(
  observe: KernelStep<'rowProgram'>,
  advance: KernelStep<'rowProgram'>,
): RolloutEnvironment | undefined {
  const programs = { observe: observe.attributes.program, advance: advance.attributes.program };
  const [observing, advancing] = [rowOperands(observe), rowOperands(advance)];
  if (observing.buffers.length !== observeNames.length) return undefined;
  if (programs.observe.program && programs.advance.program) {
    if (advancing.buffers.length !== advanceNames.length) return undefined;
    const tables = [
      ...(observing.tables ? [{ name: '_observe_tables', operand: observing.tables }] : []),
      ...(advancing.tables ? [{ name: '_advance_tables', operand: advancing.tables }] : []),
    ];
    return { ...programs, tables };
  }
  if (programs.observe.program || programs.advance.program) return undefined;
  const { library } = programs.observe;
  if (library === undefined || library !== programs.advance.library) return undefined;
  const rewardTable = advance.inputs[advanceInputs.length];
  const names = [...advanceInputs, ...(rewardTable ? ['reward_table'] : []), ...advanceOutputs];
  if (!isNamed(programs.observe, observeNames) || !isNamed(programs.advance, names)) return undefined;
  return { ...programs, tables: rewardTable ? [{ name: 'reward_table', operand: rewardTable }] : [] };
}

/** WGSL that defines `observe_row` and `advance_row` over the arrays of a workgroup that walks `rows` trajectories. */
export function environmentText({ observe, advance }: RolloutEnvironment, rows: number): string {
  if (observe.program && advance.program) {
    const among = (buffers: readonly string[]) => ({ buffers, rows: buffers.map(() => rows) });
    return [
      wgslLibrary,
      writeWgsl(observe.program, { function: 'observe_row', tables: '_observe_tables', ...among(observeNames) }),
      writeWgsl(advance.program, { function: 'advance_row', tables: '_advance_tables', ...among(advanceNames) }),
    ].join('\n');
  }
  if (observe.program || advance.program) return '';
  return [
    'fn row_start() -> u32 { return 0u; }\n',
    observe.library,
    observe.wgsl?.replace(/\bfn row\(/, 'fn observe_row('),
    advance.wgsl?.replace(/\bfn row\(/, 'fn advance_row('),
  ].join('\n');
}

/** Given text refers to its buffers by name, so the names have to match. */
function isNamed({ buffers }: RowProgram, names: readonly string[]): boolean {
  return buffers.map(({ name }) => name).join() === names.join();
}
