import type { ObjectRating } from '../environment/environment.ts';

/** Objects that are rated while a rollout goes on. */
export interface RatingQueue {
  /** Takes an object in. `take` is given its log-reward, and its score where the reward has one. */
  add(object: Int32Array, take: (logReward: number, score: number | undefined) => void): void;
  /** Sends what has been taken in, unless an answer is still awaited; what comes in meanwhile goes together after it. */
  send(): void;
  /** Settles when every object is rated. @throws what the reward threw */
  settle(): Promise<void>;
}

type Waiting = { readonly object: Int32Array; readonly take: (logReward: number, score: number | undefined) => void };

/** @param rate answers with as many numbers as it is asked for (`checkedRating`) */
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
