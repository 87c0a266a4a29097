import type { ObjectRating } from '../environment/environment.ts';

/** Rates objects while a rollout continues. */
export interface RatingQueue {
  /** Adds an object. `take` receives its log-reward, and its score if the reward has one. */
  add(object: Int32Array, take: (logReward: number, score: number | undefined) => void): void;
  /**
   * Sends the collected objects, unless an answer is still pending; objects added meanwhile are sent together after it.
   */
  send(): void;
  /** Resolves when every object is rated. @throws the reward's error */
  settle(): Promise<void>;
}

type Waiting = { readonly object: Int32Array; readonly take: (logReward: number, score: number | undefined) => void };

/** @param rate returns as many numbers as requested (`checkedRating`) */
export function ratingQueue(rate: ObjectRating): RatingQueue {
  let waiting: Waiting[] = [];
  let answer: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const ask = async (asked: readonly Waiting[]) => {
    const size = asked[0].object.length;
    const objects = new Int32Array(asked.length * size);
    for (const [i, { object }] of asked.entries()) objects.set(object, i * size);
    const { logRewards, scores } = await rate(objects);
    for (const [i, { take }] of asked.entries()) take(logRewards[i], scores?.[i]);
  };
  const send = () => {
    if (answer || failure || waiting.length === 0) return;
    const asked = waiting;
    waiting = [];
    answer = ask(asked)
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => {
        answer = undefined;
        send();
      });
  };
  return {
    add: (object, take) => {
      waiting.push({ object: object.slice(), take });
    },
    send,
    async settle() {
      send();
      while (answer) await answer;
      if (failure) throw failure.error;
    },
  };
}
