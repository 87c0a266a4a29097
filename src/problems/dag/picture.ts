import type { ObjectPictures } from '../../environment/environment.ts';
import { cell, heatTable } from '../pictures/heat-table.ts';
import { heading, placed, svgPicture } from '../pictures/svg.ts';
import { edgeMarginals } from './edges.ts';
import { bitsOf } from './scores.ts';

/** Sizes of the picture, in pixels. */
const [gap, top, left] = [48, 56, 34];

/**
 * The learnt and the true probability of each edge, and the most probable graph; if graphs cannot be enumerated, edges
 * of samples and the best graph.
 */
export function edgePictures(variables: number, stateSize: number): ObjectPictures {
  return ({ exact, best, samples }) => {
    const graphs: { title: string; parents: Int32Array }[] = [];
    const tables: { title: string; marginals: Float64Array }[] = [];
    if (exact) {
      const { states, learnt, target } = exact;
      const likeliest = learnt.reduce((at, share, n) => (share > learnt[at] ? n : at), 0);
      tables.push(
        { title: 'learnt', marginals: edgeMarginals(variables, stateSize, { states, weights: learnt }) },
        { title: 'posterior', marginals: edgeMarginals(variables, stateSize, { states, weights: target }) },
      );
      graphs.push({
        title: 'most often sampled',
        parents: states.slice(likeliest * stateSize, likeliest * stateSize + variables),
      });
    } else {
      if (samples && samples.length > 0) {
        const weights = new Float64Array(samples.length / stateSize).fill(stateSize / samples.length);
        tables.push({ title: 'sampled', marginals: edgeMarginals(variables, stateSize, { states: samples, weights }) });
      }
      if (best && best.logRewards.length > 0)
        graphs.push({ title: 'the best', parents: best.states.slice(0, variables) });
    }
    if (graphs.length + tables.length === 0) return [];
    const side = Math.max(variables, 4) * cell;
    const width = left + (tables.length + graphs.length) * (side + gap);
    const height = top + side + 24;
    const at = (i: number, part: string) => placed(left + i * (side + gap), top, part);
    const svg = svgPicture(width, height, [
      ...tables.map(({ title, marginals }, i) => {
        // A variable cannot be its own cause.
        const shares = marginals.map((share, n) => (n % (variables + 1) === 0 ? Number.NaN : share));
        return at(i, heatTable(title, variables, shares));
      }),
      ...graphs.map(({ title, parents }, i) =>
        at(tables.length + i, graphPart(variables, title, Array.from(parents), side)),
      ),
    ]);
    const caption = exact
      ? 'How probable each edge is, from the variable of the row to that of the column: as sampled, and by the data and the prior. Beside them the graph that is sampled most often.'
      : 'How probable each edge is in samples of the policy, from the variable of the row to that of the column; and the graph of the highest reward of all that were sampled, where those are kept.';
    return [{ name: 'edges', title: 'Edges', caption, svg }];
  };
}

/** Variables on a circle, with an arrow for each edge. */
function graphPart(variables: number, title: string, parents: readonly number[], side: number): string {
  const [middle, radius, dot] = [side / 2, side / 2 - 16, 13];
  const place = (i: number) => {
    const angle = (2 * Math.PI * i) / variables - Math.PI / 2;
    return [middle + radius * Math.cos(angle), middle + radius * Math.sin(angle)] as const;
  };
  const arrows = parents.flatMap((set, to) =>
    bitsOf(set).map((from) => {
      const [[x, y], [u, v]] = [place(from), place(to)];
      const length = Math.hypot(u - x, v - y);
      const [dx, dy] = [(u - x) / length, (v - y) / length];
      const [tipX, tipY] = [u - dx * dot, v - dy * dot];
      const wing = (sign: number) =>
        `${(tipX - 9 * dx + sign * 4 * dy).toFixed(1)},${(tipY - 9 * dy - sign * 4 * dx).toFixed(1)}`;
      return (
        `<line x1="${(x + dx * dot).toFixed(1)}" y1="${(y + dy * dot).toFixed(1)}" x2="${tipX.toFixed(1)}" ` +
        `y2="${tipY.toFixed(1)}" stroke="#333" stroke-width="1.5"/>` +
        `<polygon points="${tipX.toFixed(1)},${tipY.toFixed(1)} ${wing(1)} ${wing(-1)}" fill="#333"/>`
      );
    }),
  );
  const dots = Array.from({ length: variables }, (_, i) => {
    const [x, y] = place(i).map((each) => each.toFixed(1));
    return (
      `<circle cx="${x}" cy="${y}" r="${dot}" fill="white" stroke="#333"/>` +
      `<text x="${x}" y="${Number(y) + 4}" text-anchor="middle">${i}</text>`
    );
  });
  return [heading(side, -30, title), ...arrows, ...dots].join('');
}
