import type { Environment } from '../../environment/environment.ts';
import { checkGiven } from '../../text/check-given.ts';
import { messageOf } from '../../text/message-of.ts';
import type { Answer } from './answers.ts';
import { type AskOutside, type OutsideReward, type OutsideRewardOptions, outsideReward } from './outside-reward.ts';

/** A service that rewards objects. */
export interface HttpRewardOptions extends OutsideRewardOptions {
  /** The address for POST requests. */
  readonly url: string;
  /** Headers besides `content-type`, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A reward computed by a service: it receives `{"objects": ["CCO", ...]}` and answers `{"scores": [0.5, ...]}`, or
 * `{"logRewards": [...]}`, in the same order. Each object is asked for once: answers are remembered, on request in a
 * file. A failed request is repeated once.
 *
 * @throws Error if an option is out of bounds. Rating throws (rejects) if the service fails or gives an invalid answer.
 */
export function httpReward(
  environment: Pick<Environment, 'name' | 'options' | 'stateSize' | 'text'>,
  options: HttpRewardOptions,
): OutsideReward {
  checkGiven('httpReward', { environment }, { text: 'function' });
  checkGiven('httpReward', { options }, { url: 'text' });
  const { url, name = url, headers = {}, atOnce = 64, timeout = 60, onRetry } = options;
  checkGiven('httpReward', { onRetry }, 'function?');
  if (!URL.canParse(url))
    throw new Error(`httpReward needs an address, such as http://localhost:8000/score, not ${url}.`);
  if (!(Number.isInteger(atOnce) && atOnce >= 1))
    throw new Error(`atOnce of the reward ${name} is at least 1, not ${atOnce}.`);

  const post = async (objects: readonly string[]): Promise<Answer[]> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ objects }),
      signal: AbortSignal.timeout(1000 * timeout),
    });
    if (!response.ok) throw new Error(`it answers ${response.status} ${response.statusText}`);
    const { scores, logRewards } = Object(await response.json()) as Record<string, unknown>;
    const column = scores ?? logRewards;
    if (
      !Array.isArray(column) ||
      column.length !== objects.length ||
      !column.every((each) => typeof each === 'number')
    ) {
      throw new Error(`it was asked for ${objects.length} objects, and did not return as many scores or logRewards`);
    }
    return column.map((value: number) => (scores === undefined ? { logReward: value } : { score: value }));
  };
  const ask: AskOutside = async (objects, take) => {
    for (let from = 0; from < objects.length; from += atOnce) {
      const asked = objects.slice(from, from + atOnce);
      const answers = await post(asked)
        .catch((error: unknown) => {
          onRetry?.(messageOf(error));
          return post(asked);
        })
        .catch((error: unknown) => {
          const more = asked.length === 1 ? '' : ` and ${asked.length - 1} more`;
          throw new Error(`The reward ${name} fails for "${asked[0]}"${more}: ${messageOf(error)}.`, { cause: error });
        });
      try {
        for (const [i, answer] of answers.entries()) take(from + i, answer);
      } catch (error) {
        throw new Error(`The reward ${name}: ${messageOf(error)}.`, { cause: error });
      }
    }
  };
  return outsideReward(environment, { ...options, name }, ask, () => undefined);
}
