import { choice } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption } from '../expression/typed-reward.ts';
import { stringExpressions, typedStrings } from '../expression/typed-strings.ts';
import { smallRun } from '../small-runs.ts';
import { stringsSize, writingStrings } from '../tfbind8/options.ts';

/** As expressions see them. */
export const dnaStrings = typedStrings({ letters: 'ACGT', length: 8, many: 'strings' });

export const tfbind8SyntheticProblem = describeProblem({
  name: 'tfbind8-synthetic',
  title: 'TFBind8-like strings',
  summary: 'The same strings, rewarded by a synthetic motif score that needs no data, or by an expression of yours.',
  sentence: writingStrings,
  object: { one: 'string', many: 'strings' },
  options: {
    reward: choice('motif', ['motif', 'expression'], { help: 'a made-up binding score, or a reward that is typed' }),
    expression: expressionOption('reward', `the reward of a string, by ${stringExpressions}`),
  },
  mainOptions: ['reward', 'expression'],
  check: (options) => checkTyped(options, () => dnaStrings),
  defaults: () => smallRun(5000),
  size: () => stringsSize,
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'motif',
    text: 'expression',
    start: () => '0.01 + contains("GATTACA") + (count("GC") / 4)^4',
  },
});
