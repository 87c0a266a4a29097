import { grouped, percent } from '../../ui/words.ts';
import { type ArmResult, commonEnd, type Measure, type Spread, spreadOf, variationAt } from './trial.ts';

/** Methods after equally many trajectories, or after equal time. */
export interface Comparison {
  readonly measure: Measure;
  readonly at: number;
  readonly spreads: readonly Spread[];
  /**
   * The method whose worst seed is nearer to the target than every other's best; undefined if bands overlap, or are
   * apart by a negligible distance.
   */
  readonly nearest: number | undefined;
}

/** Smaller distances cannot be distinguished by eye, nor by a few thousand samples. */
const negligible = 0.005;

export function compare(arms: readonly ArmResult[], measure: Measure): Comparison {
  const at = commonEnd(arms, measure);
  const spreads = arms.map(({ trials }) => spreadOf(trials.map((trial) => variationAt(trial, measure, at))));
  return { measure, at, spreads, nearest: nearestBy(spreads, negligible) };
}

/** The method whose band is below all others by more than a margin. */
function nearestBy(spreads: readonly Spread[], margin: number): number | undefined {
  const nearest = spreads.findIndex(({ high }, i) =>
    spreads.every(({ low }, other) => other === i || high + margin < low),
  );
  return nearest < 0 ? undefined : nearest;
}

/** The result as a sentence. */
export function comparisonSentence(arms: readonly ArmResult[], { measure, at, spreads, nearest }: Comparison): string {
  const after =
    measure === 'trajectories' ? `after ${grouped(at)} walks each` : `after ${secondsText(at)} of training each`;
  const found = arms.map(({ name }, i) => `${name}: ${spreadText(spreads[i])}`).join('; ');
  const undecided =
    nearestBy(spreads, 0) === undefined
      ? 'The bands overlap: these seeds do not tell them apart.'
      : `The bands are less than ${percent(negligible)} apart, too little to tell.`;
  const verdict =
    nearest === undefined
      ? undecided
      : `${arms[nearest].name} is nearer: its worst seed is ahead of ${arms.length > 2 ? 'every other’s' : 'the other’s'} best.`;
  return `Misplaced ${after}. ${found}. ${verdict}`;
}

export function spreadText({ median, low, high }: Spread): string {
  const [middle, from, to] = [percent(median), percent(low), percent(high)];
  return from === to ? middle : `${middle} (${from.replace(' %', '')} to ${to})`;
}

function secondsText(seconds: number): string {
  return seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toPrecision(2)} s`;
}
