import type { PartBond } from './small-molecules.ts';

/** The position of an atom in a drawing, in bond lengths. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Coordinates for a drawing of a molecule: distances as close as possible to those in a chemist's drawing (stress
 * majorisation; Gansner, Koren, North, Graph Drawing by Stress Majorization, 2004), the best result from a few starting
 * layouts. Equal molecules are always drawn alike.
 */
export function coordinatesOf(atoms: number, bonds: readonly PartBond[]): readonly Point[] {
  if (atoms <= 1) return Array.from({ length: atoms }, () => ({ x: 0, y: 0 }));
  const wanted = distancesOf(atoms, bonds);
  let best: { readonly points: Point[]; readonly stress: number } | undefined;
  for (let attempt = 0; attempt < 6; attempt++) {
    const points = settled(beginning(atoms, attempt), wanted);
    const stress = stressOf(points, wanted);
    if (best === undefined || stress < best.stress - 1e-9) best = { points, stress };
  }
  return turned(best?.points ?? []);
}

/** The desired distances between atoms: zigzags along chains, circles for rings. */
function distancesOf(atoms: number, bonds: readonly PartBond[]): Float64Array {
  const steps = new Float64Array(atoms * atoms).fill(Number.POSITIVE_INFINITY);
  const isTriple = new Set(bonds.filter(({ order }) => order === 3).flatMap(({ atoms: both }) => both));
  for (let a = 0; a < atoms; a++) steps[a * atoms + a] = 0;
  for (const {
    atoms: [a, b],
  } of bonds)
    steps[a * atoms + b] = steps[b * atoms + a] = 1;
  for (let via = 0; via < atoms; via++) {
    for (let a = 0; a < atoms; a++) {
      for (let b = 0; b < atoms; b++) {
        steps[a * atoms + b] = Math.min(steps[a * atoms + b], steps[a * atoms + via] + steps[via * atoms + b]);
      }
    }
  }
  const distances = steps.map((step) => [0, 1, Math.sqrt(3), Math.sqrt(7)][step] ?? 0.88 * step);
  for (let middle = 0; middle < atoms; middle++) {
    if (!isTriple.has(middle)) continue;
    // A straight line, through an atom with a triple bond.
    for (let a = 0; a < atoms; a++) {
      for (let b = 0; b < atoms; b++) {
        const isThrough = steps[a * atoms + middle] === 1 && steps[middle * atoms + b] === 1 && a !== b;
        if (isThrough) distances[a * atoms + b] = 2;
      }
    }
  }
  for (const ring of ringsOf(atoms, bonds)) {
    ring.forEach((a, i) => {
      ring.forEach((b, j) => {
        const radius = 1 / (2 * Math.sin(Math.PI / ring.length));
        distances[a * atoms + b] = 2 * radius * Math.abs(Math.sin((Math.PI * (i - j)) / ring.length));
      });
    });
  }
  return distances;
}

/** For each bond of a ring the smallest ring that contains it, as atoms in order. */
export function ringsOf(atoms: number, bonds: readonly PartBond[]): readonly (readonly number[])[] {
  const found = new Map<string, readonly number[]>();
  for (const bond of bonds) {
    const [from, to] = bond.atoms;
    const paths: number[][] = [[from]];
    const seen = new Set([from]);
    for (const path of paths) {
      const last = path[path.length - 1];
      if (last === to) {
        found.set([...path].sort((a, b) => a - b).join(), path);
        break;
      }
      for (let next = 0; next < atoms; next++) {
        const isBonded = bonds.some(
          (other) => other !== bond && other.atoms.includes(last) && other.atoms.includes(next),
        );
        if (next === last || seen.has(next) || !isBonded) continue;
        seen.add(next);
        paths.push([...path, next]);
      }
    }
  }
  return [...found.values()];
}

function beginning(atoms: number, attempt: number): Point[] {
  return Array.from({ length: atoms }, (_, i) => {
    const angle = 2.4 * (i + 1) * (attempt + 1) + attempt;
    return { x: Math.cos(angle) * (1 + 0.3 * i), y: Math.sin(angle) * (1 + 0.25 * i) };
  });
}

const rounds = 250;

function settled(points: Point[], wanted: Float64Array): Point[] {
  const atoms = points.length;
  let present = points;
  for (let round = 0; round < rounds; round++) {
    present = present.map((here, a) => {
      let [x, y, weights] = [0, 0, 0];
      for (let b = 0; b < atoms; b++) {
        if (a === b) continue;
        const distance = wanted[a * atoms + b];
        const weight = distance ** -3;
        const there = present[b];
        const apart = Math.max(1e-6, Math.hypot(here.x - there.x, here.y - there.y));
        x += weight * (there.x + (distance * (here.x - there.x)) / apart);
        y += weight * (there.y + (distance * (here.y - there.y)) / apart);
        weights += weight;
      }
      return { x: x / weights, y: y / weights };
    });
  }
  return present;
}

function stressOf(points: readonly Point[], wanted: Float64Array): number {
  let stress = 0;
  for (let a = 0; a < points.length; a++) {
    for (let b = 0; b < a; b++) {
      const distance = wanted[a * points.length + b];
      const apart = Math.hypot(points[a].x - points[b].x, points[a].y - points[b].y);
      stress += (apart - distance) ** 2 / distance ** 3;
    }
  }
  return stress;
}

/** Centred, with the longest axis horizontal and the first atom on the left. */
function turned(points: readonly Point[]): Point[] {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [cx, cy] = [mean(({ x }) => x), mean(({ y }) => y)];
  const [xx, xy, yy] = [
    mean(({ x }) => (x - cx) ** 2),
    mean(({ x, y }) => (x - cx) * (y - cy)),
    mean(({ y }) => (y - cy) ** 2),
  ];
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const placed = points.map(({ x, y }) => ({
    x: (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle),
    y: (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle),
  }));
  const across = placed[0].x > 0 ? -1 : 1;
  return placed.map(({ x, y }) => ({ x: across * x, y }));
}
