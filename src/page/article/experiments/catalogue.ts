import { peaksFound, peaksOf } from '../../peaks.ts';
import { percent } from '../../ui/words.ts';
import { compare, comparisonSentence } from './comparison.ts';
import { type ArmResult, spreadOf } from './trial.ts';

/** A method of an experiment. */
export interface Arm {
  readonly name: string;
  /** Its differences from the page's default run, as in an address. */
  readonly settings: string;
}

/** A prediction that a visitor may make, and whether the result confirms it. */
export interface Prediction {
  readonly text: string;
  holds(results: readonly ArmResult[]): boolean;
}

/** A question, the runs that answer it, and sentences about the result. Nothing here anticipates the result. */
export interface Experiment {
  readonly name: string;
  readonly question: string;
  readonly text: string;
  /** The slowest first: the others get at least as much time. */
  readonly arms: readonly Arm[];
  /** The minimum number of iterations of every method. */
  readonly iterations: number;
  readonly predictions: readonly Prediction[];
  /** A measurement besides the distance, as a sentence. */
  finding(results: readonly ArmResult[]): string;
}

export const side = 8;
const common = `side=${side}&learning-rate-end=1`;

/** The page's seeds; a test of its sentences uses others. */
export const pageSeeds = [1, 2, 3];

const nearestIs =
  (arm: number | undefined) =>
  (results: readonly ArmResult[]): boolean =>
    compare(results, 'trajectories').nearest === arm;

/** The number of modes that each trial of a method has found at its end. */
export function modesFound({ trials }: ArmResult): readonly number[] {
  return trials.map(({ target, learnt }) => {
    const width = Math.round(Math.sqrt(target.length));
    return peaksFound(peaksOf(width, target), target, learnt);
  });
}

function modeCount([{ trials }]: readonly ArmResult[]): number {
  const [{ target }] = trials;
  return peaksOf(Math.round(Math.sqrt(target.length)), target).length;
}

function modesSentence(results: readonly ArmResult[]): string {
  const all = modeCount(results);
  const told = results.map((arm) => `${arm.name}: ${listed(modesFound(arm))}`).join('; ');
  const missing = results.filter((arm) => modesFound(arm).some((found) => found < all));
  const verdict =
    missing.length === 0
      ? 'None was missed.'
      : `${missing.map(({ name }) => name).join(' and ')} missed at least one on some seed, and nothing in ${missing.length === 1 ? 'its' : 'their'} loss says so.`;
  return `Modes found at the end, of ${all}, by seed: ${told}. ${verdict}`;
}

function listed(values: readonly number[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} and ${values[values.length - 1]}`;
}

/** The probability of the quarter of a grid that is farthest from where walks begin. */
export function farShare(values: ArrayLike<number>): number {
  const width = Math.round(Math.sqrt(values.length));
  let sum = 0;
  for (let cell = 0; cell < values.length; cell++) {
    if (Math.floor(cell / width) >= width / 2 && cell % width >= width / 2) sum += values[cell];
  }
  return sum;
}

/** The effective number of cells: the exponential of the entropy. */
export function cellsUsed(values: ArrayLike<number>): number {
  let entropy = 0;
  for (let cell = 0; cell < values.length; cell++)
    if (values[cell] > 0) entropy -= values[cell] * Math.log(values[cell]);
  return Math.exp(entropy);
}

/** A field near the corner and an island far from it, with almost nothing in between. */
const island = ['00000000', '03320000', '03932000', '02332000', '00220000', '00000000', '00000066', '00000069'].join(
  '',
);

/** The four hills of side 8, each level to a power. */
const hills = ['00000110', '01210252', '02420121', '01210000', '00000000', '00110000', '01610040', '00110000'].join('');

export function sharper(painting: string, power: number): string {
  return Array.from(painting, (level) => Math.round(9 * (Number(level) / 9) ** power)).join('');
}

const painted = (painting: string) => `${common}&reward=painted&painting=${painting}`;

export const experiments: readonly Experiment[] = [
  {
    name: 'modes',
    question: 'Can it miss a mode?',
    text: 'Four corners are worth most, with poor ground between them. Ent-PPO and trajectory balance (TB) each learn from equally many walks of their own, and nothing makes either explore.',
    arms: [
      { name: 'Ent-PPO', settings: common },
      { name: 'TB', settings: `${common}&objective=tb` },
    ],
    iterations: 120,
    predictions: [
      {
        text: 'Both find all four',
        holds: (results) => results.every((arm) => modesFound(arm).every((found) => found === modeCount(results))),
      },
      {
        text: 'One of them misses some',
        holds: (results) =>
          results.filter((arm) => modesFound(arm).some((found) => found < modeCount(results))).length === 1,
      },
      {
        text: 'Both miss some',
        holds: (results) => results.every((arm) => modesFound(arm).some((found) => found < modeCount(results))),
      },
    ],
    finding: modesSentence,
  },
  {
    name: 'updates',
    question: 'Use each walk once, or four times?',
    text: 'Ent-PPO makes K updates of the policy from one batch of walks. The later ones see walks of a policy that is no longer the present one, so a clip limits how far they go. More updates take more time for every walk. Is it worth it?',
    arms: [
      { name: 'K = 4', settings: common },
      { name: 'K = 1', settings: `${common}&policy-updates=1` },
    ],
    iterations: 100,
    predictions: [
      {
        text: 'K = 4, even for equal time',
        holds: (results) => compare(results, 'trajectories').nearest === 0 && compare(results, 'seconds').nearest === 0,
      },
      {
        text: 'K = 4, but only for equal walks',
        holds: (results) => compare(results, 'trajectories').nearest === 0 && compare(results, 'seconds').nearest !== 0,
      },
      { text: 'No difference, or K = 1', holds: (results) => compare(results, 'trajectories').nearest !== 0 },
    ],
    finding(results) {
      const [four, one] = results.map(({ trials }) =>
        spreadOf(
          trials.map(({ points }) => points[points.length - 1].seconds / points[points.length - 1].trajectories),
        ),
      );
      return `A walk takes ${(four.median / one.median).toPrecision(2)} times as long with K = 4 on this machine.`;
    },
  },
  {
    name: 'backward',
    question: 'Reward only at the end?',
    text: 'Ent-PPO’s rewards are log P_B at every step and log R at the end. To leave log P_B out looks harmless: the end is what counts. But many walks lead to the far corner, and few to a cell at the edge.',
    arms: [
      { name: 'With log P_B', settings: common },
      { name: 'Without', settings: `${common}&terminal-reward-only=true` },
    ],
    iterations: 120,
    predictions: [
      { text: 'It does not matter', holds: nearestIs(undefined) },
      {
        text: 'It prefers what many walks lead to',
        holds: (results) => farShareOf(results[1]) > 1.5 * farShareOf(results[0]),
      },
      {
        text: 'It prefers what few walks lead to',
        holds: (results) => farShareOf(results[1]) < farShareOf(results[0]) / 1.5,
      },
    ],
    finding(results) {
      const [{ trials }] = results;
      const [withIt, without] = results.map(farShareOf);
      return `The far quarter of the grid is due ${percent(farShare(trials[0].target))}; it gets ${percent(withIt)} with log P_B and ${percent(without)} without (medians).`;
    },
  },
  {
    name: 'ablations',
    question: 'Does it need the KL, and the clip?',
    text: 'Ent-PPO keeps the new policy near the old one in two ways: it pays for their distance, KL(new || old), and large changes of a probability no longer count (the clip). Take one of them away.',
    arms: [
      { name: 'As it is', settings: common },
      { name: 'Without KL', settings: `${common}&without-divergence=true` },
      { name: 'Without clip', settings: `${common}&without-clipping=true` },
    ],
    iterations: 100,
    predictions: [
      { text: 'It needs both', holds: nearestIs(0) },
      { text: 'Here it hardly matters', holds: nearestIs(undefined) },
      {
        text: 'It is better without one of them',
        holds: (results) => [1, 2].includes(compare(results, 'trajectories').nearest ?? 0),
      },
    ],
    finding(results) {
      const { spreads } = compare(results, 'trajectories');
      const widest =
        Math.max(...spreads.map(({ median }) => median)) - Math.min(...spreads.map(({ median }) => median));
      return `Between the best and the worst median lie ${percent(widest)} of the probability.`;
    },
  },
  {
    name: 'island',
    question: 'Who finds the island?',
    text: 'A broad field near the corner, and an island far off with little on the way. Methods that learn from their own walks only see where they go. TB may also learn from walks that choose at random now and then.',
    arms: [
      { name: 'Ent-PPO', settings: painted(island) },
      { name: 'TB', settings: `${painted(island)}&objective=tb` },
      {
        name: 'TB, exploring',
        settings: `${painted(island)}&objective=tb&exploration-start=0.3&exploration-end=0.3`,
      },
    ],
    iterations: 120,
    predictions: [
      { text: 'Ent-PPO is first', holds: nearestIs(0) },
      { text: 'The one that explores is first', holds: nearestIs(2) },
      {
        text: 'No clear order',
        holds: (results) => ![0, 2].includes(compare(results, 'trajectories').nearest ?? -1),
      },
    ],
    finding: modesSentence,
  },
  {
    name: 'sharper',
    question: 'What if reward is sharper?',
    text: 'Raise the reward to a power β: good ones become better still. In the end only the best is left, which is optimisation again. Does learning get harder on the way?',
    arms: [
      { name: 'β = 1', settings: painted(hills) },
      { name: 'β = 2', settings: painted(sharper(hills, 2)) },
      { name: 'β = 4', settings: painted(sharper(hills, 4)) },
    ],
    iterations: 120,
    predictions: [
      { text: 'Sharper is harder', holds: nearestIs(0) },
      { text: 'Sharper is easier', holds: nearestIs(2) },
      { text: 'About the same', holds: (results) => ![0, 2].includes(compare(results, 'trajectories').nearest ?? -1) },
    ],
    finding(results) {
      const told = results.map(({ name, trials }) => {
        const { median } = spreadOf(trials.map(({ learnt }) => cellsUsed(learnt)));
        return `${median.toPrecision(2)} cells at ${name} (target ${cellsUsed(trials[0].target).toPrecision(2)})`;
      });
      return `What it draws is as spread out as ${told.join(', ')}.`;
    },
  },
];

function farShareOf({ trials }: ArmResult): number {
  return spreadOf(trials.map(({ learnt }) => farShare(learnt))).median;
}

/** All sentences about a result. */
export function sentencesOf({ finding }: Experiment, results: readonly ArmResult[]): readonly string[] {
  return [
    comparisonSentence(results, compare(results, 'trajectories')),
    comparisonSentence(results, compare(results, 'seconds')),
    finding(results),
  ];
}
