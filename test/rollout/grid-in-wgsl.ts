import { defineEnvironment } from '../../src/environment/define.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { tokenObservation } from '../../src/environment/observation.ts';
import type { HypergridSize } from '../../src/problems/hypergrid/size.ts';
import { gridProblem } from './problems.ts';

/**
 * A hypergrid written twice, in TypeScript and in WGSL, as one writes what is not in the row language. Its functions and its
 * reward are of their own: the hypergrid of the library is recorded.
 */
export function gridInWgsl(dimension: number, side: number) {
  const stop = dimension;
  const { environment: recorded, reward } = gridProblem(dimension, side);
  const environment = defineEnvironment({
    ...{ name: 'hypergrid', options: { dimension, side } },
    ...{ stateSize: dimension + 1, actions: dimension + 1, backwardActions: dimension },
    maxSteps: dimension * (side - 1) + 1,
    isTerminal: (state) => state[stop] !== 0,
    allowed: (state, action) => action === stop || state[action] < side - 1,
    step(state, action) {
      state[action] += 1;
    },
    undoable: (state, action) => (state[stop] !== 0 ? action === 0 : state[action] > 0),
    undo(state, action) {
      state[state[stop] === 0 ? action : stop] -= 1;
    },
    backwardAction: (_, action) => (action === stop ? 0 : action),
    forwardAction: (state, action) => (state[stop] === 0 ? action : stop),
    observe: tokenObservation({
      width: dimension * side,
      positions: dimension,
      encode(state, tokens) {
        for (let axis = 0; axis < dimension; axis++) tokens[axis] = axis * side + state[axis];
      },
    }),
    text: (state) => recorded.text(state),
    enumeration: recorded.enumeration,
    shader: { code: shaderCode({ dimension, side }) },
  });
  const rewardOf = (...state: number[]) => Math.fround(reward.logReward(Int32Array.from([...state, 1])));
  // Rings and modes in a table: what the WGSL of a reward reads.
  const table = Float32Array.from({ length: side ** dimension }, (_, cell) =>
    rewardOf(
      ...Array.from({ length: dimension }, (_, axis) => Math.floor(cell / side ** (dimension - 1 - axis)) % side),
    ),
  );
  const cellOf = (state: Int32Array) => state.subarray(0, dimension).reduce((cell, place) => cell * side + place, 0);
  const code = `
fn log_reward(state: ptr<function, State>) -> f32 {
  var cell = 0;
  for (var axis = 0; axis < ${dimension}; axis++) { cell = cell * ${side} + (*state)[axis]; }
  return reward_table[cell];
}
`;
  return {
    environment,
    reward: { name: 'easy', logReward: (state: Int32Array) => table[cellOf(state)], shader: { code }, table },
  } satisfies Problem;
}

function shaderCode({ dimension, side }: HypergridSize): string {
  return `
const HYPERGRID_DIMENSION: i32 = ${dimension};
const HYPERGRID_SIDE: i32 = ${side};

fn initial(state: ptr<function, State>) {
  for (var i = 0; i < STATE_SIZE; i++) { (*state)[i] = 0; }
}

fn is_terminal(state: ptr<function, State>) -> bool {
  return (*state)[HYPERGRID_DIMENSION] != 0;
}

fn forward_allowed(state: ptr<function, State>, action: i32) -> bool {
  if ((*state)[HYPERGRID_DIMENSION] != 0) { return false; }
  return action == HYPERGRID_DIMENSION || (*state)[action] < HYPERGRID_SIDE - 1;
}

fn step(state: ptr<function, State>, action: i32) {
  (*state)[action] += 1;
}

fn backward_allowed(state: ptr<function, State>, action: i32) -> bool {
  if ((*state)[HYPERGRID_DIMENSION] != 0) { return action == 0; }
  return (*state)[action] > 0;
}

fn backward_step(state: ptr<function, State>, action: i32) {
  let axis = select(action, HYPERGRID_DIMENSION, (*state)[HYPERGRID_DIMENSION] != 0);
  (*state)[axis] -= 1;
}

fn backward_action(state: ptr<function, State>, action: i32) -> i32 {
  return select(action, 0, action == HYPERGRID_DIMENSION);
}

fn forward_action(state: ptr<function, State>, action: i32) -> i32 {
  return select(action, HYPERGRID_DIMENSION, (*state)[HYPERGRID_DIMENSION] != 0);
}

fn token(state: ptr<function, State>, position: i32) -> i32 {
  return position * HYPERGRID_SIDE + (*state)[position];
}
`;
}
