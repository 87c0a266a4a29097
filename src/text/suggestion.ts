import { nearestName } from './nearest.ts';

/** " Did you mean ...?", or empty if no candidate is near. */
export function suggestion(text: string, candidates: readonly string[]): string {
  const nearest = nearestName(text, candidates);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
