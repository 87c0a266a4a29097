import type { Chemistry } from '../chemistry/chemistry.ts';
import type { Molecule } from '../chemistry/molecule.ts';
import type { DeferredReward } from '../environment/environment.ts';
import { log } from '../numeric/elementary.ts';
import { checkGiven } from '../text/check-given.ts';
import { messageOf } from '../text/message-of.ts';

/** How molecules are scored, and how a score becomes a reward. */
export interface MoleculeRewardOptions {
  readonly name: string;
  readonly chemistry: Chemistry;
  /** Numbers in a state row of the environment. */
  readonly stateSize: number;
  /** The molecule of an object; undefined if it has none. */
  readonly moleculeOf: (object: Int32Array) => Molecule | undefined;
  /**
   * Scores of molecules, in their order: a docking program, a web service, a formula. Called with distinct molecules as
   * canonical SMILES, and never again for one whose score is still remembered.
   */
  readonly rate: (smiles: readonly string[]) => Promise<ArrayLike<number>>;
  /** log R of an object from its score; the score's logarithm by default. */
  readonly logReward?: (score: number, object: Int32Array) => number;
  /** log R of an invalid molecule; -75 by default, as in the literature. */
  readonly illegalLogReward?: number;
  /** The maximum number of molecules in a call of `rate`; 64 by default. */
  readonly atOnce?: number;
  /** The maximum number of scores remembered; 100,000 by default. The least recently used is forgotten first. */
  readonly remembered?: number;
}

/**
 * A reward of molecules, from a function that scores SMILES. Equal molecules are scored once, invalid ones not at all
 * (their score is NaN).
 *
 * If `rate` fails for several molecules together, it is called for each alone: the error then names the molecule that
 * fails, and a failure that does not recur is ignored.
 *
 * @throws Error if a bound is not a positive integer. Rating throws (rejects) if `rate` fails or returns a wrong number
 * of scores, or if a score or log-reward is not finite, with the molecule in the message.
 */
export function moleculeReward(options: MoleculeRewardOptions): DeferredReward {
  checkGiven('moleculeReward', { options }, { name: 'text', chemistry: 'object', rate: 'function' });
  const { name, chemistry, stateSize, moleculeOf, rate } = options;
  const { logReward = log, illegalLogReward = -75, atOnce = 64, remembered = 100_000 } = options;
  for (const [bound, value] of Object.entries({ atOnce, remembered })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new Error(`${bound} of the reward ${name} is a whole number of at least 1, not ${value}.`);
    }
  }
  // A Map keeps the order in which entries were set: the first is the least recently used.
  const known = new Map<string, number>();
  const remember = (smiles: string, score: number): void => {
    known.delete(smiles);
    known.set(smiles, score);
    if (known.size > remembered) for (const oldest of known.keys()) return void known.delete(oldest);
  };

  async function ask(smiles: readonly string[]): Promise<ArrayLike<number>> {
    const scores = await rate(smiles);
    if (scores.length !== smiles.length) {
      throw new Error(`it was asked for ${smiles.length} molecules and returned ${scores.length} scores`);
    }
    return scores;
  }
  const failure = (smiles: string, error: unknown): Error =>
    new Error(`The reward ${name} fails for ${smiles}: ${messageOf(error)}.`, {
      cause: error,
    });
  async function askEach(smiles: readonly string[], error: unknown): Promise<number[]> {
    if (smiles.length === 1) throw failure(smiles[0], error);
    const scores: number[] = [];
    for (const each of smiles) {
      try {
        scores.push((await ask([each]))[0]);
      } catch (alone) {
        throw failure(each, alone);
      }
    }
    return scores;
  }
  /** Scores of distinct molecules. */
  async function scoresOf(smiles: readonly string[]): Promise<Map<string, number>> {
    const scores = new Map<string, number>();
    for (const each of smiles) {
      const score = known.get(each);
      if (score === undefined) continue;
      scores.set(each, score);
      remember(each, score);
    }
    const unknown = smiles.filter((each) => !scores.has(each));
    for (let from = 0; from < unknown.length; from += atOnce) {
      const asked = unknown.slice(from, from + atOnce);
      const answered = await ask(asked).catch((error: unknown) => askEach(asked, error));
      for (const [i, each] of asked.entries()) {
        const score = answered[i];
        if (!Number.isFinite(score)) throw new Error(`The reward ${name} gives ${each} the score ${score}.`);
        scores.set(each, score);
        remember(each, score);
      }
    }
    return scores;
  }

  return {
    name,
    prepare: async () => async (objects) => {
      const states = Array.from({ length: objects.length / stateSize }, (_, i) =>
        objects.slice(i * stateSize, (i + 1) * stateSize),
      );
      const smiles = states.map((state) => {
        const molecule = moleculeOf(state);
        return molecule && chemistry.canonicalSmiles(molecule);
      });
      const valid = smiles.filter((each) => each !== undefined);
      const scoreOf = await scoresOf([...new Set(valid)]);
      const scores = Float64Array.from(smiles, (each) => (each === undefined ? Number.NaN : (scoreOf.get(each) ?? 0)));
      const logRewards = Float64Array.from(smiles, (each, i) => {
        if (each === undefined) return illegalLogReward;
        const found = logReward(scores[i], states[i]);
        if (Number.isFinite(found)) return found;
        throw new Error(`The reward ${name} of ${each} is not finite: log R = ${found} for the score ${scores[i]}.`);
      });
      return { logRewards, scores };
    },
  };
}
