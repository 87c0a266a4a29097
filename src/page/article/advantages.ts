import { actionCount, cellAfter, cellsBefore, type GridPolicy, isAllowed } from './grid-policy.ts';

/**
 * What a policy earns from each cell on, in expectation: log P_B for each step, log R for the last, and its own
 * entropy, that is -log P_F for each choice (eq. 7 and 9 of the Ent-PPO paper). In nats. At the first cell it is log Z less
 * the KL divergence of the policy's walks from the target's; a perfect policy has log F(s) everywhere.
 *
 * @param reward of each cell; each above 0
 */
export function valuesOf(policy: GridPolicy, reward: ArrayLike<number>): Float64Array {
  const { side } = policy;
  const values = new Float64Array(side * side);
  for (let cell = side * side - 1; cell >= 0; cell--) {
    for (let action = 0; action < actionCount; action++) {
      const share = policy.probability[cell * actionCount + action];
      if (share > 0) values[cell] += share * worthOf(policy, reward, values, cell, action);
    }
  }
  return values;
}

/** The advantage of each choice at a cell: what it brings beyond V(s). Undefined for one that the policy never makes. */
export function advantagesAt(
  policy: GridPolicy,
  reward: ArrayLike<number>,
  values: Float64Array,
  cell: number,
): readonly (number | undefined)[] {
  return Array.from({ length: actionCount }, (_, action) =>
    isAllowed(policy.side, cell, action) && policy.probability[cell * actionCount + action] > 0
      ? worthOf(policy, reward, values, cell, action) - values[cell]
      : undefined,
  );
}

/** The reward of a choice with its entropy, and the value of where it leads. */
function worthOf(
  { side, probability }: GridPolicy,
  reward: ArrayLike<number>,
  values: Float64Array,
  cell: number,
  action: number,
): number {
  const surprise = -Math.log(probability[cell * actionCount + action]);
  const next = cellAfter(side, cell, action);
  if (next === undefined) return surprise + Math.log(reward[cell]);
  return surprise - Math.log(cellsBefore(side, next).length) + values[next];
}

/**
 * The choice probabilities that maximise what Ent-PPO maximises at one state: the sum of min(ratio A, clip(ratio) A) under
 * the present policy, less KL(new || present), where the ratio is new / present (eq. 5 and 20).
 *
 * @param present adds up to 1
 * @param epsilon the clip range is 1 - epsilon to 1 + epsilon
 */
export function bestUpdate(
  present: readonly number[],
  advantages: readonly (number | undefined)[],
  epsilon: number,
): readonly number[] {
  // Where a ratio counts, its derivative A - log ratio - 1 equals the multiplier of the constraint that the new
  // probabilities add up to 1; outside of the clip range A drops out.
  const ratio = (advantage: number, multiplier: number) => {
    const [counted, clipped] = [Math.exp(advantage - multiplier), Math.exp(-multiplier)];
    return advantage >= 0
      ? Math.min(counted, Math.max(1 + epsilon, clipped))
      : Math.max(counted, Math.min(1 - epsilon, clipped));
  };
  const updated = (multiplier: number) =>
    present.map((share, i) => {
      const advantage = advantages[i];
      return advantage === undefined ? 0 : share * ratio(advantage, multiplier);
    });
  const total = (multiplier: number) => updated(multiplier).reduce((sum, share) => sum + share, 0);
  // The sum falls as the multiplier grows: it is at least 1 where all ratios are, and at most 1 where none exceeds 1.
  let [low, high] = [-1, 1];
  for (const advantage of advantages) {
    if (advantage === undefined) continue;
    [low, high] = [Math.min(low, advantage), Math.max(high, advantage)];
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (total(middle) > 1) low = middle;
    else high = middle;
  }
  return updated(high);
}
