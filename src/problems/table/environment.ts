import type { Environment, Reward } from '../../environment/environment.ts';
import {
  cells,
  counter,
  insertBack,
  insertFront,
  move,
  type RowEnvironment,
  rowEnvironment,
  rowReward,
  set,
} from '../../environment/row-environment/index.ts';
import { log } from '../../numeric/elementary.ts';
import { quoted } from '../../text/quoted.ts';
import { strings } from '../strings.ts';
import type { SequenceBuild } from './builds.ts';
import { placeOf, type ScoredSequences } from './scores.ts';

const EMPTY = -1;

export interface SequencesSize {
  readonly letters: string;
  readonly length: number;
  readonly build: SequenceBuild;
}

type SequenceFields = ReturnType<typeof strings>['fields'];

/**
 * Sequences of one length over any letters. A sequence is terminal when all its letters are placed; there is no stop.
 *
 * State row: the letters as numbers, -1 for an empty place, then the number placed. With `append` action i appends
 * letter i; with `prepend-append` actions 0 to A - 1 prepend, and the next A append; with `any-order` action p A + i
 * writes letter i at place p. The policy sees one one-hot block of A inputs for each place, all 0 for an empty place.
 *
 * @throws Error on fewer than two letters, repeated letters, or a length below 1
 */
export function sequences({ letters, length, build }: SequencesSize): RowEnvironment<SequenceFields> {
  const count = letters.length;
  if (count < 2 || new Set(letters).size !== count) {
    throw new Error(`Sequences are made of two or more different letters, not of ${quoted(letters)}.`);
  }
  if (!Number.isInteger(length) || length < 1) throw new Error(`Sequences have a length of at least 1, not ${length}.`);
  const sequence = strings({ letters, length });
  const isFree = build === 'any-order';
  return rowEnvironment<SequenceFields>({
    name: 'table',
    options: { letters, length, build },
    state: isFree
      ? { letters: cells(length, { min: EMPTY, max: count - 1 }), placed: counter({ max: length }) }
      : sequence.fields,
    actions: {
      ...(build === 'prepend-append' && {
        prepend: { count, changes: ({ letters: row, placed }, letter) => [insertFront(row, placed, letter)] },
      }),
      ...(!isFree && {
        append: { count, changes: ({ letters: row, placed }, letter) => [insertBack(row, placed, letter)] },
      }),
      ...(isFree && {
        write: {
          counts: [length, count],
          allowed: ({ letters: row }, place) => row.at(place).equal(EMPTY),
          changes: ({ letters: row, placed }, place, letter) => [set(row.at(place), EMPTY, letter), move(placed, 1)],
        },
      }),
    },
    isTerminal: ({ placed }) => placed.equal(length),
    maxSteps: length,
    observe: {
      inputs: length * count,
      hot: ({ letters: row }, input) => row.at(input.divide(count)).equal(input.remainder(count)),
    },
    text: (_, row) => sequence.text(row),
    parse: (text, row) => readSequence({ letters, length, build }, text, row),
    ...(isFree ? {} : { enumeration: enumerationOf(sequence, count ** length) }),
  });
}

/** Numbers objects and states, if both are few enough to enumerate. */
function enumerationOf({ enumeration }: ReturnType<typeof strings>, objects: number): Environment['enumeration'] {
  if (objects <= 2 ** 22) return enumeration;
  return { reason: `There are ${objects} sequences, more than the 2^22 that are enumerated.` };
}

function readSequence({ letters, length, build }: SequencesSize, text: string, row: Int32Array): void {
  const written = [...text].map((letter) => (letter === '-' ? EMPTY : letters.indexOf(letter)));
  const placed = written.filter((letter) => letter !== EMPTY).length;
  const isRight = text.length === length && [...text].every((letter) => letter === '-' || letters.includes(letter));
  const isPacked = build === 'any-order' || written.lastIndexOf(EMPTY) === -1 || written.indexOf(EMPTY) === placed;
  if (isRight && isPacked) {
    row.set([...written, placed]);
    return;
  }
  throw new Error(
    `${quoted(text)} is not a state of a table: write ${length} letters of ${letters}, with - for places that are still empty.`,
  );
}

/** How scores become rewards. */
export interface TableReward {
  /** `power`: R = score^beta, for scores above 0. `exponential`: R = e^(beta score). */
  readonly form: 'power' | 'exponential';
  readonly beta: number;
  /** The score of sequences that are missing in the table; by default its minimum. */
  readonly missing?: number | undefined;
}

/** The maximum number of sequences that devices look up: a table of 16 MiB. */
const maxTabulated = 2 ** 22;

/**
 * log R of a sequence: looked up in a table on every device if there are few enough, otherwise on the host.
 * @throws Error if a power is to be taken of a score that is not positive
 */
export function tableReward(
  environment: RowEnvironment<SequenceFields>,
  { letters, length, numbers, scores }: ScoredSequences,
  { form, beta, missing = scores.reduce((a, b) => Math.min(a, b)) }: TableReward,
): Reward {
  const count = letters.length;
  const sequence = strings({ letters, length });
  const total = count ** length;
  const lowest = scores.reduce((a, b) => Math.min(a, b), numbers.length < total ? missing : Number.POSITIVE_INFINITY);
  if (form === 'power' && !(lowest > 0)) {
    throw new Error(
      `The reward is a power of scores, which have to be above 0; the least is ${lowest}. Shift the scores, or take ` +
        'e^(beta score): form exponential.',
    );
  }
  const logOf = (score: number) => (form === 'power' ? beta * log(score) : beta * score);
  if (total <= maxTabulated) {
    const logRewards = new Float64Array(total).fill(logOf(missing));
    for (const [i, number] of numbers.entries()) logRewards[number] = logOf(scores[i]);
    return rowReward({
      name: 'table of scores',
      of: environment,
      tables: { logRewards },
      logReward: ({ letters: row }, tables) => tables.logRewards.at(sequence.numberIn(row)),
    });
  }
  return {
    name: 'table of scores',
    of: environment,
    logReward(state) {
      let number = 0;
      for (let i = 0; i < length; i++) number = number * count + state[i];
      const place = placeOf(numbers, number);
      return logOf(place < 0 ? missing : scores[place]);
    },
  };
}
