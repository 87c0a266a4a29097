import { files } from '../../options/index.ts';
import { describeProblem, type ProblemSize } from '../description.ts';
import { paperOnStrings, paperRun } from '../paper.ts';
import { smallRun } from '../small-runs.ts';

/** The measured scores, one float32 for each string of eight letters. */
export const TFBIND8_TABLE_FILE = 'tfbind8_six6_ref_r1_normalized_f32le.bin';

/** The sentence about building strings. */
export const writingStrings =
  'Here it writes a DNA string letter by letter. Trained well, it writes each of the 65,536 strings as often as that string’s share of all the reward.';

/** 21,845 unfinished strings, and 65,536 finished ones. */
export const stringsSize: ProblemSize = { states: 65_536, maxSteps: 8, inputs: 40, actions: 4 };

export const tfbind8Problem = describeProblem({
  name: 'tfbind8',
  title: 'TFBind8',
  summary: 'DNA strings of eight letters, rewarded by the measured binding of the transcription factor SIX6.',
  sentence: writingStrings,
  object: { one: 'string', many: 'strings' },
  options: { data: files([TFBIND8_TABLE_FILE], 'folder that holds the table of measured scores') },
  needs: ['data'],
  citations: [
    'L. A. Barrera et al., Survey of variation in human transcription factors reveals prevalent DNA binding changes, Science 351:1450-1454, 2016',
    'B. Trabucco et al., Design-Bench: Benchmarks for Data-Driven Offline Model-Based Optimization, ICML 2022',
  ],
  defaults: () => smallRun(5000),
  paper: (objective) => paperRun(objective, { ...paperOnStrings, steps: 200_000, trustRegionValueEpochs: 2 }),
  size: () => stringsSize,
});
