import { file, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { steepRun } from '../small-runs.ts';
import { MAX_PEPTIDE } from './alphabet.ts';

export const ampProblem = describeProblem({
  name: 'amp',
  title: 'Antimicrobial peptides',
  summary: 'Peptides written residue by residue, rewarded by a synthetic score or by the published network.',
  sentence:
    'Here it writes a peptide, residue by residue, and stops where it likes. Trained well, it writes each as often as that peptide’s share of all the reward.',
  object: { one: 'peptide', many: 'peptides' },
  options: {
    weights: file('weights of the published network as safetensors; without them peptides have a made-up score'),
    maxLength: integer(12, { min: 1, max: MAX_PEPTIDE, help: 'maximum number of residues; 60 in the literature' }),
    beta: number(1, { min: 0, max: 1000, help: 'the inverse temperature: the reward is a power of the score' }),
  },
  mainOptions: ['maxLength', 'beta'],
  pageMax: { maxLength: 20 },
  citations: [
    'M. Jain et al., Biological Sequence Design with GFlowNets, ICML 2022',
    'D. Tiapkin et al., gfnx: Fast and Scalable Library for Generative Flow Networks in JAX (the network that scores peptides)',
  ],
  // log Z is about that of all peptides together, 36 nats from its initial value.
  defaults: (objective) => steepRun(objective, 2000, false),
  // From gfnx's trajectory balance.
  published(objective) {
    if (objective !== 'tb') return undefined;
    return {
      problem: { maxLength: MAX_PEPTIDE },
      objective: { learningRate: 1e-3, logPartitionLearningRate: 0.64 },
      training: {
        learningRate: { end: 1 },
        optimizer: { kind: 'adamw', weightDecay: 1e-4 },
        network: { width: 64, layers: 3, heads: 8, attention: 'causal' },
        exploration: { start: 0.01, end: 0.01, iterations: 1 },
        evaluationTrajectories: 2048,
        keepBest: 100,
      },
      ...{ steps: 20_000, batch: 16, evaluateEvery: 500 },
    };
  },
});
