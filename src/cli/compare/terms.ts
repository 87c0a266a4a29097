import { methodWords } from '../methods.ts';
import type { Comparison } from './comparison.ts';
import { lastOf } from './metric-table.ts';

/** What a page's figures, verdicts and names mean, as far as its comparisons have them. */
export function termLines(comparisons: readonly Comparison[]): string {
  const paragraphs = [
    ['Figures', figuresTerm(comparisons)],
    ['Ahead', aheadTerm],
    ['Moments', momentsTerm],
    ['Methods', methodsTerm(comparisons)],
  ];
  return paragraphs.map(([head, text]) => `**${head}.** ${text}`).join('\n\n');
}

function figuresTerm(comparisons: readonly Comparison[]): string {
  const runs = comparisons.flatMap(({ methods }) => methods.flatMap((method) => method.runs));
  const isThere = (name: 'elboGap' | 'elbo') => runs.some((run) => lastOf(run)[name] !== undefined);
  return [
    'Figures are means over seeds, with the 95 percent bootstrap interval of the mean in brackets (percentiles over all resamples). With three seeds that interval extends from the smallest to the largest value, and contains the mean of many seeds about three times out of four, not as often as its level says; more seeds are better.',
    ...(isThere('elboGap')
      ? ['If objects can be enumerated, total variation, ELBO and EUBO are exact, from a pass over all states.']
      : []),
    ...(isThere('elbo')
      ? [
          'Where they cannot, methods are ranked by the ELBO, a lower bound of log Z that rises as a sampler comes closer to its target. It is an estimate from sampled trajectories, as all other figures there are.',
        ]
      : []),
  ].join(' ');
}

const aheadTerm =
  'One method is *ahead* of another at a number of trajectories if both have at least three seeds and two 95 percent intervals of the difference exclude zero: the bootstrap’s, and Welch’s, which is the wider one with few seeds. So chance alone puts one of two equal methods ahead in about one comparison of twenty, and may decide one early verdict in seven, since that looks at three moments, and more of those on several methods, of which one is enough to contradict: trust an order that holds at several moments and on several problems. An order does not tell how large a difference is; the tables do.';

const momentsTerm =
  'Methods are compared at the evaluations that most of their runs share, nearest to a sixty-fourth, a sixteenth, a quarter and all of their trajectories; the first of them come later in short runs, which are evaluated less often. The last moment is the end of the runs at hand, also where they had a part of a budget. A figure at a moment is the mean over the evaluations in the last tenth of the run up to there, since policies keep moving at constant learning rates; at the first moments that is a single evaluation. Columns marked *last* are of the last evaluation alone, and pictures are of single evaluations.';

/** Objectives by name, and the words that may follow them. */
function methodsTerm(comparisons: readonly Comparison[]): string {
  const names = comparisons.flatMap(({ methods }) => methods.map(({ method }) => method));
  const { objectives, variations } = methodWords(names);
  return [
    'A name is that of an objective, followed by what differs from the settings of the runs that are named after the objective alone. Other names are those that runs were given.\n',
    ...objectives.map(([name, meaning]) => `- \`${name}\`: ${meaning}`),
    ...variations.map(([word, meaning]) => `- \`${word}\` behind a name: ${meaning}.`),
  ].join('\n');
}
