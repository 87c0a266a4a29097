import type { Environment } from '../../environment/environment.ts';
import { checkGiven } from '../../text/check-given.ts';
import { messageOf } from '../../text/message-of.ts';
import type { Answer } from './answers.ts';
import { CommandFailure, type CommandProcess, startCommand } from './command-process.ts';
import { type AskOutside, type OutsideReward, type OutsideRewardOptions, outsideReward } from './outside-reward.ts';

/** A program that rewards objects. */
export interface CommandRewardOptions extends OutsideRewardOptions {
  /** A command for the system's shell: `python score.py`. */
  readonly command: string;
  /** How many processes run in parallel; 1 by default. */
  readonly processes?: number | undefined;
}

/**
 * A reward computed by another program. The program is started when it is first needed. It reads objects from its
 * standard input, one line of JSON each, `{"id": 7, "object": "CCO"}`, and answers each with a line on its standard
 * output in any order, `{"id": 7, "score": 0.5}`, or with `"logReward"` instead of a score, or `"error"` with a text.
 * Each object is asked for once: answers are remembered, on request in a file.
 *
 * A program that ends or is silent for longer than `timeout` is restarted and asked again for the unanswered objects,
 * one by one; an object for which it fails right after a start ends the run.
 *
 * @throws Error if an option is out of bounds. Rating throws (rejects), with the object in the message, if the program
 * fails for it or gives an invalid answer.
 */
export function commandReward(
  environment: Pick<Environment, 'name' | 'options' | 'stateSize' | 'text'>,
  options: CommandRewardOptions,
): OutsideReward {
  checkGiven('commandReward', { environment }, { text: 'function' });
  checkGiven('commandReward', { options }, { command: 'text' });
  const { command, name = command, processes = 1, atOnce = 64, timeout = 60, onRetry } = options;
  checkGiven('commandReward', { onRetry }, 'function?');
  if (typeof command !== 'string' || command.trim() === '') throw new Error('commandReward needs a command to start.');
  for (const [bound, value] of Object.entries({ processes, atOnce })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new Error(`${bound} of the reward ${name} is a whole number of at least 1, not ${value}.`);
    }
  }
  if (!(timeout > 0 && timeout <= 2e6)) throw new Error(`timeout of the reward ${name} is in seconds, not ${timeout}.`);
  const running = new Map<number, CommandProcess>();
  const end = (place: number) => {
    running.get(place)?.end();
    running.delete(place);
  };

  /** Asks one process for some objects, and again, one by one, for those it fails for. */
  async function askOne(place: number, objects: readonly string[], take: (index: number, answer: Answer) => void) {
    const left = new Set(objects.keys());
    const attempt = async (indices: readonly number[]) => {
      const process = running.get(place) ?? startCommand(command, timeout);
      running.set(place, process);
      await process.ask(
        indices.map((index) => objects[index]),
        (index, answer) => {
          left.delete(indices[index]);
          take(indices[index], answer);
        },
      );
    };
    try {
      return await attempt([...left]);
    } catch (error) {
      end(place);
      if (!(error instanceof CommandFailure))
        throw new Error(`The reward ${name}: ${messageOf(error)}.`, { cause: error });
      onRetry?.(messageOf(error));
    }
    for (const index of [...left]) {
      while (left.has(index)) {
        const isNew = !running.has(place);
        try {
          await attempt([index]);
        } catch (error) {
          end(place);
          // If it has answered others since its start, the object may not be the cause of the failure.
          if (isNew || !(error instanceof CommandFailure)) {
            throw new Error(`The reward ${name} fails for "${objects[index]}": ${messageOf(error)}.`, { cause: error });
          }
          onRetry?.(messageOf(error));
        }
      }
    }
  }

  const ask: AskOutside = async (objects, take) => {
    let next = 0;
    let failure: { readonly error: unknown } | undefined;
    // Few objects are divided evenly; of many, each process takes a group, and another when it is done.
    const size = Math.min(atOnce, Math.ceil(objects.length / processes));
    const work = async (place: number) => {
      while (next < objects.length && failure === undefined) {
        const from = next;
        next += size;
        await askOne(place, objects.slice(from, from + size), (index, answer) => take(from + index, answer));
      }
    };
    await Promise.all(
      Array.from({ length: processes }, (_, place) =>
        work(place).catch((error: unknown) => {
          failure ??= { error };
        }),
      ),
    );
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
  };
  return outsideReward(environment, { ...options, name }, ask, () => {
    for (const place of [...running.keys()]) end(place);
  });
}
