import { quoted } from '../../text/quoted.ts';
import type { PhyloTree } from './parsimony.ts';

/**
 * Trees in Newick's notation, each up to its `;`: `((A,B),C);`. Branch lengths and names of inner nodes are skipped,
 * since trees here have none; of a root with three branches, the notation of unrooted trees, the first two are joined
 * first.
 * @throws Error if the text is not a tree with each of these taxa once
 */
export function readNewick(text: string, taxa: readonly string[]): PhyloTree[] {
  const tokens = text.match(/'(?:[^']|'')*'|[(),;:]|[^\s(),;:']+/g) ?? [];
  const found = new Set<number>();
  let at = 0;
  const refuse = (why: string): never => {
    throw new Error(
      `${quoted(text)} is not a tree of ${taxa.length} taxa in Newick's notation, as in ((A,B),C);: ${why}.`,
    );
  };
  const take = (sign: string) => {
    if (tokens[at] !== sign)
      refuse(`there is ${tokens[at] === undefined ? 'an end' : quoted(tokens[at])} where ${sign} should be`);
    at++;
  };
  const isSign = (token: string | undefined) => token === undefined || '(),;:'.includes(token);
  /** Skips what may follow a node: a name, if it is an inner one, and a length. */
  const readOver = (isInner: boolean) => {
    if (isInner && !isSign(tokens[at])) at++;
    if (tokens[at] !== ':') return;
    at++;
    if (isSign(tokens[at]) || !Number.isFinite(Number(tokens[at]))) refuse('a : without a length');
    at++;
  };
  const leaf = (): number => {
    const token = tokens[at];
    if (isSign(token))
      return refuse(`there is ${token === undefined ? 'an end' : quoted(token)} where a taxon should be`);
    at++;
    const name = token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token;
    const taxon = taxa.indexOf(name);
    if (taxon < 0) return refuse(`${quoted(name)} is not one of the taxa`);
    if (found.has(taxon)) return refuse(`${quoted(name)} is there twice`);
    found.add(taxon);
    return taxon;
  };
  const node = (isRoot: boolean): PhyloTree => {
    if (tokens[at] !== '(') {
      const taxon = leaf();
      readOver(false);
      return taxon;
    }
    at++;
    const branches = [node(false)];
    while (tokens[at] === ',') {
      at++;
      branches.push(node(false));
    }
    take(')');
    readOver(true);
    if (branches.length === 2) return [branches[0], branches[1]];
    if (isRoot && branches.length === 3) return [[branches[0], branches[1]], branches[2]];
    return refuse(`a node has ${branches.length} branches; trees here have two at each`);
  };
  const trees: PhyloTree[] = [];
  while (at < tokens.length) {
    trees.push(node(true));
    take(';');
  }
  const missing = taxa.find((_, taxon) => !found.has(taxon));
  if (missing !== undefined) refuse(`the taxon ${quoted(missing)} is missing`);
  return trees;
}

/** The joins of slots that make a tree, in the order of a walk, and the tree's slot: its smallest taxon. */
export function joinsMaking(tree: PhyloTree): {
  readonly slot: number;
  readonly joins: readonly (readonly [number, number])[];
} {
  if (typeof tree === 'number') return { slot: tree, joins: [] };
  const [a, b] = [joinsMaking(tree[0]), joinsMaking(tree[1])];
  const [l, r] = [Math.min(a.slot, b.slot), Math.max(a.slot, b.slot)];
  return { slot: l, joins: [...a.joins, ...b.joins, [l, r]] };
}
