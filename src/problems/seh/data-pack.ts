import { type DataPack, takeOriginal } from '../../data/pack.ts';
import { SEH_FRAGMENTS_FILE, SEH_MOLECULES_FILE, SEH_WEIGHTS_FILE } from './files.ts';
import { convertSehFragments, convertSehMolecules } from './published-molecules.ts';
import { convertSehNetwork } from './published-network.ts';

const repositories = 'https://raw.githubusercontent.com';
const network = 'best_params.pkl.gz';
const fragments = 'bengio2021flow.py';
const molecules = 'seh_frag.py';

/** The source of the data. The first address of an original names a commit, so that it cannot change. */
export const dataPack: DataPack = {
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
    const converted = convertSehFragments(takeOriginal(originals, fragments));
    return new Map([
      [SEH_WEIGHTS_FILE, await convertSehNetwork(takeOriginal(originals, network))],
      [SEH_FRAGMENTS_FILE, converted],
      [SEH_MOLECULES_FILE, convertSehMolecules(takeOriginal(originals, molecules), converted)],
    ]);
  },
};
