import { uniformStream } from '../../random/threefry.ts';
import { type Alignment, alignment } from './sequences.ts';

/** The random stream of simulated sequences, separate from those of runs. */
const stream = 0x70687a;

/** The names of simulated taxa. */
export function taxonNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `taxon${i + 1}`);
}

/**
 * Sequences evolved along a random tree by the model of Jukes & Cantor (1969): along each branch a site changes to one
 * of the three other bases with the same probability.
 * @param rate the probability that a site changes along a branch
 */
export function simulateSequences({
  taxa,
  sites,
  rate,
  seed,
}: {
  readonly taxa: number;
  readonly sites: number;
  readonly rate: number;
  readonly seed: number;
}): Alignment {
  const uniform = uniformStream(seed, stream);
  const draw = (count: number) => Math.min(count - 1, Math.floor(uniform() * count));
  const mutated = (parent: readonly number[]) =>
    parent.map((base) => (uniform() < rate ? (base + 1 + draw(3)) % 4 : base));
  // A random leaf becomes two, repeatedly.
  let leaves: (readonly number[])[] = [Array.from({ length: sites }, () => draw(4))];
  while (leaves.length < taxa) {
    const at = draw(leaves.length);
    const parent = leaves[at];
    leaves = [...leaves.slice(0, at), mutated(parent), mutated(parent), ...leaves.slice(at + 1)];
  }
  const names = taxonNames(taxa);
  return alignment(leaves.map((bases, i) => [names[i], bases.map((base) => 'ACGT'[base]).join('')] as const));
}
