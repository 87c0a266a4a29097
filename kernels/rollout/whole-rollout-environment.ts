import type { RolloutHint, RowProgram } from '../../src/ops/index.ts';
import type { KernelStep, Operand } from '../../src/plan/step.ts';
import { wgslLibrary, writeWgsl } from '../../src/rows/write-wgsl.ts';
import { rowOperands } from '../row-program/operands.ts';

/** What a rollout's environment does in a step, and the tables that it looks things up in. */
export interface RolloutEnvironment extends Pick<RolloutHint, 'observe' | 'advance'> {
  /** Tables, by the names that the programs have for them. */
  readonly tables: readonly { readonly name: string; readonly operand: Operand }[];
}

/** What whole-rollout.wgsl calls what the programs work on, in the order that `RolloutHint` says. */
const observeNames = ['trajectory_rows', 'state_rows', 'observation_rows', 'mask_rows'];
const advanceInputs = ['trajectory_rows', 'action_rows'];
const advanceOutputs = ['log_backward', 'log_reward_rows', 'state_rows', 'active_rows'];
const advanceNames = [...advanceInputs, ...advanceOutputs];

/** The names that both whole-rollout.wgsl and the programs mean the same by. */
export const commonNames: readonly string[] = [...new Set([...observeNames, ...advanceNames])];

/** The environment of a loop's two row programs; undefined where they cannot be put into one launch. */
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

/** Text that is given calls its buffers by name, so they have to be the names it is put among. */
function isNamed({ buffers }: RowProgram, names: readonly string[]): boolean {
  return buffers.map(({ name }) => name).join() === names.join();
}
