import type { Environment } from '../../environment/environment.ts';
import { checkGiven } from '../../text/check-given.ts';
import { messageOf } from '../../text/message-of.ts';
import type { Answer } from './answers.ts';
import { CommandFailure, type CommandProcess, startCommand } from './command-process.ts';
import { type AskOutside, type OutsideReward, type OutsideRewardOptions, outsideReward } from './outside-reward.ts';

/** A program that rewards objects. */
export interface CommandRewardOptions extends OutsideRewardOptions {
  /** What the system's shell starts: `python score.py`. */
  readonly command: string;
  /** How many of it work side by side; 1 by default. */
  readonly processes?: number | undefined;
}

/**
 * A reward that is another program's answer. The program is started when it is first needed, and then reads objects from its
 * standard input, one line of JSON each, `{"id": 7, "object": "CCO"}`, and answers each with a line on its standard
 * output, `{"id": 7, "score": 0.5}`, or with `"logReward"` instead of a score, or `"error"` with a text; in any order. An
 * object is asked for once: answers are remembered, on request in a file.
 *
 * A program that ends or is silent for longer than `timeout` is started anew and asked again for what it has not answered,
 * one by one; an object that it fails for as the first after its start ends the run.
 *
 * @throws Error where an option is out of bounds. Rating throws (rejects) with the object in the message where the program
 * fails for it, and where an answer is not what it should be.
 */
export function commandReward(
  environment: Pick<Environment, 'name' | 'options' | 'stateSize' | 'text'>,
  options: CommandRewardOptions,
): OutsideReward {
  checkGiven('commandReward', { environment }, { text: 'function' });
  checkGiven('commandReward', { options }, { command: 'text' });
  const { command, name = command, processes = 1, atOnce = 64, timeout = 60 } = options;
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

  /** Asks one process for some objects; those that it fails for, again and one by one. */
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
    }
    for (const index of [...left]) {
      while (left.has(index)) {
        const isNew = !running.has(place);
        try {
          await attempt([index]);
        } catch (error) {
          end(place);
          // One that has answered others since its start may have failed by itself.
          if (isNew || !(error instanceof CommandFailure)) {
            throw new Error(`The reward ${name} fails for "${objects[index]}": ${messageOf(error)}.`, { cause: error });
          }
        }
      }
    }
  }

  const ask: AskOutside = async (objects, take) => {
    let next = 0;
    let failure: { readonly error: unknown } | undefined;
    // Few objects are shared out evenly; of many each process takes a group, and another when it is answered.
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
