import { publishedSettings } from '../../src/run/settings.ts';
import type { TimedRun } from '../train/problems.ts';

/** A problem of gfnx's own scripts with their settings. */
export interface FieldProblem extends TimedRun {
  readonly problem: 'dag' | 'phylo' | 'ising' | 'amp';
  /**
   * Whether flowtape's network is another than that of gfnx's script. gfnx is then timed with its own and, where it can
   * have it, with flowtape's.
   */
  readonly network: 'the same' | 'another, which gfnx can have' | 'another';
  /** The minimum number of operations of an iteration with trajectories of this length. */
  flops(meanLength: number): number;
}

const windows = 20;

export const fieldProblems: readonly FieldProblem[] = [
  {
    ...settings('dag', 'mdb'),
    name: 'DAG with 5 variables MDB, batch 128',
    network: 'another, which gfnx can have',
    marks: [{ at: 20, windows, iterations: 2 }],
    // Forward and backward, and the target network's forward pass at the states reached.
    flops: (length) => 128 * length * (3 + 1) * layers([25, 256, 256, 26], 'first is one-hot'),
  },
  {
    ...settings('phylo', 'fl-db'),
    name: 'DS1 FL-DB, batch 32',
    network: 'another, which gfnx can have',
    marks: [{ at: 5, windows, iterations: 1 }],
    flops: (length) => 32 * length * (3 + 1) * layers([1458, 256, 256, 352], 'first is one-hot'),
  },
  {
    ...settings('ising', 'tb'),
    name: 'Ising 10 x 10 TB, batch 256',
    network: 'the same',
    marks: [{ at: 1, windows, iterations: 1 }],
    flops: (length) => 256 * length * 3 * layers([300, 256, 256, 256, 256, 300], 'first is one-hot'),
  },
  {
    ...bidirectional(settings('amp', 'tb')),
    name: 'AMP TB, batch 16',
    network: 'another',
    marks: [{ at: 1, windows, iterations: 1 }],
    // All prefixes of a peptide, each with a row that reads it.
    flops: (length) => 16 * 3 * transformerFlops({ rows: (length * (length + 1)) / 2, width: 64, layers: 3 }),
  },
];

function settings(problem: FieldProblem['problem'], objective: string) {
  const found = publishedSettings(problem, objective);
  if (!found?.batch) throw new Error(`There are no published settings for ${objective} on ${problem}.`);
  const { problemOptions = {}, objectiveOptions = {}, trainingOptions = {}, batch } = found;
  // gfnx's loop keeps no best objects.
  const { keepBest: _, ...timed } = trainingOptions;
  return { problem, problemOptions, objective, objectiveOptions, trainingOptions: timed, batch };
}

/** As gfnx's transformer, instead of the one whose letters read only those before. */
function bidirectional<Run extends Pick<TimedRun, 'trainingOptions'>>(run: Run): Run {
  const { trainingOptions } = run;
  return {
    ...run,
    trainingOptions: { ...trainingOptions, network: { ...trainingOptions?.network, attention: 'bidirectional' } },
  };
}

/** Operations of a perceptron for one row; a first layer of one-hot inputs gathers and adds, which is left out. */
function layers(widths: readonly number[], _: 'first is one-hot'): number {
  return widths.slice(2).reduce((sum, width, i) => sum + 2 * widths[i + 1] * width, 0);
}

/** The products of rows with the matrices of a transformer whose inner layers are four times as wide. */
function transformerFlops({ rows, width, layers }: { rows: number; width: number; layers: number }): number {
  return rows * layers * 2 * (4 + 8) * width ** 2;
}
