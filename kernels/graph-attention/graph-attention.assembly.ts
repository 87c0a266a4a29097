import { exp } from '../elementwise/exponential.assembly';
import {
  addScaledSum,
  addTo,
  edgeOf,
  endEntry,
  features,
  firstEntry,
  meanFeatures,
  productWithSum,
  scaleBy,
  source,
} from '../graph/structure.assembly';
import { loadLanes, storeLanes } from '../lanes.assembly';

/**
 * Graphs [begin, end) of alpha_ji = softmax over j of q_i . (k_j + e_ji) / sqrt(C) and y_i = r_i + the sum over j of
 * alpha_ji (v_j + e_ji), for each of H heads of C channels. projections: [nodes, 4 H C], q, k, v and r; e: [edges, H C];
 * virtual: [H C]; y: [nodes, H C]; alpha: [entries, H]. Scratch space for H C numbers.
 */
export function graphAttention(
  begin: usize,
  end: usize,
  H: usize,
  C: usize,
  offsets: usize,
  structure: usize,
  entries: usize,
  projections: usize,
  e: usize,
  virtual: usize,
  y: usize,
  alpha: usize,
  scratch: usize,
): void {
  const row = H * C << 2;
  const scale = <f32>1 / sqrt(<f32>C);
  const last = load<usize>(offsets + (end << 2));
  for (let i = load<usize>(offsets + (begin << 2)); i < last; i++) {
    const first = firstEntry(structure, i);
    const behind = endEntry(structure, i);
    const query = projections + 4 * i * row;
    const to = y + i * row;
    meanFeatures(first, behind - 1, H * C, entries, e, virtual, scratch);
    memory.copy(to, query + 3 * row, row);
    for (let head: usize = 0; head < H; head++) {
      const at = head * C << 2;
      let largest = -f32.MAX_VALUE;
      for (let entry = first; entry < behind; entry++) {
        const from = entry == behind - 1 ? scratch : features(entries, entry, e, virtual, row);
        const key = projections + (4 * source(entries, entry) + 1) * row;
        const score = scale * productWithSum(query + at, key + at, from + at, C);
        store<f32>(alpha + (entry * H + head << 2), score);
        largest = max(largest, score);
      }
      let total: f32 = 0;
      for (let entry = first; entry < behind; entry++) {
        const weight = alpha + (entry * H + head << 2);
        const value = f32x4.extract_lane(exp(f32x4.splat(load<f32>(weight) - largest)), 0);
        store<f32>(weight, value);
        total += value;
      }
      for (let entry = first; entry < behind; entry++) {
        const weight = alpha + (entry * H + head << 2);
        const share = load<f32>(weight) / total;
        store<f32>(weight, share);
        const from = entry == behind - 1 ? scratch : features(entries, entry, e, virtual, row);
        const value = projections + (4 * source(entries, entry) + 2) * row;
        addScaledSum(to + at, share, value + at, from + at, C);
      }
    }
  }
}

/**
 * Graphs [begin, end) of the gradients; see graph-attention.reference.ts. dprojections: [nodes, 4 H C]; de: [edges, H C];
 * dvirtual: [nodes, H C]; beta: [entries, 2 H], of which only a node's are used, as scratch space. Scratch space for
 * 3 H C numbers.
 */
export function graphAttentionGradient(
  begin: usize,
  end: usize,
  H: usize,
  C: usize,
  offsets: usize,
  structure: usize,
  entries: usize,
  projections: usize,
  e: usize,
  virtual: usize,
  alpha: usize,
  dy: usize,
  dprojections: usize,
  de: usize,
  dvirtual: usize,
  beta: usize,
  scratch: usize,
): void {
  const row = H * C << 2;
  const scale = <f32>1 / sqrt(<f32>C);
  const dloop = scratch + row;
  const made = dloop + row;
  const firstNode = load<usize>(offsets + (begin << 2));
  const last = load<usize>(offsets + (end << 2));
  memory.fill(dprojections + 4 * firstNode * row, 0, 4 * (last - firstNode) * row);
  memory.fill(dvirtual + firstNode * row, 0, (last - firstNode) * row);
  for (let i = firstNode; i < last; i++) {
    const first = firstEntry(structure, i);
    const behind = endEntry(structure, i);
    const query = projections + 4 * i * row;
    const slope = dy + i * row;
    const dquery = dprojections + 4 * i * row;
    meanFeatures(first, behind - 1, H * C, entries, e, virtual, scratch);
    memory.copy(dquery + 3 * row, slope, row);
    for (let head: usize = 0; head < H; head++) {
      const at = head * C << 2;
      let mean: f32 = 0;
      for (let entry = first; entry < behind; entry++) {
        const from = entry == behind - 1 ? scratch : features(entries, entry, e, virtual, row);
        const value = projections + (4 * source(entries, entry) + 2) * row;
        const dalpha = productWithSum(slope + at, value + at, from + at, C);
        store<f32>(beta + (entry * H + head << 2), dalpha);
        mean += load<f32>(alpha + (entry * H + head << 2)) * dalpha;
      }
      for (let entry = first; entry < behind; entry++) {
        const weight = entry * H + head << 2;
        store<f32>(beta + weight, scale * load<f32>(alpha + weight) * (load<f32>(beta + weight) - mean));
      }
    }
    // The loop's entry, the last, comes first: its features are the others' mean, so they share their gradient.
    for (let entry = behind; entry-- > first; ) {
      const edge = edgeOf(entries, entry);
      const isLoop = entry == behind - 1;
      const from = isLoop ? scratch : features(entries, entry, e, virtual, row);
      const to = isLoop ? dloop : edge >= 0 ? de + <usize>edge * row : made;
      const j = 4 * source(entries, entry) * row;
      for (let head: usize = 0; head < H; head++) {
        const at = head * C << 2;
        const weight = entry * H + head << 2;
        const ds = load<f32>(beta + weight);
        addScaledSum(dquery + at, ds, projections + j + row + at, from + at, C);
        addProducts(
          ds,
          query + at,
          load<f32>(alpha + weight),
          slope + at,
          dprojections + j + row + at,
          dprojections + j + 2 * row + at,
          to + at,
          C,
        );
      }
      if (isLoop) scaleBy(dloop, <f32>1 / <f32>(behind - 1 - first), H * C);
      else {
        addTo(to, dloop, H * C);
        if (edge < 0) addTo(dvirtual + i * row, to, H * C);
      }
    }
  }
}

/** dk += ds q; dv += alpha dy; de = ds q + alpha dy. */
function addProducts(
  ds: f32,
  q: usize,
  alpha: f32,
  dy: usize,
  dk: usize,
  dv: usize,
  de: usize,
  C: usize,
): void {
  for (let c: usize = 0; c < C; c += 4) {
    const at = c << 2;
    const count = C - c;
    const ofKey = f32x4.mul(f32x4.splat(ds), loadLanes(q + at, count));
    const ofValue = f32x4.mul(f32x4.splat(alpha), loadLanes(dy + at, count));
    storeLanes(dk + at, f32x4.add(loadLanes(dk + at, count), ofKey), count);
    storeLanes(dv + at, f32x4.add(loadLanes(dv + at, count), ofValue), count);
    storeLanes(de + at, f32x4.add(ofKey, ofValue), count);
  }
}
