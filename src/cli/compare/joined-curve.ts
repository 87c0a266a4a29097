import type { CurvePoint } from '../../plot/learning-curve.ts';

/** What two runs with the same numbers do not share. */
const ofTheMachine: readonly string[] = ['seconds', 'trajectoriesPerSecond'];

/** Digits to which figures are saved, and to which two runs have to agree. */
export const savedDigits = 5;

/**
 * A run's evaluations, with the figures that only another run of its settings and seed measured, such as variances of
 * the gradient. If the two differ in a figure that both have, one was made by another version: then nothing is added.
 */
export function joinedCurve(curve: readonly CurvePoint[], other: readonly CurvePoint[]): readonly CurvePoint[] {
  const isSame = curve.length === other.length && curve.every((point, i) => agree(point, other[i]));
  return isSame ? curve.map((point, i) => ({ ...other[i], ...point })) : curve;
}

function agree(point: CurvePoint, other: CurvePoint): boolean {
  const others = new Map(Object.entries(other));
  return Object.entries(point).every(([name, value]) => {
    const second: unknown = others.get(name);
    if (ofTheMachine.includes(name) || typeof value !== 'number' || typeof second !== 'number') return true;
    return value.toPrecision(savedDigits) === second.toPrecision(savedDigits);
  });
}
