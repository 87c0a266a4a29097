import { type DataPack, takeOriginal } from '../../data/pack.ts';
import { convertBlockScores } from './block-scores.ts';
import { QM9_STRING_TABLE_FILE } from './options.ts';

const repositories = 'https://raw.githubusercontent.com';
const blockScores = 'block_qm9str_v1_s5.pkl';

/** The source of the data. The first address of an original names a commit, so that it cannot change. */
export const dataPack: DataPack = {
  name: 'qm9-string',
  summary: "a proxy's HOMO-LUMO gap of every molecule of five building blocks out of eleven",
  licence: 'MIT',
  rights: 'as stated by d-tiapkin/gfnx, which publishes the file; maxwshen/gflownet, where it was first, states none',
  citations: [
    'M. W. Shen et al., Towards Understanding and Improving GFlowNet Training, ICML 2023',
    'D. Tiapkin et al., gfnx: Fast and Scalable Library for Generative Flow Networks in JAX, arXiv:2511.16592, 2025',
  ],
  originals: [
    {
      name: blockScores,
      size: 3_705_100,
      sha256: '70b00b46078bd19c087174021850d4bdf3deb10d3fccc8e4c529cb2383d9f8eb',
      addresses: [
        `${repositories}/d-tiapkin/gfnx/e0d2aceea39a069e5f53e894dcf356bab7aadb65/proxy/weights/qm9_small/${blockScores}`,
        `${repositories}/d-tiapkin/gfnx/main/proxy/weights/qm9_small/${blockScores}`,
      ],
    },
  ],
  files: [
    {
      name: QM9_STRING_TABLE_FILE,
      size: 644_204,
      sha256: '3b738c95f1e3d9c316becae098870eb28a21433976490583efecdd44c49e9d3c',
    },
  ],
  convert: async (originals) =>
    new Map([[QM9_STRING_TABLE_FILE, convertBlockScores(takeOriginal(originals, blockScores))]]),
};
