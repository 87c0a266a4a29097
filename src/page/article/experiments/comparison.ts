import { grouped, percent } from '../../ui/words.ts';
import { type ArmResult, commonEnd, type Measure, type Spread, spreadOf, variationAt } from './trial.ts';

/** Methods after equally many trajectories, or after equal time. */
export interface Comparison {
  readonly measure: Measure;
  readonly at: number;
  readonly spreads: readonly Spread[];
  /** The method whose worst seed is nearer to the target than every other's best; undefined if bands overlap. */
  readonly nearest: number | undefined;
}

/** Smaller distances cannot be distinguished by eye, nor by a few thousand samples. */
const negligible = 0.005;

export function compare(arms: readonly ArmResult[], measure: Measure): Comparison {
  const at = commonEnd(arms, measure);
  const spreads = arms.map(({ trials }) => spreadOf(trials.map((trial) => variationAt(trial, measure, at))));
  const nearest = spreads.findIndex(({ high }, i) =>
    spreads.every(({ low }, other) => other === i || high + negligible < low),
  );
  return { measure, at, spreads, nearest: nearest < 0 ? undefined : nearest };
}

/** The result as a sentence. */
export function comparisonSentence(arms: readonly ArmResult[], { measure, at, spreads, nearest }: Comparison): string {
  const after =
    measure === 'trajectories' ? `after ${grouped(at)} walks each` : `after ${secondsText(at)} of training each`;
  const found = arms.map(({ name }, i) => `${name}: ${spreadText(spreads[i])}`).join('; ');
  const verdict =
    nearest === undefined
      ? 'The bands overlap: these seeds do not tell them apart.'
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
