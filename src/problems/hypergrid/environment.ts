import { countPower, MAX_ENUMERATED_STATES } from '../../environment/enumeration.ts';
import type { Environment } from '../../environment/environment.ts';
import { tokenObservation } from '../../environment/observation.ts';
import { quoted } from '../../text/quoted.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

/**
 * The Hypergrid of Bengio et al. (Flow Network based Generative Models, 2021, section 4.1): from the corner
 * (0, ..., 0) of a grid a walk moves by +1 along an axis, or stops; the cell where it stops is the object.
 *
 * State row: `dimension` coordinates, then a flag that is 1 once stopped. Actions 0 .. dimension - 1 move along an
 * axis, action `dimension` stops. Backward action i undoes a move along axis i; at a stopped state the only
 * backward action is 0, which undoes the stop. The policy sees one one-hot block of `side` inputs for each axis,
 * and not the flag.
 *
 * @throws Error where `dimension` is below 1, `side` below 2, or dimension * side above 2^24.
 */
export function hypergrid({ dimension, side }: HypergridSize): Environment {
  checkHypergridSize({ dimension, side });
  const stop = dimension;
  const label = `hypergrid of dimension ${dimension} and side ${side}`;

  return {
    name: 'hypergrid',
    options: { dimension, side },
    stateSize: dimension + 1,
    actionCount: dimension + 1,
    backwardActionCount: dimension,
    maxSteps: dimension * (side - 1) + 1,
    horizon: dimension * side,
    observation: tokenObservation({
      width: dimension * side,
      positions: dimension,
      encode(state, tokens) {
        for (let axis = 0; axis < dimension; axis++) tokens[axis] = axis * side + state[axis];
      },
    }),

    initial(state) {
      state.fill(0);
    },
    isTerminal: (state) => state[stop] !== 0,
    forwardMask(state, mask) {
      const moving = state[stop] === 0;
      for (let axis = 0; axis < dimension; axis++) mask[axis] = moving && state[axis] < side - 1 ? 1 : 0;
      mask[stop] = moving ? 1 : 0;
    },
    step(state, action) {
      state[action] += 1;
    },
    backwardMask(state, mask) {
      const moving = state[stop] === 0;
      for (let axis = 0; axis < dimension; axis++) mask[axis] = moving && state[axis] > 0 ? 1 : 0;
      if (!moving) mask[0] = 1;
    },
    backwardStep(state, backwardAction) {
      state[state[stop] === 0 ? backwardAction : stop] -= 1;
    },
    backwardAction: (_state, action) => (action === stop ? 0 : action),
    forwardAction: (state, backwardAction) => (state[stop] === 0 ? backwardAction : stop),

    text(state) {
      return `(${Array.from(state.subarray(0, dimension)).join(', ')})${state[stop] === 0 ? '' : '.'}`;
    },
    parse(text, state) {
      const match = /^\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)\s*(\.?)$/.exec(text.trim());
      const coordinates = match === null ? [] : match[1].split(',').map(Number);
      if (match === null || coordinates.length !== dimension || coordinates.some((value) => value >= side)) {
        throw new Error(
          `${quoted(text)} is no state of a ${label}: write ${dimension} coordinates from 0 to ${side - 1}, ` +
            'as in (1, 0), and a full stop after them where the walk has stopped.',
        );
      }
      state.set(coordinates);
      state[stop] = match[2] === '.' ? 1 : 0;
    },

    enumeration: enumerate({ dimension, side }),
    shader: { code: shaderCode({ dimension, side }) },
  };
}

/**
 * A cell's number is its coordinates read as digits in base `side`, the first the most significant. A move adds a
 * power of `side`, so that parents come before their children. The object at a cell has the cell's number.
 */
function enumerate({ dimension, side }: HypergridSize): Environment['enumeration'] {
  const cells = countPower(side, dimension);
  if (cells === undefined || cells > MAX_ENUMERATED_STATES) {
    return {
      reason:
        `a hypergrid of dimension ${dimension} and side ${side} has ${side}^${dimension} cells, ` +
        `more than the ${MAX_ENUMERATED_STATES} that are enumerated. It can be trained on, without exact metrics.`,
    };
  }
  const cellAt = (index: number, state: Int32Array, stopped: number): void => {
    let rest = index;
    for (let axis = dimension - 1; axis >= 0; axis--) {
      const quotient = Math.floor(rest / side);
      state[axis] = rest - quotient * side;
      rest = quotient;
    }
    state[dimension] = stopped;
  };
  const cellOf = (state: Int32Array): number => {
    let index = 0;
    for (let axis = 0; axis < dimension; axis++) index = index * side + state[axis];
    return index;
  };
  return {
    stateCount: cells,
    objectCount: cells,
    stateAt: (index, state) => cellAt(index, state, 0),
    indexOf: cellOf,
    objectAt: (index, state) => cellAt(index, state, 1),
    objectIndexOf: cellOf,
  };
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
