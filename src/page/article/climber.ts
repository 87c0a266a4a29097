import { flowOf } from './grid-flow.ts';
import { actionCount, type GridPolicy, isAllowed, policyOf, walkOf } from './grid-policy.ts';

/** Tries objects one after another; its distribution says where it ends up. */
export interface Searcher {
  /** Continues until this many objects have been tried in total. */
  advance(tried: number): void;
  /** The share of time at each cell. */
  readonly shares: Float64Array;
}

const batch = 16;
const learningRate = 2;
/** How fast the baseline, the mean reward, adapts. */
const follow = 0.1;

/**
 * Climbs: a policy gradient on the reward alone (REINFORCE with the mean reward as baseline, Williams 1992), on a table
 * of logits. Without an entropy term nothing keeps it from settling on one object.
 */
export function createClimber(side: number, reward: ArrayLike<number>, random: () => number): Searcher {
  const logits = new Float64Array(side * side * actionCount);
  let policy: GridPolicy = policyOf(side, () => 1);
  let baseline: number | undefined;
  let done = 0;
  const update = () => {
    const steps = new Float64Array(logits.length);
    let mean = 0;
    const walks = Array.from({ length: batch }, () => walkOf(policy, random));
    for (const cells of walks) mean += reward[cells[cells.length - 1]] / batch;
    const standing = baseline ?? mean;
    for (const cells of walks) {
      const better = reward[cells[cells.length - 1]] - standing;
      cells.forEach((cell, i) => {
        const next = cells[i + 1];
        const taken = next === undefined ? 2 : next === cell + 1 ? 1 : 0;
        for (let action = 0; action < actionCount; action++) {
          if (!isAllowed(side, cell, action)) continue;
          const share = policy.probability[cell * actionCount + action];
          steps[cell * actionCount + action] += (better * (Number(action === taken) - share)) / batch;
        }
      });
    }
    for (let at = 0; at < logits.length; at++) logits[at] += learningRate * steps[at];
    baseline = standing + follow * (mean - standing);
    policy = policyOf(side, (cell, action) => Math.exp(logits[cell * actionCount + action]));
  };
  return {
    advance(tried) {
      for (; done + batch <= tried; done += batch) update();
    },
    get shares() {
      return flowOf(policy).stops;
    },
  };
}
