import type { MetricName } from '../../metrics/catalogue.ts';
import type { CurvePoint } from '../../plot/learning-curve.ts';
import { comparedMeasures } from '../../plot/seed-band.ts';
import { isRecord } from '../../text/is-record.ts';
import { messageOf } from '../../text/message-of.ts';
import { begunWithIn } from '../begun-with.ts';
import { refuseReading, UsageError } from '../errors.ts';
import { readText } from '../text-files.ts';
import type { ComparedMethod, ComparedRun, Comparison } from './comparison.ts';
import { savedDigits } from './joined-curve.ts';
import { lastFigures } from './last-figures.ts';
import { effectiveRows, type MethodSettings } from './settings.ts';
import { varianceMeasures } from './variances.ts';

/**
 * Encodes comparisons as a small file to keep beside a page. Of each run it holds what the page shows: the compared
 * measures, the figures beside them, and variances of gradients, to five digits. Checkpoints, pictures and other figures
 * stay in the runs' folders.
 */
export function encodeComparisons(comparisons: readonly Comparison[]): string {
  const lines = rounded(comparisons).map(({ name, problem, title, iterations, batch, methods }) => {
    const told = methods.map(({ method, settings, begunWith, runs }) => {
      const rows = runs.map((run) => `      ${JSON.stringify({ ...run, curve: columnsOf(run.curve) })}`);
      const head = `${JSON.stringify({ method, settings, begunWith }).slice(0, -1)},"runs":[`;
      return `    ${head}\n${rows.join(',\n')}\n    ]}`;
    });
    const comparison = { name, problem, title, iterations, batch };
    return `  ${JSON.stringify(comparison).slice(0, -1)},"methods":[\n${told.join(',\n')}\n  ]}`;
  });
  return `{"comparisons":[\n${lines.join(',\n')}\n]}\n`;
}

/** Reads what `encodeComparisons` wrote. Throws a UsageError if the file is something else. */
export async function readComparisons(path: string): Promise<readonly Comparison[]> {
  const text = await readText(path).catch(refuseReading(path));
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

/** Comparisons reduced to what a page shows, so that folders and a saved file give the same page. */
export function rounded(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.map((comparison) => ({
    ...comparison,
    methods: comparison.methods.map((method) => ({
      ...method,
      runs: method.runs.map(({ path: _, hasReport: __, ...run }) => ({
        ...run,
        curve: run.curve.map((point) => roundedPoint(point)),
      })),
    })),
  }));
}

const keptMetrics: readonly MetricName[] = [
  ...new Set([...[...comparedMeasures, ...varianceMeasures].map(({ field }) => field), ...lastFigures]),
];
const keptNames: readonly string[] = ['step', 'trajectories', 'seconds', ...keptMetrics];

function roundedPoint(point: CurvePoint): CurvePoint {
  const entries = Object.entries(point).filter(([name]) => keptNames.includes(name));
  return { ...roundedValues(Object.fromEntries(entries)), step: point.step, trajectories: point.trajectories };
}

function roundedValues<Named extends object>(values: Named): Named {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(savedDigits)) : value,
  ]);
  return Object.fromEntries(entries) as Named;
}

/** Stores each figure's values as one column, so that names are not repeated for each evaluation. */
function columnsOf(curve: readonly CurvePoint[]): Record<string, (number | null)[]> {
  const present = keptNames.filter((name) => curve.some((point) => valueIn(point, name) !== undefined));
  return Object.fromEntries(present.map((name) => [name, curve.map((point) => valueIn(point, name) ?? null)]));
}

function valueIn(point: CurvePoint, name: string): number | undefined {
  return (point as Readonly<Record<string, number | undefined>>)[name];
}

function comparisonOf(json: unknown): Comparison {
  const { name, problem, title, iterations, batch, methods: told } = recordOf(json);
  if (!isCount(iterations) || !isCount(batch)) throw new Error('a comparison lacks its iterations');
  if (!/^[\w.-]+$/.test(nameOf(problem))) throw new Error('a problem has a name that no problem has');
  const all = filled(told, 'a comparison lacks its methods').map(methodOf);
  const methods = all.map((each) => ({ ...each, settings: effectiveRows(nameOf(problem), each.settings) }));
  return {
    name: nameOf(name),
    problem: nameOf(problem),
    title: effectiveTitle(nameOf(title), all[0].settings, methods[0].settings),
    iterations: iterations,
    batch: batch,
    methods,
  };
}

/** The title without options that have no effect, which titles had before this was known. */
function effectiveTitle(title: string, all: MethodSettings, effective: MethodSettings): string {
  const left = new Set(effective.map(([flag]) => flag));
  const idle = all.filter(([flag]) => !left.has(flag)).map(([flag, value]) => `${flag.replace(/^--/, '')} ${value}`);
  return title.replace(/ \((.*?)\)/, (_, options: string) => {
    const kept = options.split(', ').filter((option) => !idle.includes(option));
    return kept.length === 0 ? '' : ` (${kept.join(', ')})`;
  });
}

function methodOf(json: unknown): ComparedMethod {
  const { method, settings, begunWith, runs } = recordOf(json);
  return {
    method: nameOf(method),
    settings: listOf(settings).map((pair) => {
      const [flag, value] = listOf(pair);
      return [String(flag), String(value)] as const;
    }),
    ...(begunWith === undefined ? {} : { begunWith: begunWithIn(recordOf(begunWith)) }),
    runs: filled(runs, 'a method lacks its runs').map(runOf),
  };
}

function runOf(json: unknown): ComparedRun {
  const { folder, seed, isFinished, isShared, curve, device, processor, version, reward } = recordOf(json);
  const columns = Object.entries(recordOf(curve)).map(([name, values]) => [name, listOf(values)] as const);
  const length = Math.max(0, ...columns.map(([, values]) => values.length));
  const points = Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.flatMap(([name, values]) => (typeof values[i] === 'number' ? [[name, values[i]]] : []))),
  );
  if (!(isCount(seed) || seed === 0)) throw new Error('a run lacks its seed');
  if (points.length === 0) throw new Error('a run lacks its evaluations');
  for (const name of ['step', 'trajectories']) {
    const numbers = points.map((point) => point[name] ?? Number.NaN);
    if (!numbers.every((value, i) => value > (numbers[i - 1] ?? -1)))
      throw new Error(`a curve has a ${name} out of order`);
  }
  return {
    folder: nameOf(folder),
    seed,
    isFinished: isFinished === true,
    isShared: isShared !== false,
    curve: points as unknown as CurvePoint[],
    ...(typeof device === 'string' ? { device } : {}),
    ...(typeof processor === 'string' ? { processor } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof reward === 'string' ? { reward } : {}),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error('a part of it is not an object');
  return value;
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('a part of it is not a list');
  return value;
}

function filled(value: unknown, otherwise: string): unknown[] {
  const list = listOf(value);
  if (list.length === 0) throw new Error(otherwise);
  return list;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a name is missing');
  return value;
}
