import { choice, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { paperMoleculeRun } from '../paper-molecules.ts';
import { smallMoleculeRun } from '../small-runs.ts';
import { MAX_QM9_ATOMS } from './size.ts';

export const qm9AtomsProblem = describeProblem({
  name: 'qm9-atoms',
  title: 'QM9 atom by atom',
  summary: 'Molecules of C, N, O and F, atom by atom, rewarded by a surrogate (Hückel model) of a small gap.',
  sentence:
    'Here it builds a molecule atom by atom. Trained well, it makes each molecule as often as that molecule’s share of all the reward.',
  object: { one: 'molecule', many: 'molecules' },
  options: {
    maxAtoms: integer(9, { min: 1, max: MAX_QM9_ATOMS, help: 'maximum number of atoms, without hydrogens' }),
    inverseTemperature: choice('drawn', ['drawn', 'fixed'], {
      help: 'draw an inverse temperature for each trajectory, uniform from 0.5 to 32, or use beta for all',
    }),
    beta: number(16, {
      ...{ min: 0, max: 1000, onlyIf: { inverseTemperature: ['fixed'] } },
      help: 'the inverse temperature of all trajectories',
    }),
  },
  needs: ['chemistry'],
  mainOptions: ['maxAtoms', 'inverseTemperature', 'beta'],
  citations: [
    'R. Ramakrishnan et al., Quantum chemistry structures and properties of 134 kilo molecules, Scientific Data 1:140022, 2014',
  ],
  // Three in four random trajectories end in an invalid molecule, and the rest hardly ever have more than four atoms.
  // So samplers learn first to stop early, whatever their objective, and lengthen trajectories from there, which takes
  // some hundred iterations. In 400 iterations at 2e-4 Ent-PPO gave up all molecules but two on the way, nearly all
  // samples being oxygen; at 1e-4, 105 of 128 samples were different molecules after 240 of them (seed 0).
  defaults: (objective) => smallMoleculeRun(objective, 400, objective === 'ent-ppo' ? 1e-4 : undefined),
  paper: (objective) => paperMoleculeRun(objective, 128),
  paperEpochsFollowUpdates: true,
});
