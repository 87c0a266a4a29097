import { defineProblem } from '../problem.ts';
import { blockNames, qm9String } from './environment.ts';
import { QM9_STRING_TABLE_FILE, qm9StringProblem } from './options.ts';
import { parseQm9StringTable, qm9StringReward } from './reward.ts';

export const problem = defineProblem(qm9StringProblem, {
  environment: qm9String,
  async make(_options, { read }) {
    return {
      environment: qm9String(),
      nameOf: blockNames,
      reward: qm9StringReward(parseQm9StringTable(await read(QM9_STRING_TABLE_FILE))),
    };
  },
  actionText: (_environment, action) => `${action < 11 ? 'prepend' : 'append'} ${'0123456789a'[action % 11]}`,
  dataPack: async () => (await import('./data-pack.ts')).dataPack,
});
