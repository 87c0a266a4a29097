import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device } from '../../src/device/index.ts';
import { logSumExp } from '../../src/numeric/log-sum-exp.ts';
import { createObjective, randomStreams } from '../../src/objective/index.ts';
import { comparisonPlot } from '../../src/plot/comparison.ts';
import { comparedMeasures } from '../../src/plot/seed-band.ts';
import { parseDagData } from '../../src/problems/dag/data.ts';
import { allDags } from '../../src/problems/dag/enumerate.ts';
import { bgeScore } from '../../src/problems/dag/scores.ts';
import { isingLogPartition } from '../../src/problems/ising/exact.ts';
import { createTrainer } from '../../src/train/index.ts';
import { prepareSampling } from '../../src/train/iteration.ts';
import { runProgram } from '../measure/child.ts';
import type { FigureTable } from '../measure/figure-table.ts';
import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import { seedCurves } from '../measure/seed-curves.ts';
import { significant } from '../measure/table.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import { isWanted, type Part } from '../part.ts';
import type { Pythons } from '../python/install.ts';
import type { TimedRun } from '../train/problems.ts';
import { anyProblemOf, type TrainTask } from '../train/train.ts';
import { fieldDataOf } from './data.ts';
import { compiledOnce, peerRequest } from './engines.ts';
import type { FieldProblem } from './problems.ts';

/** A run whose learning is compared, and how often it is looked at. */
interface CurveProblem extends TimedRun {
  readonly problem: FieldProblem['problem'];
  readonly seeds: readonly number[];
  readonly evaluations: number;
  /** Iterations between evaluations. */
  readonly every: number;
  /** Trajectories of an evaluation. */
  readonly trajectories: number;
}

const length = { seeds: [1, 2, 3], evaluations: 10, every: 100, trajectories: 512, marks: [] };

/** Small enough that all of them take minutes, with the same network and settings for both. */
export const curveProblems: readonly CurveProblem[] = [
  {
    ...{ ...length, name: 'DAG with 5 variables MDB', problem: 'dag', objective: 'mdb', batch: 32 },
    // After more rows so few graphs are probable that this budget does not find them.
    problemOptions: { variables: 5, edges: 5, rows: 20 },
    objectiveOptions: { learningRate: 1e-3, residualLoss: 'huber', target: { every: 50, mix: 1 } },
    trainingOptions: { exploration: { start: 1, end: 0.1, iterations: 500 } },
  },
  {
    // Long enough to leave the plateau on which spins do not depend on one another.
    ...{ ...length, every: 400, name: 'Ising 4 x 4 TB', problem: 'ising', objective: 'tb', batch: 32 },
    problemOptions: { side: 4, sigma: 0.2 },
    objectiveOptions: { learningRate: 1e-3, logPartitionLearningRate: 1e-1, residualLoss: 'half-squared' },
    trainingOptions: { network: { hidden: [128, 128] } },
  },
];

/** A line of an engine's process: its name, or the bound of a seed after so many iterations. */
type CurveRecord = { readonly engine: string } | CurvePoint;
interface CurvePoint {
  readonly seed: number;
  readonly iteration: number;
  /** The mean of log R + log P_B - log P_F over trajectories of the policy. */
  readonly elbo: number;
}

/** The curves of one problem. */
export interface CurveResult {
  readonly problem: string;
  /** The name of its picture. */
  readonly picture: string;
  readonly batch: number;
  /** log Z, exact: the bound's maximum. */
  readonly logPartition: number;
  readonly engines: readonly {
    readonly name: string;
    readonly version: string;
    readonly points: readonly CurvePoint[];
  }[];
}

/** Trains on flowtape and on gfnx with the same settings and as many iterations. */
export async function runCurves(part: Part & { readonly pythons: Pythons }): Promise<CurveResult[]> {
  const { pythons, only, print } = part;
  const results: CurveResult[] = [];
  for (const problem of curveProblems.filter(({ name }) => isWanted(name, only))) {
    await inTemporaryFolder(async (folder) => {
      const found = await fieldDataOf(problem);
      const file = found && join(folder, found.file);
      if (found && file) await writeFile(file, found.bytes);
      const task: CurveProblem & TrainTask = { ...problem, ...(file === undefined ? {} : { file }) };
      const request = JSON.stringify({ ...task, ...peerRequest(task, 'perceptron') });
      const programs = [
        { name: 'flowtape', program: measureProgram('curves', task) },
        ...(pythons.gfnx === undefined
          ? []
          : [
              {
                name: 'gfnx',
                program: {
                  command: pythons.gfnx,
                  args: [repositoryPath('bench', 'python', 'gfnx_curves.py'), request],
                  env: compiledOnce(task, 'perceptron'),
                },
              },
            ]),
      ];
      const engines = [];
      for (const { name, program } of programs) {
        const measured = await runProgram(program, 1800);
        if ('problem' in measured) {
          print(`${problem.name}: ${name} failed: ${measured.problem}\n`);
          continue;
        }
        const records = measured.records as CurveRecord[];
        const version = records.flatMap((record) => ('engine' in record ? [record.engine] : []))[0] ?? '';
        engines.push({ name, version, points: records.filter((record) => 'seed' in record) });
      }
      const picture = `gfnx-${problem.problem}.svg`;
      const logPartition = await logPartitionOf(task, found?.bytes);
      results.push({ problem: problem.name, picture, batch: problem.batch, logPartition, engines });
      print(`${problem.name}: done\n`);
    });
  }
  return results;
}

async function logPartitionOf({ problem, problemOptions }: CurveProblem, bytes: Uint8Array | string = '') {
  if (problem === 'ising') return isingLogPartition(Number(problemOptions.side), Number(problemOptions.sigma));
  const score = bgeScore(parseDagData(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, 'the data'));
  const logs = Float64Array.from(
    allDags(Number(problemOptions.variables)).map((graph) =>
      graph.reduce((sum, parents, variable) => sum + score(variable, parents), 0),
    ),
  );
  return logSumExp(logs);
}

/** flowtape's curves. */
export async function* followCurves(device: Device, task: CurveProblem & TrainTask): AsyncGenerator<CurveRecord> {
  yield { engine: `${device.kind}: ${device.description}` };
  const { objective, objectiveOptions, trainingOptions, batch, seeds, evaluations, every, trajectories } = task;
  const problem = await anyProblemOf(task);
  for (const seed of seeds) {
    const trainer = await createTrainer({
      ...trainingOptions,
      ...{ device, problem, batch, seed, steps: every * evaluations },
      objective: await createObjective(objective, objectiveOptions),
    });
    const sampling = await prepareSampling(device, {
      ...{ problem, batch: trajectories, seed, stream: randomStreams.evaluation },
      policy: trainer.learner.networks[0],
    });
    for (let number = 0; number <= evaluations; number++) {
      if (number > 0) await trainer.step(every);
      const { logRewards, logRatio } = await sampling.next();
      const sum = Array.from(logRewards).reduce((total, logReward, i) => total + logReward - logRatio[i], 0);
      yield { seed, iteration: number * every, elbo: sum / trajectories };
    }
    await trainer.close();
  }
}

/** Where the curves begin and end, for people. */
export function curveTable({ problem, logPartition, batch, engines }: CurveResult): FigureTable {
  const row = ({ name, points }: CurveResult['engines'][number]) => {
    const last = points.reduce((max, { iteration }) => Math.max(max, iteration), 0);
    const gaps = (at: number) =>
      points.filter(({ iteration }) => iteration === at).map(({ elbo }) => significant(logPartition - elbo));
    return [name, gaps(0).join(', '), gaps(last / 2).join(', '), gaps(last).join(', '), String(last)];
  };
  const versions = engines.map(({ name, version }) => `${name}: ${version}`).join('; ');
  return {
    title: `${problem}, batch ${batch}`,
    header: ['engine', 'gap at the start, each seed', 'half way', 'at the end', 'iterations'],
    rows: engines.map(row),
    note: `The gap is log Z - ELBO in nats; log Z is ${logPartition.toFixed(4)}. ${versions}.`,
  };
}

/** The gap against trajectories, a band over seeds for each engine, as SVG. */
export async function curvePicture({
  problem,
  logPartition,
  batch,
  engines,
}: CurveResult): Promise<string | undefined> {
  const measure = comparedMeasures.find(({ field }) => field === 'elboGap');
  if (!measure) throw new Error('There is no measure of the gap of the ELBO.');
  const methods = seedCurves(engines, ({ iteration, elbo }) => ({
    ...{ step: iteration, trajectories: iteration * batch, elboGap: elbo - logPartition },
  }));
  return comparisonPlot(methods, measure, problem);
}
