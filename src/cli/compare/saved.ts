import { readFile } from 'node:fs/promises';
import { type MetricName, type Metrics, metricCatalogue } from '../../metrics/catalogue.ts';
import type { CurvePoint } from '../../plot/learning-curve.ts';
import { comparedMeasures } from '../../plot/seed-band.ts';
import { messageOf } from '../../text/message-of.ts';
import { refuseReading, UsageError } from '../errors.ts';
import { isRecord } from '../json-files.ts';
import type { ComparedMethod, ComparedRun, Comparison } from './runs.ts';

/**
 * Comparisons as a small file that is worth keeping beside a page: of each run what the page shows, which are the
 * compared measures with five digits, and what `eval --gradient-variance` said. Checkpoints, pictures and other figures
 * stay in the runs' folders.
 */
export function encodeComparisons(comparisons: readonly Comparison[]): string {
  const lines = rounded(comparisons).map(({ methods, ...comparison }) => {
    const told = methods.map(({ method, settings, runs }) => {
      const rows = runs.map((run) => `      ${JSON.stringify({ ...run, curve: columnsOf(run.curve) })}`);
      const head = `${JSON.stringify({ method, settings }).slice(0, -1)},"runs":[`;
      return `    ${head}\n${rows.join(',\n')}\n    ]}`;
    });
    return `  ${JSON.stringify(comparison).slice(0, -1)},"methods":[\n${told.join(',\n')}\n  ]}`;
  });
  return `{"comparisons":[\n${lines.join(',\n')}\n]}\n`;
}

/** Reads what `encodeComparisons` wrote. Throws a UsageError where it is another file. */
export async function readComparisons(path: string): Promise<readonly Comparison[]> {
  const text = await readFile(path, 'utf8').catch(refuseReading(path));
  try {
    const json: unknown = JSON.parse(text);
    if (!isRecord(json) || !Array.isArray(json.comparisons)) throw new Error('it has no comparisons');
    return json.comparisons.map((each) => comparisonOf(each));
  } catch (error) {
    throw new UsageError(
      `${path} is not a file of "flowtape compare --save" (${messageOf(error)}). Give folders with runs, or such files.`,
      { cause: error },
    );
  }
}

/** Comparisons with what a page shows of them alone, so that it is the same from folders and from a file. */
export function rounded(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.map((comparison) => ({
    ...comparison,
    methods: comparison.methods.map((method) => ({
      ...method,
      runs: method.runs.map(({ report: _, ...run }) => ({
        ...run,
        curve: run.curve.map((point) => roundedPoint(point)),
        gradientVariance: run.gradientVariance && roundedValues(run.gradientVariance),
      })),
    })),
  }));
}

const keptMetrics: readonly MetricName[] = [...new Set(comparedMeasures.map(({ field }) => field))];
const keptNames: readonly string[] = ['step', 'trajectories', 'seconds', ...keptMetrics];

function roundedPoint(point: CurvePoint): CurvePoint {
  const entries = Object.entries(point).filter(([name]) => keptNames.includes(name));
  return { ...roundedValues(Object.fromEntries(entries)), step: point.step, trajectories: point.trajectories };
}

function roundedValues<Named extends object>(values: Named): Named {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(5)) : value,
  ]);
  return Object.fromEntries(entries) as Named;
}

/** Each figure's values over the run, so that no name is written for each evaluation. */
function columnsOf(curve: readonly CurvePoint[]): Record<string, (number | null)[]> {
  const present = keptNames.filter((name) => curve.some((point) => valueIn(point, name) !== undefined));
  return Object.fromEntries(present.map((name) => [name, curve.map((point) => valueIn(point, name) ?? null)]));
}

function valueIn(point: CurvePoint, name: string): number | undefined {
  return (point as Readonly<Record<string, number | undefined>>)[name];
}

function comparisonOf(json: unknown): Comparison {
  const { name, problem, title, iterations, batch, isShared, methods } = recordOf(json);
  if (![iterations, batch].every(Number.isInteger)) throw new Error('a comparison lacks its iterations');
  return {
    name: nameOf(name),
    problem: nameOf(problem),
    title: nameOf(title),
    iterations: Number(iterations),
    batch: Number(batch),
    isShared: isShared !== false,
    methods: listOf(methods).map(methodOf),
  };
}

function methodOf(json: unknown): ComparedMethod {
  const { method, settings, runs } = recordOf(json);
  return {
    method: nameOf(method),
    settings: listOf(settings).map((pair) => {
      const [flag, value] = listOf(pair);
      return [String(flag), String(value)] as const;
    }),
    runs: listOf(runs).map(runOf),
  };
}

function runOf(json: unknown): ComparedRun {
  const { folder, seed, isFinished, curve, device, version, reward, gradientVariance } = recordOf(json);
  const columns = Object.entries(recordOf(curve)).map(([name, values]) => [name, listOf(values)] as const);
  const length = Math.max(0, ...columns.map(([, values]) => values.length));
  const points = Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.flatMap(([name, values]) => (typeof values[i] === 'number' ? [[name, values[i]]] : []))),
  );
  if (points.some((point) => !('step' in point && 'trajectories' in point))) throw new Error('a curve lacks its steps');
  return {
    folder: nameOf(folder),
    seed: Number(seed),
    isFinished: isFinished === true,
    curve: points as unknown as CurvePoint[],
    ...(typeof device === 'string' ? { device } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof reward === 'string' ? { reward } : {}),
    ...(isRecord(gradientVariance) ? { gradientVariance: metricsOf(gradientVariance) } : {}),
  };
}

function metricsOf(values: Record<string, unknown>): Metrics {
  const known = Object.entries(values).filter(
    ([name, value]) => Object.hasOwn(metricCatalogue, name) && typeof value === 'number',
  );
  return Object.fromEntries(known) as Metrics;
}

function recordOf(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error('a part of it is not an object');
  return value;
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('a part of it is not a list');
  return value;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a name is missing');
  return value;
}
