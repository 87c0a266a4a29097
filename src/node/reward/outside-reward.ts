import type { DeferredReward, Environment, ObjectRating } from '../../environment/environment.ts';
import { log } from '../../numeric/elementary.ts';
import { type Answer, isReward, openAnswers } from './answers.ts';

/** Options shared by rewards of other programs and services. */
export interface OutsideRewardOptions {
  /** The reward's name in reports; by default its command or address. */
  readonly name?: string | undefined;
  /** The text of an object for the program; by default the environment's. Equal texts have equal rewards. */
  readonly text?: ((object: Int32Array) => string) | undefined;
  /** R is the score to this power; 1 by default. Log-rewards are used unchanged. */
  readonly exponent?: number | undefined;
  /**
   * The lowest log R, a negative number. A reward of 0, whose logarithm is infinite, gets this value; without it, it
   * ends the run.
   */
  readonly floor?: number | undefined;
  /**
   * A file of JSON lines that remembers answers across runs, which may share it at the same time. Without it answers
   * are remembered as long as the reward exists.
   */
  readonly memory?: string | undefined;
  /** The maximum number of objects in one request to a process; 64 by default. */
  readonly atOnce?: number | undefined;
  /** The longest time without an answer, in seconds; 60 by default. */
  readonly timeout?: number | undefined;
  /** Called with the reason whenever a program is restarted or a service is asked again. */
  readonly onRetry?: ((reason: string) => void) | undefined;
}

/** A reward of another program, which has to be closed. */
export interface OutsideReward extends DeferredReward {
  /** Ends what it has started; it starts again if it is used afterwards. */
  close(): void;
}

/** Asks for distinct objects by their texts, and passes on each answer as it comes. */
export type AskOutside = (objects: readonly string[], take: (index: number, answer: Answer) => void) => Promise<void>;

/** Makes a reward from a function that answers. @throws Error if an option is out of bounds */
export function outsideReward(
  environment: Pick<Environment, 'name' | 'options' | 'stateSize' | 'text'>,
  {
    exponent = 1,
    floor,
    memory,
    text = environment.text,
    ...options
  }: OutsideRewardOptions & { readonly name: string },
  ask: AskOutside,
  close: () => void,
): OutsideReward {
  const { name } = options;
  const { stateSize } = environment;
  if (!(exponent > 0 && Number.isFinite(exponent)))
    throw new Error(`The exponent of ${name} must be above 0, not ${exponent}.`);
  if (floor !== undefined && !(floor < 0 && Number.isFinite(floor))) {
    throw new Error(`The floor of ${name} is a log-reward below 0, such as -50, not ${floor}.`);
  }
  const check = (object: string, answer: Answer) => {
    if (isReward(answer)) return;
    const { score, logReward } = answer;
    if (score === undefined)
      throw new Error(`it gives "${object}" the log-reward ${logReward}, which is not finite in float32`);
    throw new Error(
      `it gives "${object}" the score ${score}: scores are finite and at least 0, since R is a power of them. Where they ` +
        'may be below, answer with a log-reward',
    );
  };
  const logRewardOf = (object: string, { score = Number.NaN, logReward }: Answer): number => {
    const found = logReward ?? (score === 0 ? Number.NEGATIVE_INFINITY : exponent * log(score));
    if (floor !== undefined) return Math.max(floor, found);
    if (Number.isFinite(found)) return found;
    throw new Error(
      `The reward of "${object}" by ${name} is 0, which has no logarithm. Say what log R is at least (a floor: ` +
        '--reward-floor -50 on the command line), or answer with a score above 0.',
    );
  };
  const answers = openAnswers(memory);
  const rate: ObjectRating = async (objects) => {
    const texts = Array.from({ length: objects.length / stateSize }, (_, i) =>
      text(objects.slice(i * stateSize, (i + 1) * stateSize)),
    );
    const unknown = () => [...new Set(texts)].filter((each) => answers.get(each) === undefined);
    if (unknown().length > 0) await answers.read();
    const asked = unknown();
    if (asked.length > 0) {
      const found = new Map<string, Answer>();
      try {
        await ask(asked, (index, answer) => {
          check(asked[index], answer);
          found.set(asked[index], answer);
        });
      } finally {
        // Answers from before a failure are kept, so the resumed run need not ask again.
        await answers.add(found);
      }
    }
    const told = texts.map((each) => answers.get(each) ?? {});
    const logRewards = Float64Array.from(told, (answer, i) => logRewardOf(texts[i], answer));
    if (told.some(({ score }) => score === undefined)) return { logRewards };
    return { logRewards, scores: Float64Array.from(told, ({ score = Number.NaN }) => score) };
  };
  return { name, of: environment, prepare: async () => rate, close };
}
