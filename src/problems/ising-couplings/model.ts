import type { Environment, LearntReward, Reward } from '../../environment/environment.ts';

/** How couplings are learnt. */
export interface CouplingRates {
  readonly learningRate: number;
  /** Penalty on the sum of the couplings' absolute values. */
  readonly sparsity: number;
}

/** An energy-based model of spins whose couplings are learnt. */
export interface CouplingModel {
  readonly reward: Reward;
  readonly learntReward: LearntReward;
  /** J, [spins, spins], symmetric with a zero diagonal: a copy of the current values. */
  couplings(): Float64Array;
}

/** Adam's decays (Kingma & Ba, ICLR 2015), and what it adds to the root of the mean of squares. */
const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/**
 * log R(z) = sum over i, j of J_ij z_i z_j of states of `ising`, with couplings J of all pairs of spins, which start at
 * 0 and are learnt from data (Zhang et al., ICML 2022). A step moves J by Adam down the gradient of
 *   mean log R of the kept objects - mean log R of the data + sparsity * sum of |J_ij|.
 *
 * @param spins the number of them
 * @param data i32 [n, spins], -1 and 1
 */
export function couplingModel(
  environment: Environment,
  spins: number,
  data: Int32Array,
  { learningRate, sparsity }: CouplingRates,
): CouplingModel {
  const { stateSize } = environment;
  const pairs = (spins * (spins - 1)) / 2;
  // One number for both J_ij and J_ji; in float32, so that a checkpoint holds them exactly.
  const [values, first, second] = [0, 1, 2].map(() => new Float32Array(pairs));
  /** 1 less the decays to the power of the steps: what the means of gradients and squares are to be divided by. */
  const weights = new Float32Array(2);
  const gradient = new Float64Array(pairs);
  let isTaken = false;

  const logReward = (state: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 1, pair = 0; i < spins; i++) {
      let field = 0;
      for (let j = 0; j < i; j++) field += values[pair++] * (2 * state[j] - 1);
      sum += field * (2 * state[i] - 1);
    }
    return 2 * sum;
  };
  const add = (objects: Int32Array, share: number) => {
    for (let at = 0; at < objects.length; at += stateSize) {
      for (let i = 1, pair = 0; i < spins; i++) {
        const sign = share * (2 * objects[at + i] - 1);
        for (let j = 0; j < i; j++) gradient[pair++] += sign * (2 * objects[at + j] - 1);
      }
    }
  };
  return {
    reward: { name: 'learnt couplings', of: environment, logReward },
    learntReward: {
      data: statesOf(environment, spins, data),
      arrays: [
        { name: 'couplings', values },
        { name: 'couplings/first-moment', values: first },
        { name: 'couplings/second-moment', values: second },
        { name: 'couplings/weights', values: weights },
      ],
      learn({ sampled, replaced, batch }) {
        gradient.fill(0);
        // A coupling occurs twice in J, and twice in the penalty.
        add(sampled, 2 / batch);
        add(replaced, -2 / batch);
        weights[0] += (1 - beta1) * (1 - weights[0]);
        weights[1] += (1 - beta2) * (1 - weights[1]);
        for (let pair = 0; pair < pairs; pair++) {
          const slope = gradient[pair] + 2 * sparsity * Math.sign(values[pair]);
          first[pair] = beta1 * first[pair] + (1 - beta1) * slope;
          second[pair] = beta2 * second[pair] + (1 - beta2) * slope ** 2;
          values[pair] -= (learningRate * first[pair]) / weights[0] / (Math.sqrt(second[pair] / weights[1]) + epsilon);
        }
      },
      take() {
        if (isTaken) {
          throw new Error('Another run learns these couplings: close it first, or make a problem for each run.');
        }
        isTaken = true;
        return () => {
          isTaken = false;
        };
      },
    },
    couplings() {
      const matrix = new Float64Array(spins * spins);
      for (let i = 1, pair = 0; i < spins; i++) {
        for (let j = 0; j < i; j++, pair++) matrix[i * spins + j] = matrix[j * spins + i] = values[pair];
      }
      return matrix;
    },
  };
}

/** Configurations as terminal states: spins as 0 and 1, then their number. */
function statesOf({ stateSize }: Environment, spins: number, data: Int32Array): Int32Array {
  const count = data.length / spins;
  const states = new Int32Array(count * stateSize);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < spins; i++) states[n * stateSize + i] = (data[n * spins + i] + 1) / 2;
    states[n * stateSize + spins] = spins;
  }
  return states;
}
