// Vectors of four numbers, where an array ends within one.

/** The first `count` (at least one) of the four numbers at `from`, 0 for the others; reads nothing behind them. */
// @ts-ignore: decorator
@inline
export function loadLanes(from: usize, count: usize): v128 {
  if (count >= 4) return v128.load(from);
  return loadFew(from, count);
}

function loadFew(from: usize, count: usize): v128 {
  const first = v128.load32_zero(from);
  if (count == 1) return first;
  const two = v128.load32_lane(from, first, 1, 4);
  return count == 2 ? two : v128.load32_lane(from, two, 2, 8);
}

/** Stores the first `count` (at least one) of the four numbers of `value`; writes nothing behind them. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, value: v128, count: usize): void {
  if (count >= 4) v128.store(to, value);
  else storeFew(to, value, count);
}

function storeFew(to: usize, value: v128, count: usize): void {
  v128.store32_lane(to, value, 0);
  if (count > 1) v128.store32_lane(to, value, 1, 4);
  if (count > 2) v128.store32_lane(to, value, 2, 8);
}

/** to[c] += from[c] for `width` numbers. Four vectors at a time: their loads and stores don't wait for each other. */
export function addRow(from: usize, to: usize, width: usize): void {
  let left = width;
  for (; left >= 16; left -= 16, from += 64, to += 64) {
    const s0 = f32x4.add(v128.load(to), v128.load(from));
    const s1 = f32x4.add(v128.load(to, 16), v128.load(from, 16));
    const s2 = f32x4.add(v128.load(to, 32), v128.load(from, 32));
    const s3 = f32x4.add(v128.load(to, 48), v128.load(from, 48));
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; left >= 4; left -= 4, from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  if (left > 0) storeLanes(to, f32x4.add(loadLanes(to, left), loadLanes(from, left)), left);
}

/** All bits of the first `count` lanes. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: usize): v128 {
  return i32x4.lt_u(i32x4(0, 1, 2, 3), i32x4.splat(<i32>count));
}

/**
 * x y + sum in every lane: rounded twice, or once where the module is compiled for relaxed SIMD and the processor has
 * fused multiply-adds.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(sum, f32x4.mul(x, y));
}

/** (x0 + x2) + (x1 + x3). */
// @ts-ignore: decorator
@inline
export function sumOfLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

// @ts-ignore: decorator
@inline
export function maximumOfLanes(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Given as the address of an operand that is not there. */
export const absent: usize = <usize>-1;
