import { endEntry, features, firstEntry, meanFeatures, addTo, scaleBy, edgeOf, source } from '../graph/structure.assembly';
import { loadLanes, storeLanes } from '../lanes.assembly';

const epsilon: f32 = 1e-7;

/**
 * Graphs [begin, end) of y_i = x_i + the sum over j -> i of (relu(x_j + e_ji) + epsilon). x, y: [nodes, C]; e: [edges, C];
 * virtual: [C]. Scratch space for C numbers.
 */
export function graphMessages(
  begin: usize,
  end: usize,
  C: usize,
  offsets: usize,
  structure: usize,
  entries: usize,
  x: usize,
  e: usize,
  virtual: usize,
  y: usize,
  scratch: usize,
): void {
  const row = C << 2;
  const last = load<usize>(offsets + (end << 2));
  for (let i = load<usize>(offsets + (begin << 2)); i < last; i++) {
    const loop = endEntry(structure, i) - 1;
    const first = firstEntry(structure, i);
    meanFeatures(first, loop, C, entries, e, virtual, scratch);
    const to = y + i * row;
    for (let c: usize = 0; c < C; c += 4) {
      const at = c << 2;
      storeLanes(to + at, loadLanes(x + i * row + at, C - c), C - c);
    }
    for (let entry = first; entry < loop; entry++) {
      addMessage(to, x + source(entries, entry) * row, features(entries, entry, e, virtual, row), C);
    }
    addMessage(to, x + i * row, scratch, C);
  }
}

function addMessage(to: usize, x: usize, e: usize, C: usize): void {
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < C; c += 4, to += 16, x += 16, e += 16) {
    const message = f32x4.pmax(zero, f32x4.add(loadLanes(x, C - c), loadLanes(e, C - c)));
    storeLanes(to, f32x4.add(loadLanes(to, C - c), f32x4.add(message, f32x4.splat(epsilon))), C - c);
  }
}

/**
 * Graphs [begin, end) of dx_j = dy_j + the sum over j -> i of g_ji and de_ji = g_ji, where g_ji is dy_i where
 * x_j + e_ji > 0 and 0 elsewhere. Scratch space for 2 C numbers.
 */
export function graphMessagesGradient(
  begin: usize,
  end: usize,
  C: usize,
  offsets: usize,
  structure: usize,
  entries: usize,
  x: usize,
  e: usize,
  virtual: usize,
  dy: usize,
  dx: usize,
  de: usize,
  scratch: usize,
): void {
  const row = C << 2;
  const dloop = scratch + row;
  const firstNode = load<usize>(offsets + (begin << 2));
  const last = load<usize>(offsets + (end << 2));
  memory.copy(dx + firstNode * row, dy + firstNode * row, (last - firstNode) * row);
  for (let i = firstNode; i < last; i++) {
    const first = firstEntry(structure, i);
    const loop = endEntry(structure, i) - 1;
    const slope = dy + i * row;
    meanFeatures(first, loop, C, entries, e, virtual, scratch);
    addGradient(slope, x + i * row, scratch, dx + i * row, dloop, C);
    scaleBy(dloop, <f32>1 / <f32>(loop - first), C);
    for (let entry = first; entry < loop; entry++) {
      const j = source(entries, entry) * row;
      const edge = edgeOf(entries, entry);
      if (edge < 0) addGradient(slope, x + j, virtual, dx + j, scratch, C);
      else {
        const at = <usize>edge * row;
        addGradient(slope, x + j, e + at, dx + j, de + at, C);
        addTo(de + at, dloop, C);
      }
    }
  }
}

/** g = slope where x + e > 0, else 0; dx += g. */
function addGradient(slope: usize, x: usize, e: usize, dx: usize, g: usize, C: usize): void {
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < C; c += 4) {
    const at = c << 2;
    const positive = f32x4.gt(f32x4.add(loadLanes(x + at, C - c), loadLanes(e + at, C - c)), zero);
    const gradient = v128.and(loadLanes(slope + at, C - c), positive);
    storeLanes(g + at, gradient, C - c);
    storeLanes(dx + at, f32x4.add(loadLanes(dx + at, C - c), gradient), C - c);
  }
}
