import {
  bitSequence,
  checkBitSequenceSize,
  MAX_BIT_SEQUENCE_LENGTH,
  MAX_BIT_SEQUENCE_WORD,
} from '../problems/bit-sequence/environment.ts';
import { bitSequenceModes, bitSequenceReward } from '../problems/bit-sequence/reward.ts';
import {
  parseQm9StringTable,
  QM9_STRING_TABLE_FILE,
  qm9String,
  qm9StringReward,
} from '../problems/qm9-string/environment.ts';
import { parseTfbind8Table, TFBIND8_TABLE_FILE, tfbind8, tfbind8Reward } from '../problems/tfbind8/environment.ts';
import { syntheticMotifScores } from '../problems/tfbind8-synthetic/motif.ts';
import { defineProblem } from './define-task.ts';

export const tfbind8Problem = defineProblem({
  name: 'tfbind8',
  summary: 'DNA strings of eight letters, rewarded by the measured binding of the transcription factor SIX6.',
  options: [
    {
      name: 'data',
      kind: 'data-folder',
      files: [TFBIND8_TABLE_FILE],
      help: 'folder that holds the table of measured scores',
    },
  ],
  async make(_options, read) {
    const reward = tfbind8Reward(parseTfbind8Table(await read(TFBIND8_TABLE_FILE)));
    return { environment: tfbind8(), reward };
  },
});

export const tfbind8SyntheticProblem = defineProblem({
  name: 'tfbind8-synthetic',
  summary: 'The same strings, rewarded by a made-up motif score where there is no table of measured ones.',
  options: [],
  async make() {
    return { environment: tfbind8(), reward: { ...tfbind8Reward(syntheticMotifScores()), name: 'synthetic motif' } };
  },
});

export const qm9StringProblem = defineProblem({
  name: 'qm9-string',
  summary: 'Molecules as strings of five building blocks, rewarded by a proxy of their HOMO-LUMO gap.',
  options: [
    {
      name: 'data',
      kind: 'data-folder',
      files: [QM9_STRING_TABLE_FILE],
      help: "folder that holds the table of the proxy's scores",
    },
  ],
  async make(_options, read) {
    const reward = qm9StringReward(parseQm9StringTable(await read(QM9_STRING_TABLE_FILE)));
    return { environment: qm9String(), reward };
  },
});

export const bitSequenceProblem = defineProblem({
  name: 'bit-sequence',
  summary: 'Sequences of bits written word by word in any order, rewarded for being near to one of the modes.',
  options: [
    {
      name: 'length',
      kind: 'integer',
      default: 16,
      min: 1,
      max: MAX_BIT_SEQUENCE_LENGTH,
      help: 'bits of a sequence; 120 in the literature',
    },
    {
      name: 'wordSize',
      kind: 'integer',
      default: 4,
      min: 1,
      max: MAX_BIT_SEQUENCE_WORD,
      help: 'bits of a word, which divide the length; 8 in the literature',
    },
    {
      name: 'modes',
      kind: 'integer',
      default: 60,
      min: 1,
      max: 1000,
      help: 'how many modes to draw, or all that can be drawn if fewer',
    },
    {
      name: 'beta',
      kind: 'number',
      default: 3,
      min: 0,
      max: 1000,
      help: 'how fast the reward falls with the distance to a mode',
    },
  ],
  check(options) {
    checkBitSequenceSize({ length: Number(options.length), wordSize: Number(options.wordSize) });
  },
  async make(options) {
    const size = { length: Number(options.length), wordSize: Number(options.wordSize) };
    const environment = bitSequence(size);
    const modes = bitSequenceModes({ length: size.length, count: Number(options.modes) });
    return { environment, reward: bitSequenceReward({ ...size, modes, beta: Number(options.beta) }) };
  },
});
