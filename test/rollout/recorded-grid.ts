import type { Problem } from '../../src/environment/environment.ts';
import { all, float, type Int, repeat, select, when } from '../../src/rows/index.ts';
import { gridProblem } from './problems.ts';

/** A hypergrid whose environment and reward are in the row language too. */
export function recordedGridProblem(dimension: number, side: number): Problem {
  const { environment, reward } = gridProblem(dimension, side);
  const stop = dimension;
  const logRewardOf = (...cell: number[]) => reward.logReward(Int32Array.of(...cell, 1));
  const corner = new Array<number>(dimension).fill(0);
  const heights = [logRewardOf(...corner.fill(Math.floor(side / 2))), logRewardOf(...corner.fill(0))];
  return {
    environment: {
      ...environment,
      rows: {
        isTerminal: (state) => state.at(stop).notEqual(0),
        forwardMask(state, mark) {
          const isMoving = state.at(stop).equal(0);
          repeat(dimension, (axis) => mark(axis, isMoving.and(state.at(axis).less(side - 1))));
          mark(stop, isMoving);
        },
        step: (state, action) => state.set(action, state.at(action).add(1)),
        backwardAction: (_, action) => select(action.equal(stop), 0, action),
        parents(state, visit) {
          const isMoving = state.at(stop).equal(0);
          repeat(dimension, (axis) => {
            const index = select(isMoving, axis, stop);
            const number = state.at(index);
            when(select(isMoving, number.greater(0), axis.equal(0)), () => {
              state.set(index, number.subtract(1));
              visit(axis, index);
              state.set(index, number);
            });
          });
        },
        encode: (state, put) => repeat(dimension, (axis) => put(axis, axis.multiply(side).add(state.at(axis)))),
      },
    },
    reward: {
      ...reward,
      rows: {
        logReward(state) {
          // Whether in the ring tells all of a grid too small for modes.
          const isOutside = (axis: Int) =>
            state
              .at(axis)
              .multiply(2)
              .subtract(side - 1)
              .abs()
              .multiply(2)
              .greater(side - 1);
          return select(all(dimension, isOutside), float(heights[1]), float(heights[0]));
        },
      },
    },
  };
}
