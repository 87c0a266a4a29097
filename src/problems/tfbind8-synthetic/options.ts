import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';
import { stringsSize, writingStrings } from '../tfbind8/options.ts';

export const tfbind8SyntheticProblem = describeProblem({
  name: 'tfbind8-synthetic',
  title: 'TFBind8-like strings',
  summary: 'The same strings, rewarded by a synthetic motif score that needs no data.',
  sentence: writingStrings,
  object: { one: 'string', many: 'strings' },
  options: {},
  defaults: () => smallRun(5000),
  size: () => stringsSize,
});
