import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import type { Engine } from '../measure/rounds.ts';
import type { Pythons } from '../python/install.ts';
import type { TrainProblem } from './problems.ts';
import type { TrainTask } from './train.ts';

/** The problems that each Python library can train, since neither has every environment and objective. */
const abilities: Readonly<Record<string, (problem: TrainProblem) => boolean>> = {
  gfnx: () => true,
  torchgfn: ({ problem, objective }) => problem === 'hypergrid' && ['tb', 'db', 'subtb'].includes(objective),
};

/** flowtape at one of the places: by its name alone where the cpu is all there is. */
export const ourName = (place: Place, places: readonly Place[]): string =>
  places.length === 1 && place === 'cpu' ? 'flowtape' : `flowtape, ${place}`;

/** The engines that can run a problem, flowtape first. */
export function trainEngines(problem: TrainProblem, places: readonly Place[], pythons: Pythons): Engine<TrainTask>[] {
  const ours = places.map(
    (place): Engine<TrainTask> => ({
      name: ourName(place, places),
      program: (task, seconds) => measureProgram('train', { ...task, place, seconds }),
    }),
  );
  const peers = Object.entries(pythons)
    .filter(([name]) => abilities[name]?.(problem))
    .map(
      ([name, python]): Engine<TrainTask> => ({
        name,
        program: (task, seconds) => ({
          command: python,
          args: [
            repositoryPath('bench', 'python', `${name}_training.py`),
            JSON.stringify(pythonRequest(task, seconds)),
          ],
        }),
      }),
    );
  return [...ours, ...peers];
}

/** A problem in the format of bench/python. */
export function pythonRequest(task: TrainTask, seconds: number): Record<string, unknown> {
  const { problem, problemOptions, objective, objectiveOptions, batch, marks, rewards } = task;
  return {
    ...{ problem, objective, batch, marks, seconds, hidden: 256, seed: 1 },
    ...problemOptions,
    ...objectiveOptions,
    ...(rewards === undefined ? {} : { rewards }),
  };
}
