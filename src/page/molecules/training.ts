import type { Device } from '../../device/index.ts';
import { trajectoryBalance } from '../../objective/tb/tb.ts';
import { randomFrom } from '../../random/random-from.ts';
import { loadRun } from '../../run/load.ts';
import { createRun, type Run } from '../../run/run.ts';
import { evaluateAtStates } from '../../train/evaluate-at-states.ts';
import { type Growth, grow } from './growth.ts';
import { smallMolecules } from './small-molecules.ts';

/** Maximum number of atoms in a molecule, without hydrogens. */
const maxAtoms = 7;
const steps = 1_000_000;

/** A run on small molecules, and walks of its current policy. */
export interface MoleculeRun {
  readonly run: Run;
  grow(count: number): Promise<readonly Growth[]>;
}

/**
 * The run that the page's figure shows, which `scripts/page/train-molecules.mjs` starts.
 * @param checkpoint the state to continue from
 */
export async function openMolecules(device: Device, checkpoint?: Uint8Array): Promise<MoleculeRun> {
  const molecules = smallMolecules(maxAtoms);
  const { problem } = molecules;
  const objective = trajectoryBalance({ learningRate: 1e-3, logPartitionLearningRate: 0.1 });
  const settings = { steps, batch: 16, seed: 0, evaluateEvery: steps, network: { width: 24, layers: 2, heads: 2 } };
  const run = checkpoint
    ? await loadRun(checkpoint, { device, problem, objective, steps })
    : await createRun({ device, problem, objective, ...settings });
  const logitsOf = evaluateAtStates(device, problem.environment, (observation) => run.learner.logits(observation));
  // A separate stream: these draws are only for display.
  const random = randomFrom(1);
  return { run, grow: (count) => grow(molecules, logitsOf, count, random) };
}
