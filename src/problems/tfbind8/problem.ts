import { defineProblem } from '../problem.ts';
import { letterPictures, letterText, tfbind8 } from './environment.ts';
import { TFBIND8_TABLE_FILE, tfbind8Problem } from './options.ts';
import { parseTfbind8Table, tfbind8Reward } from './reward.ts';

export const problem = defineProblem(tfbind8Problem, {
  environment: tfbind8,
  async make(_options, { read }) {
    const environment = tfbind8();
    const reward = tfbind8Reward(parseTfbind8Table(await read(TFBIND8_TABLE_FILE)));
    return { environment, reward, picturesOf: letterPictures(environment.stateSize) };
  },
  actionText: letterText,
  dataPack: async () => (await import('./data-pack.ts')).dataPack,
});
