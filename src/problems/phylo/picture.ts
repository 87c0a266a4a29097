import type { ObjectPictures } from '../../environment/environment.ts';
import { escaped, svgPicture } from '../pictures/svg.ts';
import { newick, type PhyloTree } from './parsimony.ts';

/** The number of trees drawn, and their sizes in pixels. */
const [drawn, line, depth, named, margin] = [4, 18, 170, 150, 20];

/** The most probable trees, or the best ones if trees cannot be enumerated, drawn with their names. */
export function treePictures(
  taxa: readonly string[],
  stateSize: number,
  treeOf: (state: Int32Array) => PhyloTree,
): ObjectPictures {
  return ({ exact, best }) => {
    const states = exact?.states ?? best?.states;
    const worth = exact?.learnt ?? best?.logRewards;
    if (states === undefined || worth === undefined || worth.length === 0) return [];
    const order = Array.from(worth.keys()).sort((a, b) => worth[b] - worth[a]);
    const trees = order.slice(0, drawn).map((n) => ({
      tree: treeOf(states.slice(n * stateSize, (n + 1) * stateSize)),
      label: exact
        ? `sampled ${(100 * worth[n]).toFixed(1)} % of the time, due ${(100 * exact.target[n]).toFixed(1)} %`
        : `log-reward ${worth[n].toFixed(2)}`,
    }));
    const [across, height] = [depth + named + margin, line * (taxa.length + 2)];
    const parts = trees.map(({ tree, label }, i) => {
      const at = `translate(${margin + (i % 2) * across} ${margin + Math.floor(i / 2) * height})`;
      return (
        `<g transform="${at}"><title>${escaped(newick(tree, taxa))}</title>` +
        `<text x="0" y="0" font-size="11" fill="#555">${escaped(label)}</text>${treePart(tree, taxa)}</g>`
      );
    });
    const [width, whole] = [margin + Math.min(2, trees.length) * across, margin + Math.ceil(trees.length / 2) * height];
    const svg = svgPicture(width, whole, parts);
    const first = newick(trees[0].tree, taxa);
    const caption = `${exact ? 'Those that are sampled most often' : 'Those of the highest reward of all that were sampled'}. The first in Newick's notation: ${first}`;
    return [{ name: 'trees', title: 'Trees', caption, svg }];
  };
}

/**
 * A cladogram: leaves at the right, below one another, and a bracket for each join, further left the more joins it has
 * below it.
 */
function treePart(tree: PhyloTree, taxa: readonly string[]): string {
  const joinsBelow = (subtree: PhyloTree): number =>
    typeof subtree === 'number' ? 0 : 1 + Math.max(joinsBelow(subtree[0]), joinsBelow(subtree[1]));
  const step = depth / Math.max(joinsBelow(tree), 1);
  const shapes: string[] = [];
  let leaves = 0;
  const draw = (subtree: PhyloTree): { x: number; y: number } => {
    if (typeof subtree === 'number') {
      const y = line * (++leaves + 0.5);
      shapes.push(`<text x="${depth + 6}" y="${y + 4}">${escaped(taxa[subtree])}</text>`);
      return { x: depth, y };
    }
    const [above, below] = [draw(subtree[0]), draw(subtree[1])];
    const x = depth - step * joinsBelow(subtree);
    const path = `M${above.x} ${above.y}H${x.toFixed(1)}V${below.y}H${below.x}`;
    shapes.push(`<path d="${path}" fill="none" stroke="#333" stroke-width="1.5"/>`);
    return { x: Number(x.toFixed(1)), y: (above.y + below.y) / 2 };
  };
  draw(tree);
  return shapes.join('');
}
