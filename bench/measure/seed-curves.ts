import type { MethodCurves } from '../../src/plot/comparison.ts';
import type { CurvePoint } from '../../src/plot/learning-curve.ts';

/** The points of engines as curves of methods, one for each seed, for `comparisonPlot`. */
export function seedCurves<Point extends { readonly seed: number }>(
  engines: readonly { readonly name: string; readonly points: readonly Point[] }[],
  curvePoint: (point: Point) => CurvePoint,
): MethodCurves[] {
  return engines.map(({ name, points }) => ({
    method: name,
    runs: [...new Set(points.map(({ seed }) => seed))].map((seed) => ({
      seed,
      points: points.filter((point) => point.seed === seed).map(curvePoint),
    })),
  }));
}
