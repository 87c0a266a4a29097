import { readComparisons } from '../../src/cli/compare/saved.ts';
import { comparisonPlot } from '../../src/plot/comparison.ts';
import { comparedMeasures } from '../../src/plot/seed-band.ts';
import { runProgram } from '../measure/child.ts';
import type { FigureTable } from '../measure/figure-table.ts';
import { repositoryPath } from '../measure/root.ts';
import { seedCurves } from '../measure/seed-curves.ts';
import { significant } from '../measure/table.ts';
import { isWanted, type Part } from '../part.ts';
import { type TrainProblem, trainProblems } from '../train/problems.ts';
import { type Authors, authorsProgram, isAuthors } from './program.ts';

/** A tenth of the paper's budget, evaluated as the saved runs of flowtape are. */
const [every, evaluations] = [125, 25];

/** The saved runs of `flowtape reproduce hypergrid --budget 0.1`. */
const savedRuns = ['docs', 'results', 'hypergrid-short.json'] as const;

export interface AuthorsPoint {
  readonly seed: number;
  readonly iteration: number;
  /** Exact. */
  readonly totalVariation: number;
  /** The same by the authors' own metric, at the end of their runs. */
  readonly theirTotalVariation?: number;
}

/** How both learn at equally many trajectories. */
export interface AuthorsCurves {
  readonly problem: string;
  /** The name of its picture. */
  readonly picture: string;
  readonly batch: number;
  readonly engines: readonly {
    readonly name: string;
    readonly version: string;
    readonly points: readonly AuthorsPoint[];
  }[];
}

/** Trains the authors' code with each of `rounds` seeds. flowtape's curves are those of its saved runs. */
export async function runAuthorsCurves(part: Part, authors: Authors): Promise<AuthorsCurves[]> {
  const { rounds, only, print } = part;
  const results: AuthorsCurves[] = [];
  for (const problem of trainProblems.filter((each) => isAuthors(each) && isWanted(each.name, only))) {
    const records: ({ readonly engine: string } | AuthorsPoint)[] = [];
    for (let seed = 1; seed <= rounds; seed++) {
      const program = authorsProgram(authors, 'authors_curves.py', problem, { seed, every, evaluations });
      const measured = await runProgram(program, 3600);
      if ('problem' in measured)
        print(`${problem.name}, seed ${seed}: the authors' code failed: ${measured.problem}\n`);
      else records.push(...(measured.records as typeof records));
    }
    results.push(await authorsCurves(problem, records));
  }
  return results;
}

/** What the authors' code wrote, beside flowtape's saved runs. */
export async function authorsCurves(
  { name, objective, batch }: TrainProblem,
  records: readonly ({ readonly engine: string } | AuthorsPoint)[],
): Promise<AuthorsCurves> {
  const version = records.flatMap((record) => ('engine' in record ? [record.engine] : []))[0] ?? '';
  const saved = await readComparisons(repositoryPath(...savedRuns));
  const runs = saved.flatMap(({ methods }) => methods.find(({ method }) => method === objective)?.runs ?? []);
  const ours = runs.flatMap(({ seed, curve }) =>
    curve.flatMap(({ step, totalVariation }) =>
      totalVariation === undefined ? [] : [{ seed, iteration: step, totalVariation }],
    ),
  );
  return {
    problem: name,
    picture: `authors-${objective}.svg`,
    batch,
    engines: [
      { name: 'flowtape', version: `the saved runs of ${savedRuns.join('/')}`, points: ours },
      { name: "the authors' code", version, points: records.filter((record) => 'seed' in record) },
    ],
  };
}

/** Each seed's figures at three moments, and their mean over the last quarter, since single ones spread there. */
export function authorsTable({ problem, batch, engines }: AuthorsCurves): FigureTable {
  const last = Math.max(...engines.flatMap(({ points }) => points.map(({ iteration }) => iteration)));
  // The first evaluation at or after each share, the same for both.
  const moments = [1 / 8, 1 / 4, 1 / 2].map((share) => every * Math.ceil((share * last) / every));
  const trajectories = (iterations: number) => (iterations * batch).toLocaleString('en-US');
  const lastQuarter = every * Math.ceil((0.75 * last) / every);
  const row = ({ name, points }: AuthorsCurves['engines'][number]) => {
    const seeds = [...new Set(points.map(({ seed }) => seed))];
    const cell = (isMeant: (iteration: number) => boolean) =>
      seeds
        .map((seed) => points.filter((point) => point.seed === seed && isMeant(point.iteration)))
        .filter((own) => own.length > 0)
        .map((own) => significant(own.reduce((sum, { totalVariation }) => sum + totalVariation, 0) / own.length))
        .join(', ');
    return [
      name,
      ...moments.map((moment) => cell((iteration) => iteration === moment)),
      cell((iteration) => iteration >= lastQuarter),
    ];
  };
  const apart = engines.flatMap(({ points }) =>
    points.flatMap(({ totalVariation, theirTotalVariation }) =>
      theirTotalVariation === undefined ? [] : [Math.abs(totalVariation - theirTotalVariation)],
    ),
  );
  const check =
    apart.length === 0
      ? ''
      : ` Their own metric differs from this one by ${Math.max(...apart).toExponential(1)} at most.`;
  const versions = engines.map(({ name, version }) => `${name}: ${version}`).join('; ');
  return {
    title: problem,
    header: [
      'engine',
      ...moments.map((moment) => `total variation after ${trajectories(moment)} trajectories`),
      `mean from ${trajectories(lastQuarter)} to ${trajectories(last)}`,
    ],
    rows: engines.map(row),
    note: `A figure for each seed.${check} ${versions}.`,
  };
}

/** Total variation against trajectories, a band over seeds for each engine, as SVG. */
export async function authorsPicture({ problem, batch, engines }: AuthorsCurves): Promise<string | undefined> {
  const measure = comparedMeasures.find(({ field }) => field === 'totalVariation');
  if (!measure) throw new Error('There is no measure of total variation.');
  const methods = seedCurves(engines, ({ iteration, totalVariation }) => ({
    ...{ step: iteration, trajectories: iteration * batch, totalVariation },
  }));
  return comparisonPlot(methods, measure, problem);
}
