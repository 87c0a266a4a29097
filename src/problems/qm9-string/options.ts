import { files } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { paperOnStrings, paperRun } from '../paper.ts';
import { smallRun } from '../small-runs.ts';

/** The proxy's scores, one float32 for each string of five blocks. */
export const QM9_STRING_TABLE_FILE = 'qm9str_block_v1_s5_raw_f32le.bin';

export const qm9StringProblem = describeProblem({
  name: 'qm9-string',
  title: 'String QM9',
  summary: 'Molecules as strings of five building blocks, rewarded by a proxy of their HOMO-LUMO gap.',
  sentence:
    'Here it writes a string of five building blocks of molecules, adding at either end. Trained well, it writes each of the 161,051 strings as often as that string’s share of all the reward.',
  object: { one: 'string', many: 'strings' },
  options: { data: files([QM9_STRING_TABLE_FILE], "folder that holds the table of the proxy's scores") },
  needs: ['data'],
  citations: ['M. W. Shen et al., Towards Understanding and Improving GFlowNet Training, ICML 2023'],
  defaults: () => smallRun(5000),
  paper: (objective) => paperRun(objective, { ...paperOnStrings, steps: 50_000, trustRegionValueEpochs: 4 }),
});
