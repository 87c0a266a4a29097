import { show } from '../environment/conformance-report.ts';
import type { Environment } from '../environment/environment.ts';
import { EnvironmentError, guardedEnvironment } from '../environment/guarded.ts';
import { rowFunctionsOf } from '../environment/row-functions.ts';
import type { HostFunction, HostRowProgram, RowProgram } from '../ops/index.ts';
import { copyRow, declarationsOf, loadState, observeOnHost, recordObservation } from './programs.ts';
import { recordedBackwardPrograms } from './recorded-programs.ts';

/**
 * An environment's backward side as row programs: several, because a launch on a GPU binds at most eight buffers,
 * including the window of rows.
 */
export interface BackwardPrograms<Program extends RowProgram = RowProgram> {
  /** Before `advance`. Inputs: trajectory [N], action [N], state [batch, stateSize]. Output: backward action [N]. */
  readonly undo: Program;
  /**
   * After `advance`. Inputs: trajectory [N], backward action [N], state. Outputs: the child's observation [N, ...],
   * backward mask [N, B].
   */
  readonly observeChild: Program;
  /** After `advance`. Inputs: trajectory [N], state. Outputs: `ParentData`, as observation, mask, action. */
  readonly parents: Program;
}

/** An environment's backward dynamics as row programs, for learnt backward policies and flow matching. */
export function backwardPrograms(environment: Environment): BackwardPrograms {
  const functions = rowFunctionsOf(environment);
  if (!functions) return hostBackwardPrograms(environment);
  functions.confirm?.();
  return recordedBackwardPrograms(environment, functions);
}

/** The same as functions that call the environment's TypeScript, with its WGSL if it has any. */
export function hostBackwardPrograms(unguarded: Environment): BackwardPrograms<HostRowProgram> {
  const environment = guardedEnvironment(unguarded);
  const declarations = declarationsOf(environment);
  const program = (name: string, buffers: string[], host: HostFunction, wgsl: string): HostRowProgram => ({
    name: `${environment.name}: ${name}`,
    buffers: buffers.map((buffer) => ({ name: buffer })),
    host,
    ...(declarations && { wgsl: `${declarations}\n${loadState}\n${wgsl}` }),
  });
  return {
    undo: program(
      'undo',
      ['trajectory_rows', 'action_rows', 'state_rows', 'backward_action_rows'],
      undoOnHost(environment),
      undoShader,
    ),
    observeChild: program(
      'observe child',
      ['trajectory_rows', 'backward_action_rows', 'state_rows', 'observation_rows', 'mask_rows'],
      observeChildOnHost(environment),
      observeChildShader(environment),
    ),
    parents: program(
      'parents',
      ['trajectory_rows', 'state_rows', 'observation_rows', 'mask_rows', 'action_rows'],
      parentsOnHost(environment),
      parentsShader(environment),
    ),
  };
}

function observeChildOnHost(environment: Environment): HostFunction {
  const { stateSize, backwardActionCount: width } = environment;
  const observe = observeOnHost(environment, width, (state, mask) => environment.backwardMask(state, mask));
  return ([trajectory, undo, states, observations, masks], start, count) => {
    observe([trajectory, states, observations, masks], start, count);
    for (let n = start; n < start + count; n++) {
      if (masks[n * width + undo[n]] !== 0) continue;
      const child = Int32Array.from(states.subarray(trajectory[n] * stateSize, (trajectory[n] + 1) * stateSize));
      throw new EnvironmentError(
        environment,
        `backwardMask does not allow backward action ${undo[n]} at ${show(environment, child)}, which undoes the ` +
          'action that led there (backwardAction)',
      );
    }
  };
}

function undoOnHost(environment: Environment): HostFunction {
  const state = new Int32Array(environment.stateSize);
  return ([trajectory, action, states, backwardAction], start, count) => {
    for (let n = start; n < start + count; n++) {
      copyRow(states, trajectory[n], state);
      backwardAction[n] = environment.backwardAction(state, action[n]);
    }
  };
}

function parentsOnHost(environment: Environment): HostFunction {
  const { observation, stateSize, backwardActionCount } = environment;
  const child = new Int32Array(stateSize);
  const parent = new Int32Array(stateSize);
  const mask = new Int32Array(backwardActionCount);
  const { size, blank } = observation;
  const observe = recordObservation(environment);
  return ([trajectory, states, observations, masks, actions], start, count) => {
    for (let n = start; n < start + count; n++) {
      copyRow(states, trajectory[n], child);
      environment.backwardMask(child, mask);
      for (let b = 0; b < backwardActionCount; b++) {
        const at = n * backwardActionCount + b;
        masks[at] = mask[b];
        if (mask[b] === 0) {
          observations.fill(blank, at * size, (at + 1) * size);
          actions[at] = 0;
          continue;
        }
        actions[at] = environment.forwardAction(child, b);
        parent.set(child);
        environment.backwardStep(parent, b);
        observe(parent, observations, at);
      }
    }
  };
}

const undoShader = `
fn row(n: i32) {
  var state = load_state(trajectory_rows[n]);
  backward_action_rows[n] = backward_action(&state, action_rows[n]);
}`;

const blankLiteral = ({ observation: { dtype, blank } }: Environment) =>
  dtype === 'f32' ? `f32(${blank})` : `${blank}`;

const observeChildShader = (environment: Environment) => `
fn row(n: i32) {
  var state = load_state(trajectory_rows[n]);
  for (var p = 0; p < OBSERVATION_WIDTH; p++) {
    observation_rows[n * OBSERVATION_WIDTH + p] = ${environment.observation.shaderFunction}(&state, p);
  }
  for (var b = 0; b < BACKWARD_ACTION_COUNT; b++) {
    mask_rows[n * BACKWARD_ACTION_COUNT + b] = select(0, 1, backward_allowed(&state, b));
  }
}`;

const parentsShader = (environment: Environment) => `
fn row(n: i32) {
  var child = load_state(trajectory_rows[n]);
  for (var b = 0; b < BACKWARD_ACTION_COUNT; b++) {
    let at = n * BACKWARD_ACTION_COUNT + b;
    if (backward_allowed(&child, b)) {
      mask_rows[at] = 1;
      action_rows[at] = forward_action(&child, b);
      var parent = child;
      backward_step(&parent, b);
      for (var p = 0; p < OBSERVATION_WIDTH; p++) {
        observation_rows[at * OBSERVATION_WIDTH + p] = ${environment.observation.shaderFunction}(&parent, p);
      }
    } else {
      mask_rows[at] = 0;
      action_rows[at] = 0;
      for (var p = 0; p < OBSERVATION_WIDTH; p++) {
        observation_rows[at * OBSERVATION_WIDTH + p] = ${blankLiteral(environment)};
      }
    }
  }
}`;
