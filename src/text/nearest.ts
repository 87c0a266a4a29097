/**
 * The candidate nearest to `name` by edit distance, for "did you mean"; undefined if none is near enough to help (more
 * than about a third of the letters differ).
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.ceil(name.length / 3)) + 1;
  for (const candidate of candidates) {
    // At least the difference in length, which rules most candidates out without computing the distance.
    if (Math.abs(candidate.length - name.length) >= bestDistance && !isBeginning(name, candidate)) continue;
    // People abbreviate a name by its beginning (dim for dimension), however many letters are missing.
    const distance = isBeginning(name, candidate) ? 1 : editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function isBeginning(name: string, candidate: string): boolean {
  return name.length >= 2 && (candidate.startsWith(name) || name.startsWith(candidate));
}

/** Levenshtein's distance: the minimum number of insertions, deletions and substitutions. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(exchanged, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}
