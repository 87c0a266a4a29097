import type { Environment, Problem } from '../environment/environment.ts';
import type { EnvironmentRowFunctions, StateRow } from '../environment/row-functions.ts';
import { log } from '../numeric/elementary.ts';
import { type RecordedRowProgram, recordedRowProgram } from '../ops/index.ts';
import {
  type Float,
  float,
  type Int,
  type IntLike,
  int,
  local,
  type Row,
  reads,
  record,
  repeat,
  scratch,
  type Table,
  table,
  updates,
  when,
  writes,
} from '../rows/index.ts';
import { maxScratch } from '../rows/statements.ts';
import type { BackwardPrograms } from './backward-programs.ts';
import type { EnvironmentPrograms } from './programs.ts';

/** An environment's programs, recorded from its functions in the row language; see `EnvironmentPrograms`. */
export function recordedPrograms(
  { environment, reward }: Problem,
  functions: EnvironmentRowFunctions,
  logReward: (state: StateRow) => Float,
): EnvironmentPrograms {
  const { name: owner, stateSize, actionCount, backwardActionCount, observation } = environment;
  const one = reads('i32');
  const logBackward = logBackwardTable(backwardActionCount);
  return {
    reset: recordedReset(environment),
    observe: recordedRowProgram(
      record(
        { owner, name: 'observe' },
        {
          buffers: {
            ...{ trajectory: one, state: reads('i32', stateSize) },
            ...{ observation: writes(observation.dtype, observation.size), mask: writes('i32', actionCount) },
          },
        },
        (row) => {
          const state = row.state.of(row.trajectory.at(0));
          functions.encode(state, (position, number) => put(row.observation, position, number));
          functions.forwardMask(state, (action, allowed) => row.mask.set(action, allowed.toInt()));
        },
      ),
    ),
    finish: recordedRowProgram(
      record(
        { owner, name: 'finish' },
        { buffers: { state: reads('i32', stateSize), fault: updates('i32') } },
        (row) => {
          // A log-reward that is not finite shows in the numbers computed from it.
          when(functions.isTerminal(row.state).not(), () => row.fault.set(0, 1));
        },
      ),
    ),
    advance: recordedRowProgram(
      record(
        { owner, name: `advance, with the reward ${reward.name}` },
        {
          buffers: {
            ...{ trajectory: one, action: one, logBackward: writes('f32'), logReward: writes('f32') },
            ...{ state: updates('i32', stateSize), active: writes('i32') },
          },
        },
        (row) => {
          const trajectory = row.trajectory.at(0);
          const state = row.state.of(trajectory);
          const action = row.action.at(0);
          // If logits are not finite no action was drawn, and the trajectory stays where it is.
          when(action.greaterEqual(0), () => functions.step(state, action.min(actionCount - 1)));
          row.logBackward.set(0, logBackward.at(allowedOf(functions, state)));
          when(
            functions.isTerminal(state),
            () => {
              row.logReward.set(0, logReward(state));
              row.active.of(trajectory).set(0, 0);
            },
            () => row.logReward.set(0, 0),
          );
        },
      ),
    ),
  };
}

function recordedReset(environment: Environment): RecordedRowProgram {
  const { name: owner, stateSize } = environment;
  const initial = new Int32Array(stateSize);
  environment.initial(initial);
  const first = table('the initial state', initial);
  return recordedRowProgram(
    record({ owner, name: 'reset' }, { buffers: { state: writes('i32', stateSize), active: writes('i32') } }, (row) => {
      repeat(stateSize, (i) => row.state.set(i, first.at(i)));
      row.active.set(0, 1);
    }),
  );
}

/** A private copy of a state in the program's own memory, for trying things out. */
function copyOf(owner: string, state: StateRow): StateRow {
  if (state.length > maxScratch) {
    throw new Error(
      `The environment ${owner} has states of ${state.length} numbers. A learnt backward policy and flow matching try actions ` +
        `out in a copy of a state, of at most ${maxScratch} numbers. Take the uniform backward policy.`,
    );
  }
  const copied = scratch(state.length);
  repeat(state.length, (i) => copied.set(i, state.at(i)));
  return copied;
}

/** The number of backward actions allowed at a state. */
function allowedOf(functions: EnvironmentRowFunctions, state: StateRow): Int {
  const allowed = local(0);
  functions.parents(state, () => allowed.set(allowed.get().add(1)));
  return allowed.get();
}

/** -log n by n: as a table it has the same bits on every device. */
function logBackwardTable(max: number): Table<Float> {
  return table(
    'log P_B by actions',
    Float32Array.from({ length: max + 1 }, (_, n) => -log(Math.max(n, 1))),
  );
}

/** Writes a number of an observation of either type. */
function put(row: Row<Int> | Row<Float>, position: IntLike, number: Int | Float): void {
  (row as Row<Int>).set(position, number as Int);
}

/** An environment's backward programs, recorded; see `BackwardPrograms`. */
export function recordedBackwardPrograms(
  environment: Environment,
  functions: EnvironmentRowFunctions,
): BackwardPrograms {
  const { name: owner, stateSize, actionCount, backwardActionCount, observation } = environment;
  const { size, dtype, blank } = observation;
  const one = reads('i32');
  const stateRows = reads('i32', stateSize);
  return {
    undo: recordedRowProgram(
      record(
        { owner, name: 'undo' },
        { buffers: { trajectory: one, action: one, state: stateRows, backwardAction: writes('i32') } },
        (row) => {
          const state = row.state.of(row.trajectory.at(0));
          const action = row.action
            .at(0)
            .max(0)
            .min(actionCount - 1);
          row.backwardAction.set(0, functions.backwardAction(state, action));
        },
      ),
    ),
    observeChild: recordedRowProgram(
      record(
        { owner, name: 'observe child' },
        {
          buffers: {
            ...{ trajectory: one, backwardAction: one, state: stateRows },
            ...{ observation: writes(dtype, size), mask: writes('i32', backwardActionCount) },
          },
        },
        (row) => {
          const state = row.state.of(row.trajectory.at(0));
          functions.encode(state, (position, number) => put(row.observation, position, number));
          repeat(backwardActionCount, (i) => row.mask.set(i, 0));
          functions.parents(copyOf(owner, state), (backwardAction) => row.mask.set(backwardAction, 1));
        },
      ),
    ),
    parents: recordedRowProgram(
      record(
        { owner, name: 'parents' },
        {
          buffers: {
            ...{ trajectory: one, state: stateRows, observation: writes(dtype, backwardActionCount * size) },
            ...{ mask: writes('i32', backwardActionCount), action: writes('i32', backwardActionCount) },
          },
        },
        (row) => {
          repeat(backwardActionCount, (i) => {
            row.mask.set(i, 0);
            row.action.set(i, 0);
          });
          repeat(backwardActionCount * size, (i) =>
            put(row.observation, i, dtype === 'i32' ? int(blank) : float(blank)),
          );
          const state = copyOf(owner, row.state.of(row.trajectory.at(0)));
          functions.parents(state, (backwardAction, action) => {
            row.mask.set(backwardAction, 1);
            row.action.set(backwardAction, action);
            const first = backwardAction.multiply(size);
            functions.encode(state, (position, number) => put(row.observation, first.add(position), number));
          });
        },
      ),
    ),
  };
}
