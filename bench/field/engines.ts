import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import type { Engine } from '../measure/rounds.ts';
import type { Pythons } from '../python/install.ts';
import { ourName } from '../train/engines.ts';
import type { TrainTask } from '../train/train.ts';
import type { FieldProblem } from './problems.ts';

/** The engines that can run a problem of gfnx's scripts, flowtape first. */
export function fieldEngines(
  { network }: FieldProblem,
  places: readonly Place[],
  { gfnx }: Pythons,
): Engine<FieldProblem & TrainTask>[] {
  type Task = FieldProblem & TrainTask;
  const own = (name: string, place: Place, threads?: number): Engine<Task> => ({
    name,
    program: (task, seconds) => measureProgram('train', { ...task, place, threads, seconds }),
  });
  const ours = [
    ...places.map((place) => own(ourName(place, places), place)),
    // A thread that waits for another spins, which is processor time too where other programs hold that one up.
    ...(places.includes('cpu') ? [own('flowtape, one thread', 'cpu', 1)] : []),
  ];
  if (gfnx === undefined) return ours;
  const peer = (name: string, network: PeerNetwork): Engine<Task> => ({
    name,
    program: (task, seconds) => ({
      command: gfnx,
      args: [
        repositoryPath('bench', 'python', 'gfnx_training.py'),
        JSON.stringify({ ...peerRequest(task, network), seconds }),
      ],
      env: compiledOnce(task, network),
    }),
  });
  const another = network === 'another, which gfnx can have' ? [peer("gfnx, flowtape's network", 'perceptron')] : [];
  return [...ours, ...another, peer(network === 'the same' ? 'gfnx' : 'gfnx, its own network', 'own')];
}

/**
 * Rounds after the first find the program compiled. Folding constants changes nothing in a loop, and takes minutes where
 * graphs are gathered into one.
 */
export function compiledOnce(
  { problem }: Pick<FieldProblem, 'problem'>,
  network: PeerNetwork,
): Readonly<Record<string, string>> {
  const folding =
    problem === 'dag' && network === 'own' ? { XLA_FLAGS: '--xla_disable_hlo_passes=constant_folding' } : {};
  return { JAX_COMPILATION_CACHE_DIR: repositoryPath('build', 'python', 'compiled'), ...folding };
}

/** The network of gfnx's script, or flowtape's perceptron. */
export type PeerNetwork = 'own' | 'perceptron';

/** A problem in the format of bench/python. */
export function peerRequest(task: Omit<FieldProblem, 'name' | 'network' | 'flops'> & TrainTask, network: PeerNetwork) {
  const { problem, problemOptions, objective, objectiveOptions, trainingOptions, batch, marks, file } = task;
  const { exploration, optimizer, network: shape } = trainingOptions ?? {};
  const { start = 0, end = 0, iterations = 1 } = exploration ?? {};
  const { learningRate, logPartitionLearningRate = 0.1, backwardPolicy, residualLoss } = objectiveOptions;
  const target = (objectiveOptions.target ?? { every: 1, mix: 1 }) as { every: number; mix: number };
  const hidden = shape?.hidden ?? [256, 256];
  return {
    ...{ problem, objective, batch, marks, network, file, seed: 1, ...problemOptions },
    ...{ learningRate, logPartitionLearningRate, logPartition: problem === 'amp' ? 150 : 0 },
    ...{ weightDecay: optimizer?.weightDecay ?? 0, exploration: [start, end, iterations] },
    ...{ target: [target.every, target.mix], residualScale: residualLoss === 'half-squared' ? 0.5 : 1 },
    ...{ width: hidden[0], depth: hidden.length, learnedBackward: backwardPolicy === 'learned' },
  };
}
