import type { ObjectPictures } from '../../environment/environment.ts';
import { edgeMarginals } from './edges.ts';
import { bitsOf } from './scores.ts';

/** Sizes of the picture, in pixels. */
const [cell, gap, top, left] = [44, 48, 56, 34];

/**
 * The probability of each edge as it is learnt and as the data have it, and the graph that is most probable; where graphs
 * cannot be enumerated, the best one alone.
 */
export function edgePictures(variables: number, stateSize: number): ObjectPictures {
  return ({ exact, best }) => {
    const graphs: { title: string; parents: Int32Array }[] = [];
    const tables: { title: string; marginals: Float64Array }[] = [];
    if (exact) {
      const { states, learnt, target } = exact;
      const most = learnt.reduce((at, share, n) => (share > learnt[at] ? n : at), 0);
      tables.push(
        { title: 'learnt', marginals: edgeMarginals(variables, stateSize, { states, weights: learnt }) },
        { title: 'posterior', marginals: edgeMarginals(variables, stateSize, { states, weights: target }) },
      );
      graphs.push({
        title: 'most often sampled',
        parents: states.slice(most * stateSize, most * stateSize + variables),
      });
    } else if (best && best.logRewards.length > 0) {
      graphs.push({ title: 'the best', parents: best.states.slice(0, variables) });
    }
    if (graphs.length === 0) return [];
    const side = Math.max(variables, 4) * cell;
    const width = left + (tables.length + graphs.length) * (side + gap);
    const height = top + side + 24;
    const at = (i: number) => `translate(${left + i * (side + gap)} ${top})`;
    const parts = [
      ...tables.map((table, i) => `<g transform="${at(i)}">${tablePart(variables, table.title, table.marginals)}</g>`),
      ...graphs.map(
        ({ title, parents }, i) =>
          `<g transform="${at(tables.length + i)}">${graphPart(variables, title, Array.from(parents), side)}</g>`,
      ),
    ];
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="DejaVu Sans, Verdana, sans-serif" font-size="12"><rect width="${width}" height="${height}" fill="white"/>` +
      `${parts.join('')}</svg>`;
    const caption = exact
      ? 'How probable each edge is, from the variable of the row to that of the column: as sampled, and by the data and the prior. Beside them the graph that is sampled most often.'
      : 'The graph of the highest reward of all that were sampled.';
    return [{ name: 'edges', title: 'Edges', caption, svg }];
  };
}

function tablePart(variables: number, title: string, marginals: Float64Array): string {
  const heading = `<text x="${(variables * cell) / 2}" y="-30" text-anchor="middle" font-weight="bold">${title}</text>`;
  const names = Array.from(
    { length: variables },
    (_, i) =>
      `<text x="${(i + 0.5) * cell}" y="-8" text-anchor="middle">${i}</text>` +
      `<text x="-10" y="${(i + 0.5) * cell + 4}" text-anchor="end">${i}</text>`,
  );
  const cells = Array.from(marginals, (share, n) => {
    const [from, to] = [Math.floor(n / variables), n % variables];
    if (from === to) return '';
    const [x, y] = [to * cell, from * cell];
    const shade = Math.round(255 - 190 * share);
    return (
      `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="rgb(${shade},${shade},255)" stroke="#ccc"/>` +
      `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" fill="${share > 0.6 ? 'white' : 'black'}">` +
      `${share.toFixed(2)}</text>`
    );
  });
  return [heading, ...names, ...cells].join('');
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
  const heading = `<text x="${middle}" y="-30" text-anchor="middle" font-weight="bold">${title}</text>`;
  return [heading, ...arrows, ...dots].join('');
}
