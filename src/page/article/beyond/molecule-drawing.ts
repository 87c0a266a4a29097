import type { GrowthStep } from '../../molecules/growth.ts';
import type { PartBond } from '../../molecules/small-molecules.ts';
import type { Point } from '../../molecules/structure.ts';
import { svg } from '../svg.ts';

/** A molecule, or a part of a growing one at the whole one's position. */
export interface Drawn {
  readonly elements: readonly string[];
  readonly bonds: readonly PartBond[];
  /** Of all atoms of the whole molecule. */
  readonly points: readonly Point[];
}

const [width, height, unit] = [120, 92, 24];
/** Bonds of an uncharged atom. */
const valences: Readonly<Record<string, number>> = { C: 4, N: 3, O: 2, F: 1 };

/** The atoms and bonds after a number of steps. */
export function partAfter(steps: readonly GrowthStep[], count: number): { atoms: number; bonds: readonly PartBond[] } {
  const done = steps.slice(0, count);
  return { atoms: done.filter(({ step }) => step.kind === 'add').length, bonds: done[done.length - 1]?.bonds ?? [] };
}

/** An atom's label: none for a carbon in a skeleton, as chemists draw it; otherwise with its hydrogens. */
export function atomLabel(element: string, atom: number, bonds: readonly PartBond[]): string {
  const own = bonds.filter(({ atoms }) => atoms.includes(atom));
  if (element === 'C' && own.length > 0) return '';
  const hydrogens = (valences[element] ?? 0) - own.reduce((sum, { order }) => sum + order, 0);
  return `${element}${hydrogens > 0 ? 'H' : ''}${hydrogens > 1 ? hydrogens : ''}`;
}

/** @param fresh new atoms and bonds, which are highlighted */
export function drawMolecule(
  { elements, bonds, points }: Drawn,
  title: string,
  fresh: readonly number[] = [],
): SVGSVGElement {
  // Labels such as H2N are wider than high.
  const [across, down] = [extentOf(points.map(({ x }) => x)), extentOf(points.map(({ y }) => y))];
  const reach = (length: number, room: number) => (length > 0 ? room / length : unit);
  const scale = Math.min(unit, reach(across.length, width - 48), reach(down.length, height - 28));
  // A part stands in the middle too, in the size that the whole molecule will have.
  const [x, y] = [
    extentOf(elements.map((_, atom) => points[atom].x)),
    extentOf(elements.map((_, atom) => points[atom].y)),
  ];
  const at = (atom: number) => ({
    x: width / 2 + scale * (points[atom].x - x.middle),
    y: height / 2 + scale * (points[atom].y - y.middle),
  });
  const lines = bonds.flatMap(({ atoms: [a, b], order }) => {
    const [from, to] = [at(a), at(b)];
    const length = Math.max(1e-6, Math.hypot(to.x - from.x, to.y - from.y));
    const [nx, ny] = [(to.y - from.y) / length, (from.x - to.x) / length];
    // A line ends before a letter.
    const short = (atom: number) => (atomLabel(elements[atom], atom, bonds) === '' ? 0 : 8 / length);
    const along = (share: number, by: number) => ({
      x: from.x + share * (to.x - from.x) + by * nx,
      y: from.y + share * (to.y - from.y) + by * ny,
    });
    const isFresh = fresh.includes(a) && fresh.includes(b);
    return [[0], [-2, 2], [-3, 0, 3]][order - 1].map((by) => {
      const [start, end] = [along(short(a), by), along(1 - short(b), by)];
      return svg('line', { class: isFresh ? 'bond fresh' : 'bond', x1: start.x, y1: start.y, x2: end.x, y2: end.y });
    });
  });
  const letters = elements.flatMap((element, atom) => {
    const label = atomLabel(element, atom, bonds);
    const { x, y } = at(atom);
    const dot = fresh.includes(atom) ? [svg('circle', { class: 'fresh-atom', cx: x, cy: y, r: 9 })] : [];
    if (label === '') return dot;
    const [, letter, rest, count] = /^(\w?)(H?)(\d?)$/.exec(label) ?? [];
    const subscript = count ? [svg('tspan', { dy: 2.5, 'font-size': 8 }, count)] : [];
    // Hydrogens stand on the side where there is no bond.
    const neighbours = bonds.flatMap(({ atoms }) =>
      atoms.includes(atom) ? atoms.filter((each) => each !== atom) : [],
    );
    const isLeft = rest !== '' && neighbours.reduce((sum, each) => sum + at(each).x - x, 0) > 0.01;
    const parts = isLeft
      ? [rest, ...subscript, svg('tspan', count ? { dy: -2.5 } : {}, letter)]
      : [`${letter}${rest}`, ...subscript];
    const place = isLeft ? { x: x + 4.4, 'text-anchor': 'end' } : { x: x - 4.4 };
    return [...dot, svg('text', { class: `atom atom-${element}`, y: y + 4.4, ...place }, ...parts)];
  });
  return svg(
    'svg',
    { class: 'molecule', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title },
    ...lines,
    ...letters,
  );
}

/** How far numbers reach, and their middle. */
function extentOf(values: readonly number[]): { readonly length: number; readonly middle: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { length: high - low, middle: (low + high) / 2 };
}

/** The atoms that a step affects, once it is done. */
export function touchedBy({ step }: GrowthStep, atoms: number): readonly number[] {
  if (step.kind === 'stop') return [];
  return step.kind === 'add' ? (atoms === 1 ? [0] : [step.to, atoms - 1]) : step.atoms;
}
