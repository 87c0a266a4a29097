import { exp } from '../../numeric/elementary.ts';
import { uniformStream } from '../../random/threefry.ts';
import { checkGiven } from '../../text/check-given.ts';
import { torusPairs } from './exact.ts';

/** The random stream of sampled spins, separate from those of runs. */
const stream = 0x697369;

/** How to sample configurations. */
export interface SpinSampling {
  readonly side: number;
  /** The coupling, see `isingReward`. */
  readonly sigma: number;
  readonly count: number;
  readonly seed: number;
  /** Sweeps before the first configuration; 1,000 by default. */
  readonly burnIn?: number | undefined;
  /** Sweeps between configurations; 10 by default. */
  readonly between?: number | undefined;
}

/**
 * Configurations of the Ising model on a torus: a Markov chain of sweeps of the heat bath, which sets each spin up with
 * the probability sigmoid(4 sigma m), where m is the sum of its neighbours; for positive sigma each sweep ends with a
 * cluster flip (Wolff, Physical Review Letters 62, 1989), so that the chain also moves when spins are ordered.
 * @returns i32 [count, side^2], -1 and 1, row by row
 */
export function sampleSpins(given: SpinSampling): Int32Array {
  checkGiven('sampleSpins', { given }, 'object');
  const { side, sigma, count, seed, burnIn = 1000, between = 10 } = given;
  const spins = side * side;
  const uniform = uniformStream(seed, stream);
  const neighbours = Array.from({ length: spins }, (): number[] => []);
  for (const [a, b] of torusPairs(side)) {
    neighbours[a].push(b);
    neighbours[b].push(a);
  }
  const state = Int32Array.from({ length: spins }, () => (uniform() < 0.5 ? -1 : 1));
  const joins = 1 - exp(-4 * sigma);
  const turnCluster = () => {
    const first = Math.min(spins - 1, Math.floor(uniform() * spins));
    const sign = state[first];
    const open = [first];
    state[first] = -sign;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of neighbours[at]) {
        if (state[next] !== sign || uniform() >= joins) continue;
        state[next] = -sign;
        open.push(next);
      }
    }
  };
  const sweep = () => {
    for (let i = 0; i < spins; i++) {
      const field = neighbours[i].reduce((sum, j) => sum + state[j], 0);
      state[i] = uniform() < 1 / (1 + exp(-4 * sigma * field)) ? 1 : -1;
    }
    if (sigma > 0) turnCluster();
  };
  for (let n = 0; n < burnIn; n++) sweep();
  const drawn = new Int32Array(count * spins);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < between; k++) sweep();
    drawn.set(state, n * spins);
  }
  return drawn;
}
