import type { Reward } from '../../environment/environment.ts';
import { log } from '../../numeric/elementary.ts';
import { HYPERGRID_DIFFICULTIES, type HypergridHeights } from './heights.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

const SMALLEST_REWARD = 1e-6;

/**
 * The reward of Bengio et al. (2021, section 4.1), floored at 1e-6:
 *
 *   R(s) = r0 + r1 prod_i [u_i > 1/4] + r2 prod_i [3/10 < u_i < 4/10],   u_i = |s_i / (side - 1) - 1/2|
 *
 * All bounds are strict and compared in whole numbers, with m = |2 s - (side - 1)| and n = side - 1:
 * 2m > n, 5m > 3n and 5m < 4n. A coordinate that hits a bound exactly (3 on a side of 16) is therefore outside;
 * in floating point it would fall on either side, depending on the width of the numbers.
 *
 * @throws Error on a size that `hypergrid` refuses, or on heights that are negative or not finite.
 */
export function hypergridReward(
  options: HypergridSize & ({ readonly difficulty: keyof typeof HYPERGRID_DIFFICULTIES } | HypergridHeights),
): Reward {
  const { dimension, side } = options;
  checkHypergridSize(options);
  const { r0, r1, r2 } = 'difficulty' in options ? heightsOf(options.difficulty) : options;
  for (const [name, height] of Object.entries({ r0, r1, r2 })) {
    if (!(Number.isFinite(height) && height >= 0)) {
      throw new Error(`A hypergrid reward's ${name} is a finite number of at least 0, not ${height}.`);
    }
  }
  // The modes lie within the ring, so that a cell has one of three rewards.
  const [plain, ring, mode] = [r0, r0 + r1, r0 + r1 + r2].map((height) => log(Math.max(height, SMALLEST_REWARD)));
  const n = side - 1;

  return {
    name: 'difficulty' in options ? options.difficulty : 'hypergrid',
    of: { name: 'hypergrid', options: { dimension, side }, stateSize: dimension + 1 },
    logReward(state) {
      let inRing = true;
      let inMode = true;
      for (let axis = 0; axis < dimension; axis++) {
        const m = Math.abs(2 * state[axis] - n);
        inRing &&= 2 * m > n;
        inMode &&= 5 * m > 3 * n && 5 * m < 4 * n;
      }
      return inMode ? mode : inRing ? ring : plain;
    },
    shader: {
      code: `
fn log_reward(state: ptr<function, State>) -> f32 {
  const n = ${n};
  var in_ring = true;
  var in_mode = true;
  for (var axis = 0; axis < ${dimension}; axis++) {
    let m = abs(2 * (*state)[axis] - n);
    in_ring = in_ring && 2 * m > n;
    in_mode = in_mode && 5 * m > 3 * n && 5 * m < 4 * n;
  }
  return select(select(${float32Literal(plain)}, ${float32Literal(ring)}, in_ring), ${float32Literal(mode)}, in_mode);
}
`,
    },
  };
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

/** Rounded here rather than by a shader compiler, so that every device has the same bits. */
function float32Literal(value: number): string {
  return `f32(${Math.fround(value)})`;
}
