import { type Row, updates, writes } from '../../rows/buffers.ts';
import type { Int } from '../../rows/expression.ts';
import type { Program } from '../../rows/program.ts';
import { record } from '../../rows/record.ts';
import { repeat } from '../../rows/statements.ts';
import type { HostProgram } from '../../rows/write-closures.ts';
import type { Environment } from '../environment.ts';
import { featureObservation, type Observation, tokenObservation } from '../observation.ts';
import type { ObservationRules } from './observe.ts';
import { type Confirmations, probe } from './probe.ts';
import type { Rules } from './rules.ts';

/** An environment's sizes. */
export interface RowSizes {
  readonly name: string;
  readonly stateSize: number;
  readonly actionCount: number;
  readonly backwardActionCount: number;
}

/** The functions of an environment that are derived from its rules. */
export type HostFunctions = Pick<
  Environment,
  | 'initial'
  | 'isTerminal'
  | 'forwardMask'
  | 'step'
  | 'backwardMask'
  | 'backwardStep'
  | 'backwardAction'
  | 'forwardAction'
>;

/**
 * Derives an environment's functions from its rules.
 * @param hostProgram makes a program runnable: `hostProgram`, or `checkedHostProgram`, which throws on an index outside
 * its row
 */
export function hostFunctions(rules: Rules, sizes: RowSizes, hostProgram: MakeRunnable): HostFunctions {
  const { name: owner, stateSize, actionCount, backwardActionCount } = sizes;
  const state = updates('i32', stateSize);
  const action = { min: 0, max: actionCount - 1 };
  const backwardAction = { min: 0, max: backwardActionCount - 1 };

  const initial = hostProgram(() =>
    record({ owner, name: 'initial' }, { buffers: { state } }, (buffers) => rules.initial(buffers.state)),
  );
  const isTerminal = hostProgram(() =>
    record({ owner, name: 'isTerminal' }, { buffers: { state } }, (buffers) => rules.isTerminal(buffers.state)),
  );
  const forwardMask = hostProgram(() =>
    record(
      { owner, name: 'forwardMask' },
      { buffers: { state, mask: writes('i32', actionCount) } },
      ({ state, mask }) => rules.forwardMask(state, (action, allowed) => mask.set(action, allowed.toInt())),
    ),
  );
  const step = hostProgram(() =>
    record({ owner, name: 'step' }, { buffers: { state }, parameters: { action } }, (buffers, _, { action }) =>
      rules.step(buffers.state, action),
    ),
  );
  const backwardMask = hostProgram(() =>
    record(
      { owner, name: 'backwardMask' },
      { buffers: { state, mask: writes('i32', backwardActionCount) } },
      ({ state, mask }) => {
        repeat(backwardActionCount, (i) => mask.set(i, 0));
        rules.parents(state, (i) => mask.set(i, 1));
      },
    ),
  );
  const backwardStep = hostProgram(() =>
    record(
      { owner, name: 'backwardStep' },
      { buffers: { state }, parameters: { backwardAction } },
      (buffers, _, { backwardAction }) => rules.backwardStep(buffers.state, backwardAction),
    ),
  );
  const undoes = hostProgram(() =>
    record(
      { owner, name: 'backwardAction' },
      { buffers: { state }, parameters: { action } },
      (buffers, _, { action }) => rules.backwardAction(buffers.state, action),
    ),
  );
  const redoes = hostProgram(() =>
    record(
      { owner, name: 'forwardAction' },
      { buffers: { state }, parameters: { backwardAction } },
      (buffers, _, { backwardAction }) => rules.forwardAction(buffers.state, backwardAction),
    ),
  );

  return {
    initial: (row) => void initial([row]),
    isTerminal: (row) => isTerminal([row]) !== 0,
    forwardMask: (row, mask) => void forwardMask([row, mask]),
    step: (row, taken) => void step([row], 0, taken),
    backwardMask: (row, mask) => void backwardMask([row, mask]),
    backwardStep: (row, taken) => void backwardStep([row], 0, taken),
    backwardAction: (row, taken) => undoes([row], 0, taken),
    forwardAction: (row, taken) => redoes([row], 0, taken),
  };
}

/** Makes a program runnable on the host. */
export type MakeRunnable = (make: () => Program) => HostProgram;

/** @throws if the program of an observation cannot be recorded */
export function probeObservation(
  { kind, size, encode }: ObservationRules,
  { name: owner, stateSize }: RowSizes,
  confirmations: Confirmations,
): Program {
  const state = updates('i32', stateSize);
  const into = kind === 'tokens' ? writes('i32', size) : writes('f32', size);
  return probe(confirmations, { owner, name: 'observe' }, { buffers: { state, into } }, (buffers) =>
    encode(buffers.state, (position, number) => (buffers.into as unknown as Row<Int>).set(position, number as Int)),
  );
}

/** The observation defined by rules, encoded on the host. */
export function hostObservation(observed: ObservationRules, sizes: RowSizes, hostProgram: MakeRunnable): Observation {
  const { kind, width, size, sequence, relation } = observed;
  const program = hostProgram(() => probeObservation(observed, sizes, []));
  const encode = (row: Int32Array, seen: Int32Array | Float32Array): void => void program([row, seen]);
  return kind === 'tokens'
    ? tokenObservation({ width, positions: size, sequence, relation, encode })
    : featureObservation({ width, encode });
}
