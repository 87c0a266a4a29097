import type { Problem } from '../environment/environment.ts';
import {
  assign,
  beginRows,
  distinctRows,
  gatherRows,
  nextRows,
  type RolloutHint,
  rowProgram,
  sampleAction,
  withRows,
} from '../ops/index.ts';
import type { Rows, Tape, Tensor, TensorType, Variable } from '../tape/index.ts';
import { variable, writeTo } from '../tape/index.ts';
import { mapRecorded, type RolloutNeeds, recordBackwardData } from './backward-data.ts';
import { logitsOf, policyOutputs, type RolloutPolicy, samplerOf } from './policy.ts';
import { environmentPrograms } from './programs.ts';
import { rolloutVariables, type Trajectories } from './trajectories.ts';

/** The problem and the policy of a rollout, and how actions are drawn. */
export interface RolloutOptions {
  readonly problem: Problem;
  /** The number of trajectories. */
  readonly batch: number;
  readonly policy: RolloutPolicy;
  /** i32 [4]: the random key (see `sampleActionOperation`); the caller increments it between rollouts. */
  readonly key: Variable;
  /** f32 [2]: the exploration rate and the temperature of the behaviour policy. */
  readonly settings: Variable;
  /** Additional data for learnt backward policies and flow matching. */
  readonly needs?: RolloutNeeds;
  /**
   * Whether to find equal states of a step, so that networks run once for each (`prefersDeduplication`). False by
   * default.
   */
  readonly distinctStates?: boolean;
  /** A prefix for the names of its variables. */
  readonly name?: string;
}

/**
 * Records the sampling of a batch of trajectories: a loop of at most `maxSteps` steps that ends when all trajectories
 * have. Only unfinished trajectories are computed; their steps are contiguous, so that later computations need no
 * padding.
 *
 * @throws if the environment allows empty trajectories, or the batch is not a positive integer
 */
export function recordRollout(tape: Tape, options: RolloutOptions): Trajectories {
  const { problem, batch, policy, needs = {}, distinctStates = false, name = 'rollout' } = options;
  const { environment } = problem;
  const steps = environment.maxSteps;
  if (!Number.isInteger(batch) || batch < 1)
    throw new Error(`rollout: a batch of ${batch} trajectories cannot be sampled.`);
  const capacity = batch * steps;
  const programs = environmentPrograms(problem);
  const variables = rolloutVariables(name, batch, steps);
  const objects = variable(`${name}/state`, 'i32', [batch, environment.stateSize]);
  const active = variable(`${name}/active`, 'i32', [batch]);
  const table = programs.table && variable(`${name}/reward-table`, 'f32', [programs.table.length], programs.table);
  const type = (dtype: 'f32' | 'i32', ...inner: number[]): TensorType => ({ dtype, shape: [capacity, ...inner] });
  const { dtype: observed, size } = environment.observation;

  rowProgram(tape, programs.reset, batch, [], [], [writeTo(objects), writeTo(active)]);
  beginRows(tape, variables, { batch, steps });

  const sampler = samplerOf(tape, policy, capacity);

  const counted = distinctStates ? variable(`${name}/distinct`, 'i32', [2]) : undefined;
  if (counted) assign(counted, tape.constant('i32', [2], [0, 0]));

  const hint: RolloutHint = { kind: 'rollout', observe: programs.observe, advance: programs.advance };
  const body = () => {
    const rows: Rows = { capacity, max: batch, window: tape.read(variables.window) };
    const read = (integers: Variable) => tape.read(integers, { offset: 0, shape: integers.shape, rows });
    const trajectory = read(variables.trajectory);
    const [observation, mask] = rowProgram(
      tape,
      programs.observe,
      rows,
      [trajectory, tape.read(objects)],
      [type(observed, size), type('i32', environment.actionCount)],
    );
    const distinct = counted && distinctRows(observation, tape.read(counted));
    const outputs = distinct ? gatherRows(sampler.apply(distinct.values), distinct.index) : sampler.apply(observation);
    if (counted && distinct) assign(counted, distinct.total);
    const logits = logitsOf(outputs, environment.actionCount);
    const gridIndex = read(variables.gridIndex);
    const action = sampleAction(logits, mask, tape.read(options.key), gridIndex, tape.read(options.settings));
    const recordChild = recordBackwardData(tape, environment, needs, { rows, trajectory, action, objects });
    const [logBackward, logReward] = rowProgram(
      tape,
      programs.advance,
      rows,
      table ? [trajectory, action, tape.read(table)] : [trajectory, action],
      [type('f32'), type('f32')],
      [writeTo(objects), writeTo(active)],
    );
    const recorded = recordChild();
    nextRows(tape.read(active), variables, { batch, steps });
    return { rows, distinct, observation, mask, outputs, logits, action, logBackward, logReward, recorded };
  };
  const filled = tape.loop(name, steps, variables.window, body, hint);

  const faults = variable(`${name}/faults`, 'i32', [batch]);
  const ended = table ? [tape.read(objects), tape.read(table)] : [tape.read(objects)];
  rowProgram(tape, programs.finish, batch, ended, [], [writeTo(faults)]);

  const rows: Rows = { capacity, max: capacity, window: tape.read(variables.total) };
  const integers = (source: Variable) => tape.read(source, { offset: 0, shape: source.shape, rows });
  const whole = (tensor: Tensor) => withRows(tensor, rows);
  const windows = [{ window: filled.rows.window, rows }];
  const distinct = counted &&
    filled.distinct && {
      observation: withRows(filled.distinct.values, { capacity, max: capacity, window: tape.read(counted) }),
      index: whole(filled.distinct.index),
    };
  if (filled.distinct && distinct?.observation.rows) {
    windows.push({ window: filled.distinct.rows.window, rows: distinct.observation.rows });
  }
  const learnable = policyOutputs(filled.outputs, sampler, windows);
  return {
    batch,
    steps,
    observation: whole(filled.observation),
    ...(distinct ? { distinct } : {}),
    mask: whole(filled.mask),
    action: whole(filled.action),
    logits: whole(filled.logits),
    ...(learnable ? { policy: learnable } : {}),
    logBackward: whole(filled.logBackward),
    logReward: whole(filled.logReward),
    trajectory: integers(variables.trajectory),
    gridIndex: integers(variables.gridIndex),
    rowOfGrid: tape.read(variables.rowOfGrid),
    objects,
    faults,
    ...mapRecorded(filled.recorded, whole),
  };
}
