import { defineProblem } from '../problem.ts';
import { letterText, tfbind8 } from './environment.ts';
import { TFBIND8_TABLE_FILE, tfbind8Problem } from './options.ts';
import { parseTfbind8Table, tfbind8Reward } from './reward.ts';

export const problem = defineProblem(tfbind8Problem, {
  environment: tfbind8,
  async make(_options, { read }) {
    return { environment: tfbind8(), reward: tfbind8Reward(parseTfbind8Table(await read(TFBIND8_TABLE_FILE))) };
  },
  actionText: letterText,
  dataPack: async () => (await import('./data-pack.ts')).dataPack,
});
