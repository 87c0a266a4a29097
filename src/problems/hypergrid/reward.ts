import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import { log } from '../../numeric/elementary.ts';
import { checkNames } from '../../options/index.ts';
import { all, float, type Int, select } from '../../rows/index.ts';
import { hypergrid } from './environment.ts';
import { HYPERGRID_DIFFICULTIES, type HypergridHeights } from './heights.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

const SMALLEST_REWARD = 1e-6;

/**
 * The reward of Bengio et al. (2021, section 4.1), floored at 1e-6:
 *
 *   R(s) = r0 + r1 prod_i [u_i > 1/4] + r2 prod_i [3/10 < u_i < 4/10],   u_i = |s_i / (side - 1) - 1/2|
 *
 * All bounds are strict and compared as integers, with m = |2 s - (side - 1)| and n = side - 1: 2m > n, 5m > 3n and 5m
 * < 4n. A coordinate that hits a bound exactly (3 on a side of 16) is therefore outside; in floating point it could
 * fall on either side, depending on the precision.
 *
 * @throws Error on a size that `hypergrid` refuses, or on heights that are negative or not finite.
 */
export function hypergridReward(
  options: HypergridSize & ({ readonly difficulty: keyof typeof HYPERGRID_DIFFICULTIES } | HypergridHeights),
): RowReward {
  checkNames('hypergridReward', options, ['dimension', 'side', 'difficulty', 'r0', 'r1', 'r2']);
  const { dimension, side } = options;
  checkHypergridSize(options);
  const { r0, r1, r2 } = 'difficulty' in options ? heightsOf(options.difficulty) : options;
  for (const [name, height] of Object.entries({ r0, r1, r2 })) {
    if (!(Number.isFinite(height) && height >= 0)) {
      throw new Error(`A hypergrid reward's ${name} is a finite number of at least 0, not ${height}.`);
    }
  }
  // The modes lie within the ring, so cells have one of three rewards.
  const [plain, ring, mode] = [r0, r0 + r1, r0 + r1 + r2].map((height) => log(Math.max(height, SMALLEST_REWARD)));
  const n = side - 1;

  return rowReward({
    name: 'difficulty' in options ? options.difficulty : 'hypergrid',
    of: hypergrid({ dimension, side }),
    logReward({ position }) {
      const m = (axis: Int) => position.at(axis).multiply(2).subtract(n).abs();
      const inRing = all(dimension, (axis) => m(axis).multiply(2).greater(n));
      const inMode = all(dimension, (axis) => {
        const five = m(axis).multiply(5);
        return five.greater(3 * n).and(five.less(4 * n));
      });
      return select(inMode, mode, select(inRing, float(ring), plain));
    },
  });
}

function heightsOf(difficulty: string): HypergridHeights {
  const heights = Object.entries(HYPERGRID_DIFFICULTIES).find(([name]) => name === difficulty)?.[1];
  if (heights === undefined) {
    throw new Error(
      `A hypergrid reward is ${Object.keys(HYPERGRID_DIFFICULTIES).join(' or ')}, not ${difficulty}; ` +
        'or give its heights r0, r1 and r2.',
    );
  }
  return heights;
}
