import type { Environment, Problem } from '../environment/environment.ts';
import { guardedProblem } from '../environment/guarded.ts';
import { rewardRowsOf, rowFunctionsOf } from '../environment/row-functions.ts';
import { log } from '../numeric/elementary.ts';
import type { HostBuffer, HostFunction, RowProgram } from '../ops/index.ts';
import { recordedPrograms } from './recorded-programs.ts';

/**
 * An environment as row programs: the launches between two steps of the policy. Their host functions run the
 * environment's TypeScript over the device's memory; their WGSL calls its shader.
 */
export interface EnvironmentPrograms {
  /** Writes: state [batch, stateSize] = the initial state; active [batch] = 1. */
  readonly reset: RowProgram;
  /** Inputs: trajectory [N], state [batch, stateSize]. Outputs: observation [N, positions or width], mask [N, A]. */
  readonly observe: RowProgram;
  /**
   * Inputs: trajectory [N], action [N]; the reward's table, if it has one. Outputs: logBackward [N] = log P_B of the
   * transition under the uniform backward policy; logReward [N] = log R of the child if it is terminal, else 0.
   * Writes: state = the child; active = 0 where the child is terminal.
   */
  readonly advance: RowProgram;
  /**
   * Checks the final states of a rollout, one row each. Inputs: state [batch, stateSize]; the reward's table, if it has
   * one. Writes: fault [batch] = 1 if a state is not terminal or its log-reward is not finite; otherwise unchanged.
   */
  readonly finish: RowProgram;
  /** The reward's table for `advance` and `finish`. */
  readonly table?: Float32Array | undefined;
}

/**
 * Makes the row programs of a problem: recorded ones if environment and reward are in the row language, otherwise ones
 * that call their TypeScript, with WGSL if both have it. On the host these throw an `EnvironmentError` that names the
 * function and the state.
 */
export function environmentPrograms(unguarded: Problem): EnvironmentPrograms {
  const recorded = recordedFunctions(unguarded);
  if (recorded) {
    const [functions, reward] = recorded;
    functions.confirm?.();
    reward.confirm?.();
    return recordedPrograms(unguarded, functions, reward.logReward);
  }
  const problem = guardedProblem(unguarded);
  const { environment, reward } = problem;
  const declarations = declarationsOf(environment);
  const library = declarations && `${declarations}\n${loadState}`;
  const buffers = (...names: string[]) => names.map((name) => ({ name }));
  return {
    table: reward.table,
    reset: {
      name: `${environment.name}: reset`,
      buffers: buffers('state_rows', 'active_rows'),
      host: resetOnHost(environment),
      ...(declarations && { wgsl: `${declarations}\n${resetShader}` }),
    },
    observe: {
      name: `${environment.name}: observe`,
      buffers: buffers('trajectory_rows', 'state_rows', 'observation_rows', 'mask_rows'),
      host: observeOnHost(environment, environment.actionCount, (state, mask) => environment.forwardMask(state, mask)),
      ...(library && { library, wgsl: observeShader(environment) }),
    },
    advance: {
      name: `${environment.name}: advance`,
      buffers: reward.table
        ? buffers(
            'trajectory_rows',
            'action_rows',
            'reward_table',
            'log_backward',
            'log_reward_rows',
            'state_rows',
            'active_rows',
          )
        : buffers('trajectory_rows', 'action_rows', 'log_backward', 'log_reward_rows', 'state_rows', 'active_rows'),
      host: advanceOnHost(problem),
      ...(library && reward.shader && { library, wgsl: `${reward.shader.code}\n${advanceShader}` }),
    },
    finish: {
      name: `${environment.name}: finish`,
      buffers: reward.table ? buffers('state_rows', 'reward_table', 'fault_rows') : buffers('state_rows', 'fault_rows'),
      host: finishOnHost(environment),
      ...(library && reward.shader && { library, wgsl: `${reward.shader.code}\n${finishShader}` }),
    },
  };
}

/** Whether the problem's rollouts can run entirely on a GPU. */
export function hasShaders(problem: Problem): boolean {
  const { environment, reward } = problem;
  return recordedFunctions(problem) !== undefined || (environment.shader !== undefined && reward.shader !== undefined);
}

function recordedFunctions({ environment, reward }: Problem) {
  const functions = rowFunctionsOf(environment);
  const rewardRows = rewardRowsOf(reward);
  return functions && rewardRows && ([functions, rewardRows] as const);
}

function resetOnHost(environment: Environment): HostFunction {
  const { stateSize } = environment;
  const initial = new Int32Array(stateSize);
  environment.initial(initial);
  return ([state, active], start, count) => {
    for (let n = start; n < start + count; n++) {
      state.set(initial, n * stateSize);
      active[n] = 1;
    }
  };
}

/** Copies a state row from the device's memory, whatever the array's type, into a row of the environment's own. */
export function copyRow(from: HostBuffer, row: number, into: Int32Array): void {
  const start = row * into.length;
  for (let i = 0; i < into.length; i++) into[i] = from[start + i];
}

/** Writes the observation of a state into row `row` of the device's memory. */
export function recordObservation(
  environment: Environment,
): (state: Int32Array, into: HostBuffer, row: number) => void {
  const { observation } = environment;
  const seen = observation.rows(1);
  return (state, into, row) => {
    observation.encode(state, seen);
    into.set(seen, row * observation.size);
  };
}

/** Observations with a mask of `width` entries. Buffers: trajectory, state, observation, mask. */
export function observeOnHost(
  environment: Environment,
  width: number,
  maskOf: (state: Int32Array, mask: Int32Array) => void,
): HostFunction {
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(width);
  const observe = recordObservation(environment);
  return ([trajectory, states, observations, masks], start, count) => {
    for (let n = start; n < start + count; n++) {
      copyRow(states, trajectory[n], state);
      observe(state, observations, n);
      maskOf(state, mask);
      masks.set(mask, n * width);
    }
  };
}

/** log P_B of the last step, which led to `state`, under the uniform backward policy. */
export function logUniformBackward(environment: Environment, state: Int32Array, mask: Int32Array): number {
  environment.backwardMask(state, mask);
  let allowed = 0;
  for (const entry of mask) if (entry !== 0) allowed++;
  return -log(Math.max(allowed, 1));
}

function advanceOnHost({ environment, reward }: Problem): HostFunction {
  const state = new Int32Array(environment.stateSize);
  const backwardMask = new Int32Array(environment.backwardActionCount);
  return (buffers, start, count) => {
    const [trajectory, action] = buffers;
    const [logBackward, logReward, states, active] = buffers.slice(-4);
    for (let n = start; n < start + count; n++) {
      const row = trajectory[n];
      copyRow(states, row, state);
      // If logits are not finite no action was drawn, and the trajectory stays where it is.
      if (action[n] >= 0) environment.step(state, action[n]);
      states.set(state, row * state.length);
      logBackward[n] = logUniformBackward(environment, state, backwardMask);
      const terminal = environment.isTerminal(state);
      logReward[n] = terminal ? reward.logReward(state) : 0;
      if (terminal) active[row] = 0;
    }
  };
}

/** `advance` has already thrown on rewards that are not finite. */
function finishOnHost(environment: Environment): HostFunction {
  const state = new Int32Array(environment.stateSize);
  return (buffers, start, count) => {
    const states = buffers[0];
    const faults = buffers[buffers.length - 1];
    for (let n = start; n < start + count; n++) {
      copyRow(states, n, state);
      if (!environment.isTerminal(state)) faults[n] = 1;
    }
  };
}

/** The basis of a program's WGSL: the environment's constants and its shader. Undefined if it has none. */
export function declarationsOf(environment: Environment): string | undefined {
  if (!environment.shader) return undefined;
  return [
    `const STATE_SIZE: i32 = ${environment.stateSize};`,
    `const ACTION_COUNT: i32 = ${environment.actionCount};`,
    `const BACKWARD_ACTION_COUNT: i32 = ${environment.backwardActionCount};`,
    `const OBSERVATION_WIDTH: i32 = ${environment.observation.size};`,
    `alias State = array<i32, ${environment.stateSize}>;`,
    environment.shader.code,
  ].join('\n');
}

const resetShader = `
fn row(n: i32) {
  var state: State;
  initial(&state);
  for (var i = 0; i < STATE_SIZE; i++) { state_rows[n * STATE_SIZE + i] = state[i]; }
  active_rows[n] = 1;
}`;

/** WGSL of load_state(at): a row of the buffer state_rows. */
export const loadState = `
fn load_state(at: i32) -> State {
  var state: State;
  for (var i = 0; i < STATE_SIZE; i++) { state[i] = state_rows[at * STATE_SIZE + i]; }
  return state;
}`;

/** WGSL for whether a number is finite, by its bits: WGSL may assume that every float is. */
const finiteBits = (number: string) => `(bitcast<u32>(${number}) & 0x7f800000u) != 0x7f800000u`;

/**
 * If an observation is invalid, nothing is allowed: the trajectory stays where it is, and `finish` finds the fault at
 * the right state.
 */
const observeShader = ({ observation }: Environment) => `
fn row(n: i32) {
  var state = load_state(trajectory_rows[n]);
  var sound = true;
  for (var p = 0; p < OBSERVATION_WIDTH; p++) {
    let seen = ${observation.shaderFunction}(&state, p);
    sound = sound && ${observation.dtype === 'f32' ? finiteBits('seen') : `seen >= -1 && seen < ${observation.width}`};
    observation_rows[n * OBSERVATION_WIDTH + p] = seen;
  }
  for (var a = 0; a < ACTION_COUNT; a++) {
    mask_rows[n * ACTION_COUNT + a] = select(0, 1, sound && forward_allowed(&state, a));
  }
}`;

const advanceShader = `
fn row(n: i32) {
  let at = trajectory_rows[n];
  var state = load_state(at);
  // If nothing is allowed, or logits are not finite, the action is -1, and the trajectory stays where it is.
  if (action_rows[n] >= 0) { step(&state, action_rows[n]); }
  for (var i = 0; i < STATE_SIZE; i++) { state_rows[at * STATE_SIZE + i] = state[i]; }
  var allowed = 0;
  for (var a = 0; a < BACKWARD_ACTION_COUNT; a++) { allowed += select(0, 1, backward_allowed(&state, a)); }
  log_backward[n] = -log(f32(max(allowed, 1)));
  var terminal_log_reward = 0.0;
  if (is_terminal(&state)) {
    terminal_log_reward = log_reward(&state);
    active_rows[at] = 0;
  }
  log_reward_rows[n] = terminal_log_reward;
}`;

const finishShader = `
fn row(n: i32) {
  var state = load_state(n);
  var sound = is_terminal(&state);
  if (sound) { sound = ${finiteBits('log_reward(&state)')}; }
  if (!sound) { fault_rows[n] = 1; }
}`;
