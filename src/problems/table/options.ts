import { choice, file, number, optional } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';
import { sequenceBuilds } from './builds.ts';

export const tableProblem = describeProblem({
  name: 'table',
  title: 'A table of sequences',
  summary: 'Sequences of one length, rewarded by your own table: lines of sequence and score.',
  sentence:
    'Here it writes sequences, letter by letter. Trained well, it writes each as often as that sequence’s share of all the reward.',
  object: { one: 'sequence', many: 'sequences' },
  options: {
    table: file('table of two columns, sequence and score, as CSV'),
    build: choice('append', sequenceBuilds, {
      help: 'where letters are added: at the end, at either end, or at any empty place',
    }),
    form: choice('power', ['power', 'exponential'], { help: 'the reward: score^beta, or e^(beta score)' }),
    beta: number(1, { min: 0, max: 1e6, help: 'weight of scores in the reward' }),
    missing: optional(
      number(0, {
        help: 'score of sequences missing from the table',
        absent: "the table's minimum",
        min: -1e30,
        max: 1e30,
      }),
    ),
  },
  needs: ['file'],
  defaults: () => smallRun(3000),
});
