import type { KnownRun } from './known-run.ts';
import { spelledShort } from './names.ts';
import { grouped, percent } from './words.ts';

/**
 * Two runs after equally many walks, as a sentence: current values would compare a long run with a short one. Undefined
 * before both have been observed.
 */
export function equalWalksSentence(knownRuns: readonly KnownRun[]): string | undefined {
  const ends = knownRuns.map(({ curve, config }) => (curve[curve.length - 1]?.step ?? -1) * config.batch);
  const walks = Math.min(...ends);
  if (walks <= 0) return undefined;
  const found = knownRuns.map(({ curve, config }) => {
    const point = curve.findLast(({ step }) => step * config.batch <= walks);
    return { name: spelledShort(config.objective), share: point?.values.totalVariation ?? Number.NaN };
  });
  if (found.some(({ share }) => Number.isNaN(share))) return undefined;
  const told = found.map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
  return `After ${grouped(walks)} walks each, misplaced: ${told}. That is one seed; the experiments take several.`;
}
