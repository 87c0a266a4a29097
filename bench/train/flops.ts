import type { TrainProblem } from './problems.ts';

/** Widths after the first layer, which takes one-hot inputs, so that it gathers and adds rows of its weights. */
const hiddenLayers: Readonly<Record<TrainProblem['problem'], readonly number[]>> = {
  hypergrid: [256, 256],
  tfbind8: [256, 256, 256],
  'qm9-string': [256, 256, 256],
};
const actions: Readonly<Record<TrainProblem['problem'], number>> = { hypergrid: 5, tfbind8: 4, 'qm9-string': 22 };

/**
 * Floating-point operations of an iteration whose trajectories have `meanLength` steps on average, if nothing is
 * computed twice and nothing for padding. A network's layers multiply once forward and twice backward (for inputs and
 * for weights); the first update reuses the rollout's pass; advantages take one more pass of the value network.
 */
export function iterationFlops(
  { problem, objective, objectiveOptions, batch }: Omit<TrainProblem, 'name' | 'marks'>,
  meanLength: number,
): number {
  const rows = batch * meanLength;
  const hidden = hiddenLayers[problem];
  const flows = objective === 'db' || objective === 'subtb' ? 1 : 0;
  const policy = forwardFlops([...hidden, actions[problem] + flows]);
  if (objective !== 'gae' && objective !== 'ent-ppo') return 3 * rows * policy;
  const { policyUpdates = 1, valueEpochs = 1 } = objectiveOptions;
  return rows * (3 * policy * Number(policyUpdates) + forwardFlops([...hidden, 1]) * (1 + 3 * Number(valueEpochs)));
}

/** For one row through layers of these widths. */
function forwardFlops(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, i) => sum + 2 * widths[i] * width, 0);
}
