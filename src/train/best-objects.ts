import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { RatedObjects } from '../environment/environment.ts';

/** The best distinct objects that a run has sampled, and how many it has sampled. */
export interface BestObjects {
  /** Takes in a batch. */
  add(sampled: RatedObjects): void;
  /** The best, best first, at most as many as it keeps. */
  best(): RatedObjects;
  /** Everything that later iterations depend on, as a copy. */
  arrays(): NamedArray[];
  /** Takes over what `arrays` returned. @throws Error, with nothing taken over, naming the array that does not fit */
  restore(arrays: readonly NamedArray[]): void;
}

interface Entry {
  readonly state: Int32Array;
  readonly logReward: number;
  readonly score: number;
}

const names = {
  states: 'best-objects/states',
  logRewards: 'best-objects/log-rewards',
  scores: 'best-objects/scores',
} as const;

/**
 * Keeps the `capacity` best distinct objects: those of the highest scores, where the reward has scores, otherwise of the
 * highest rewards. Objects without a score are then not kept: they are no proper ones.
 *
 * @param keyOf what makes two objects the same; their row, unless said
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
    // Of equal ones always the same are kept, however often this is done on the way.
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
    // Sorting now and then, not for each batch.
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
    arrays() {
      const { states, logRewards, scores } = best();
      const count = logRewards.length;
      return [
        { name: names.states, dtype: 'I32', shape: [count, stateSize], data: states },
        { name: names.logRewards, dtype: 'F64', shape: [count], data: logRewards },
        { name: names.scores, dtype: 'F64', shape: [count], data: scores },
      ];
    },
    restore(arrays) {
      const [states, logRewards, scores] = [names.states, names.logRewards, names.scores].map((name) => {
        const found = arrays.find((array) => array.name === name);
        if (!found) throw new Error(`the checkpoint has no array ${name}, the best objects of its run.`);
        return found;
      });
      const count = logRewards.data.length;
      if (states.data.length !== count * stateSize || scores.data.length !== count) {
        throw new Error(`the checkpoint's ${names.states} do not belong to ${count} objects of ${stateSize} numbers.`);
      }
      entries = new Map();
      add({
        states: Int32Array.from(states.data),
        logRewards: Float64Array.from(logRewards.data),
        scores: Float64Array.from(scores.data),
      });
    },
  };
}
