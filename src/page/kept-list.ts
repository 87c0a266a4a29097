import { pageConfig } from './page-config.ts';
import type { CurvePoint } from './ui/known-run.ts';
import { type ListedRun, maxRuns, seedCounts } from './ui/run-list.ts';

/** The valid points of a curve from storage. */
export function curveOf(value: unknown): readonly CurvePoint[] {
  return Array.isArray(value) ? value.filter(isPoint) : [];
}

/** The list of further runs from storage, without those that this page cannot use. */
export function listOf(value: unknown): readonly ListedRun[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxRuns).flatMap((run: unknown): ListedRun[] => {
    const { id, name, colour, config, steps, seeds, isShown, isKept, curves, problem } = entriesOf(run);
    const areWhole = [id, colour, steps].every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
    if (!areWhole || !Array.isArray(curves) || !seedCounts.some((count) => count === seeds)) return [];
    try {
      return [
        {
          ...{ id: id as number, colour: colour as number, steps: steps as number, seeds: seeds as number },
          name: typeof name === 'string' ? name : undefined,
          config: pageConfig(config),
          isShown: isShown === true,
          isKept: isKept === true,
          curves: curves.map(curveOf),
          problem: typeof problem === 'string' ? problem : undefined,
        },
      ];
    } catch {
      // From another version of this page.
      return [];
    }
  });
}

function isPoint(value: unknown): value is CurvePoint {
  const { step, seconds, values } = entriesOf(value);
  const isRecord = typeof values === 'object' && values !== null;
  return isRecord && [step, seconds, ...Object.values(values)].every(Number.isFinite);
}

export function entriesOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
