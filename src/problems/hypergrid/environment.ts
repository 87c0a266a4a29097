import { countPower, MAX_ENUMERATED_STATES } from '../../environment/enumeration.ts';
import type { Environment } from '../../environment/environment.ts';
import { cells, flag, move, rowEnvironment, set } from '../../environment/row-environment/index.ts';
import { checkNames } from '../../options/index.ts';
import { quoted } from '../../text/quoted.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

/**
 * The Hypergrid of Bengio et al. (Flow Network based Generative Models, 2021, section 4.1): a trajectory starts at the
 * corner (0, ..., 0) of a grid and moves by +1 along an axis, or stops; the cell where it stops is the object.
 *
 * State row: `dimension` coordinates, then a flag that is 1 once stopped. Actions 0 .. dimension - 1 move along an
 * axis, action `dimension` stops. Backward action i undoes a move along axis i; at a stopped state the only backward
 * action is 0, which undoes the stop. The policy sees one one-hot block of `side` inputs for each axis, and not the
 * flag.
 *
 * @throws Error if `dimension` is below 1, `side` below 2, or dimension * side above 2^24.
 */
export function hypergrid(size: HypergridSize) {
  checkNames('hypergrid', size, ['dimension', 'side']);
  const { dimension, side } = size;
  checkHypergridSize({ dimension, side });
  const label = `hypergrid of dimension ${dimension} and side ${side}`;

  return rowEnvironment({
    name: 'hypergrid',
    options: { dimension, side },
    state: { position: cells(dimension, { max: side - 1 }), stopped: flag() },
    actions: {
      move: {
        count: dimension,
        allowed: ({ position }, axis) => position.at(axis).less(side - 1),
        changes: ({ position }, axis) => [move(position.at(axis), 1)],
      },
      // No state allows both a move and a stop to be undone.
      stop: { changes: ({ stopped }) => [set(stopped, false, true)], sharesBackward: 'move' },
    },
    stop: 'stop',
    isTerminal: ({ stopped }) => stopped,
    maxSteps: dimension * (side - 1) + 1,
    horizon: dimension * side,
    observe: ['position'],

    text: ({ position, stopped }) => `(${position.join(', ')})${stopped ? '.' : ''}`,
    parse(text, row) {
      const match = /^\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)\s*(\.?)$/.exec(text.trim());
      const coordinates = match === null ? [] : match[1].split(',').map(Number);
      if (match === null || coordinates.length !== dimension || coordinates.some((value) => value >= side)) {
        throw new Error(
          `${quoted(text)} is not a state of a ${label}: write ${dimension} coordinates from 0 to ${side - 1}, ` +
            'as in (1, 0), and a full stop after them if the walk has stopped.',
        );
      }
      row.set([...coordinates, match[2] === '.' ? 1 : 0]);
    },

    enumeration: enumerate({ dimension, side }),
  });
}

/**
 * A cell's number is its coordinates read as digits in base `side`, the first the most significant. A move adds a power
 * of `side`, so parents come before their children. The object at a cell has the cell's number.
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
