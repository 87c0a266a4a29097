import type { BestState } from '../checkpoint/run-state.ts';
import type { RatedObjects } from '../environment/environment.ts';
import type { HostPart } from './state-parts.ts';

/** The best distinct objects that a run has sampled, and the number of samples. */
export interface BestObjects extends HostPart<BestState> {
  /** Adds a batch. */
  add(sampled: RatedObjects): void;
  /** The best ones, best first, at most `capacity`. */
  best(): RatedObjects;
}

interface Entry {
  readonly state: Int32Array;
  readonly logReward: number;
  readonly score: number;
}

/**
 * Keeps the `capacity` best distinct objects, by score if the reward has scores, otherwise by reward. Objects without a
 * score are invalid then, and are not kept.
 *
 * @param keyOf identifies equal objects; by default their row
 */
export function bestObjects(
  stateSize: number,
  capacity: number,
  keyOf: (state: Int32Array) => string = (state) => state.join(),
): BestObjects {
  let entries = new Map<string, Entry>();
  let scored = false;
  const worth = ({ score, logReward }: Entry) => (scored ? score : logReward);

  const trim = () => {
    // Ties are broken the same way however often this runs.
    const sorted = [...entries].sort(([k, a], [l, b]) => worth(b) - worth(a) || (k < l ? -1 : 1));
    entries = new Map(sorted.slice(0, capacity));
  };
  const add = ({ states, logRewards, scores }: RatedObjects) => {
    const hadScores = scored;
    scored ||= scores.some((score) => !Number.isNaN(score));
    if (scored && !hadScores) entries = new Map([...entries].filter(([, { score }]) => !Number.isNaN(score)));
    for (const [i, logReward] of logRewards.entries()) {
      const score = scores[i];
      if (scored && Number.isNaN(score)) continue;
      const state = states.slice(i * stateSize, (i + 1) * stateSize);
      const key = keyOf(state);
      const known = entries.get(key);
      const entry = { state, logReward, score };
      if (!known || worth(entry) > worth(known)) entries.set(key, entry);
    }
    // Sort now and then, not for each batch.
    if (entries.size >= 2 * capacity) trim();
  };
  const best = (): RatedObjects => {
    trim();
    const kept = [...entries.values()];
    const states = new Int32Array(kept.length * stateSize);
    for (const [i, { state }] of kept.entries()) states.set(state, i * stateSize);
    return {
      states,
      logRewards: Float64Array.from(kept, ({ logReward }) => logReward),
      scores: Float64Array.from(kept, ({ score }) => score),
    };
  };

  return {
    add,
    best,
    state: () => ({ stateSize, ...best() }),
    restore({ stateSize: width, states, logRewards, scores }) {
      if (width !== stateSize) throw new Error(`its best objects have ${width} numbers each, not ${stateSize}.`);
      const infinite = logRewards.find((logReward) => !Number.isFinite(logReward));
      if (infinite !== undefined) throw new Error(`one of its best objects has a log-reward of ${infinite}.`);
      entries = new Map();
      add({ states, logRewards, scores });
    },
  };
}
