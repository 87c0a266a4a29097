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
    'Figures are means over seeds, with the 95 percent bootstrap interval of the mean in brackets (percentiles over all resamples; with more than six seeds over 10,000 of them). With three seeds that interval runs from the smallest value to the largest, and covers the true mean about three times out of four, not 95 times in 100; more seeds narrow that gap.',
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
  'One method is *ahead* of another at a number of trajectories if both have at least three seeds and two 95 percent intervals of the difference exclude zero: the bootstrap’s, and Welch’s, which is the wider one with few seeds. So chance alone puts one of two equal methods ahead in about one comparison of twenty. An early verdict looks at three moments, so chance may decide about one in seven, and more where a claim names several methods, since being behind one of them is enough to contradict it. Trust an order that holds at several moments and on several problems. An order does not tell how large a difference is; the tables do.';

const momentsTerm =
  'Methods are compared at four moments: the evaluations, among those that most runs share, nearest to 1/64, 1/16, 1/4 and all of their trajectories. Short runs are evaluated less often, so that their first moments come later. The last moment is the end of the runs, even if that is only a part of the paper’s budget. Policies keep moving at constant learning rates, so a figure at a moment is a mean over evaluations: those in the last tenth of the training done by then. At the first moments that is one evaluation. Columns marked *last* show the last evaluation alone, and pictures single evaluations.';

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
