import type { Growth } from './growth.ts';

/** The features by which molecules are compared: atoms, bonds and pairs of bonds, by element. */
export function partsOf({ elements, steps }: Pick<Growth, 'elements' | 'steps'>): ReadonlySet<string> {
  const bonds = steps[steps.length - 1]?.bonds ?? [];
  const parts = new Set<string>(elements);
  const sign = ['', '-', '=', '#'];
  for (const {
    atoms: [a, b],
    order,
  } of bonds) {
    parts.add([elements[a], elements[b]].sort().join(sign[order]));
    for (const other of bonds) {
      const shared = other.atoms.find((atom) => atom === a || atom === b);
      if (other.atoms[0] === a && other.atoms[1] === b) continue;
      if (shared === undefined) continue;
      const ends = [
        `${elements[a === shared ? b : a]}${sign[order]}`,
        `${elements[other.atoms.find((atom) => atom !== shared) ?? shared]}${sign[other.order]}`,
      ];
      parts.add(`${elements[shared]}(${ends.sort().join(',')})`);
    }
  }
  return parts;
}

/** The similarity of two molecules, from 0 to 1: common features divided by all features. */
export function likeness(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  let both = 0;
  for (const part of first) if (second.has(part)) both++;
  return both / (first.size + second.size - both);
}

/**
 * The best and most diverse molecules found: repeatedly the one with the highest score minus its similarity to those
 * already chosen. In order of score.
 */
export function wallOf(found: readonly Growth[], count: number): readonly Growth[] {
  const left = found.map((growth) => ({ growth, parts: partsOf(growth), likest: 0 }));
  const chosen: Growth[] = [];
  while (chosen.length < count && left.length > 0) {
    const worth = ({ growth, likest }: (typeof left)[number]) => growth.score * (1 - likest ** 2);
    const at = left.reduce((best, each, i) => (worth(each) > worth(left[best]) ? i : best), 0);
    const [{ growth, parts }] = left.splice(at, 1);
    chosen.push(growth);
    for (const each of left) each.likest = Math.max(each.likest, likeness(parts, each.parts));
  }
  return chosen.sort((a, b) => b.score - a.score);
}

/** All molecules found, each once; only the best if there are too many. */
export function withFound(before: readonly Growth[], more: readonly Growth[], max: number): readonly Growth[] {
  const known = new Map(before.map((growth) => [growth.smiles, growth]));
  for (const growth of more) if (!known.has(growth.smiles)) known.set(growth.smiles, growth);
  return [...known.values()].sort((a, b) => b.score - a.score).slice(0, max);
}
