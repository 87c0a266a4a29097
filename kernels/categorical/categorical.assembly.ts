// Rows of a masked categorical policy. With z = logits - the largest allowed logit, S the sum of e^z over the allowed
// actions: log pi = z - log S, the entropy is log S - (sum of e^z z) / S, and with zo, So of the old policy KL(pi ||
// pi_old) = (sum of e^z (z - zo)) / S - (log S - log So). All sums run over the allowed actions, four lanes at a time.
// Numbers at other actions are masked off before use, whatever their bits.

import { exp } from '../elementwise/exponential.assembly';
import { log } from '../elementwise/logarithm.assembly';
import { absent, loadLanes, maximumOfLanes, storeLanes, sumOfLanes } from '../lanes.assembly';

/** All bits where the action is allowed; none behind the row's end. */
// @ts-ignore: decorator
@inline
function allowed(mask: usize, count: usize): v128 {
  return i32x4.ne(loadLanes(mask, count), i32x4.splat(0));
}

/** The logits that are allowed, the lowest float32 in place of the others. */
// @ts-ignore: decorator
@inline
function allowedLogits(logits: usize, mask: usize, count: usize): v128 {
  return v128.bitselect(loadLanes(logits, count), f32x4.splat(-f32.MAX_VALUE), allowed(mask, count));
}

// A loop whose vectors may be cut by the end of the row takes up to twice as long, so the end of a row is apart in the
// loops of `logSoftmax`.

/** The largest allowed logit of a row of `row` bytes; the lowest float32 if none is allowed. */
function largest(logits: usize, mask: usize, row: usize): f32 {
  let result = f32x4.splat(-f32.MAX_VALUE);
  let at: usize = 0;
  for (; at + 16 <= row; at += 16) result = f32x4.pmax(result, allowedLogits(logits + at, mask + at, 4));
  if (at < row) result = f32x4.pmax(result, allowedLogits(logits + at, mask + at, (row - at) >> 2));
  return maximumOfLanes(result);
}

/** logits - shift where allowed, 0 elsewhere. */
// @ts-ignore: decorator
@inline
function shifted(logits: usize, count: usize, shift: f32, bits: v128): v128 {
  return v128.and(f32x4.sub(loadLanes(logits, count), f32x4.splat(shift)), bits);
}

// @ts-ignore: decorator
@inline
function logOf(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}

/** e^(logits - shift) where allowed, 0 elsewhere. */
// @ts-ignore: decorator
@inline
function weights(logits: usize, mask: usize, count: usize, shift: f32): v128 {
  const bits = allowed(mask, count);
  return v128.and(exp(shifted(logits, count, shift, bits)), bits);
}

/** In this order, from the first lane: the largest allowed logit of a row, and S. */
function sumOfRow(logits: usize, mask: usize, row: usize): v128 {
  const shift = largest(logits, mask, row);
  let sum = f32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= row; at += 16) sum = f32x4.add(sum, weights(logits + at, mask + at, 4, shift));
  if (at < row) sum = f32x4.add(sum, weights(logits + at, mask + at, (row - at) >> 2, shift));
  return f32x4.replace_lane(f32x4.splat(shift), 1, sumOfLanes(sum));
}

/** `count` numbers of y, from the row's largest allowed logit and log S. */
// @ts-ignore: decorator
@inline
function storeLog(logits: usize, mask: usize, count: usize, shift: f32, logS: f32, y: usize): void {
  const bits = allowed(mask, count);
  const value = f32x4.sub(shifted(logits, count, shift, bits), f32x4.splat(logS));
  storeLanes(y, v128.and(value, bits), count);
}

function logSoftmaxOfRow(logits: usize, mask: usize, row: usize, shift: f32, logS: f32, y: usize): void {
  let at: usize = 0;
  for (; at + 16 <= row; at += 16) storeLog(logits + at, mask + at, 4, shift, logS, y + at);
  if (at < row) storeLog(logits + at, mask + at, (row - at) >> 2, shift, logS, y + at);
}

/** Rows [begin, end): y = log pi, 0 where not allowed. logits, mask, y: [N, A]. Four rows at a time share a logarithm. */
export function logSoftmax(begin: usize, end: usize, A: usize, logits: usize, mask: usize, y: usize): void {
  const row = A << 2;
  for (let n = begin; n < end; n += 4) {
    const at0 = n * row;
    // Rows behind the last one are the last one again.
    const last = (end - 1) * row;
    const at1 = min(at0 + row, last);
    const at2 = min(at1 + row, last);
    const at3 = min(at2 + row, last);
    const s0 = sumOfRow(logits + at0, mask + at0, row);
    const s1 = sumOfRow(logits + at1, mask + at1, row);
    const s2 = sumOfRow(logits + at2, mask + at2, row);
    const s3 = sumOfRow(logits + at3, mask + at3, row);
    const low = v128.shuffle<f32>(s0, s1, 1, 5, 0, 4);
    const high = v128.shuffle<f32>(s2, s3, 1, 5, 0, 4);
    const logS = log(v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    const shift0 = f32x4.extract_lane(s0, 0);
    const shift1 = f32x4.extract_lane(s1, 0);
    const shift2 = f32x4.extract_lane(s2, 0);
    const shift3 = f32x4.extract_lane(s3, 0);
    logSoftmaxOfRow(logits + at0, mask + at0, row, shift0, f32x4.extract_lane(logS, 0), y + at0);
    if (n + 1 < end) logSoftmaxOfRow(logits + at1, mask + at1, row, shift1, f32x4.extract_lane(logS, 1), y + at1);
    if (n + 2 < end) logSoftmaxOfRow(logits + at2, mask + at2, row, shift2, f32x4.extract_lane(logS, 2), y + at2);
    if (n + 3 < end) logSoftmaxOfRow(logits + at3, mask + at3, row, shift3, f32x4.extract_lane(logS, 3), y + at3);
  }
}

/** Rows [begin, end): dlogits = dy - e^y * (sum of dy over the allowed actions), 0 where not allowed. All [N, A]. */
export function logSoftmaxGradient(
  begin: usize,
  end: usize,
  A: usize,
  y: usize,
  mask: usize,
  dy: usize,
  dlogits: usize,
): void {
  const row = A << 2;
  for (let n = begin; n < end; n++) {
    const start = n * row;
    let sum = f32x4.splat(0);
    for (let at = start; at < start + row; at += 16) {
      const count = (start + row - at) >> 2;
      sum = f32x4.add(sum, v128.and(loadLanes(dy + at, count), allowed(mask + at, count)));
    }
    const whole = f32x4.splat(sumOfLanes(sum));
    for (let at = start; at < start + row; at += 16) {
      const count = (start + row - at) >> 2;
      const p = exp(loadLanes(y + at, count));
      const value = f32x4.sub(loadLanes(dy + at, count), f32x4.mul(p, whole));
      storeLanes(dlogits + at, v128.and(value, allowed(mask + at, count)), count);
    }
  }
}

/**
 * Intermediate results for a row's statistics, in scratch: the largest logit, S, log S, the entropy; with an old policy
 * its largest logit, log So and the divergence. `old` may be absent. S is 0 if no action is allowed.
 */
function policyOf(logits: usize, mask: usize, old: usize, row: usize, scratch: usize): void {
  const shift = largest(logits, mask, row);
  const oldShift = old == absent ? shift : largest(old, mask, row);
  let sum = f32x4.splat(0);
  let weighted = sum;
  let oldSum = sum;
  let apart = sum;
  for (let at: usize = 0; at < row; at += 16) {
    const count = (row - at) >> 2;
    const bits = allowed(mask + at, count);
    const z = shifted(logits + at, count, shift, bits);
    const e = v128.and(exp(z), bits);
    sum = f32x4.add(sum, e);
    weighted = f32x4.add(weighted, f32x4.mul(e, z));
    if (old != absent) {
      const zo = shifted(old + at, count, oldShift, bits);
      oldSum = f32x4.add(oldSum, v128.and(exp(zo), bits));
      apart = f32x4.add(apart, f32x4.mul(e, f32x4.sub(z, zo)));
    }
  }
  const S = sumOfLanes(sum);
  const logS = logOf(S);
  const oldLogS = old == absent ? logS : logOf(sumOfLanes(oldSum));
  store<f32>(scratch, shift);
  store<f32>(scratch, S, 4);
  store<f32>(scratch, logS, 8);
  store<f32>(scratch, logS - sumOfLanes(weighted) / S, 12);
  store<f32>(scratch, oldShift, 16);
  store<f32>(scratch, oldLogS, 20);
  store<f32>(scratch, sumOfLanes(apart) / S - (logS - oldLogS), 24);
}

/**
 * Rows [begin, end) of log pi(action), the entropy and the divergence, each [N]. logits, mask, old: [N, A];
 * action: [N]; old may be absent. Without an allowed action all three are 0. scratch: 32 bytes.
 */
export function categorical(
  begin: usize,
  end: usize,
  A: usize,
  logits: usize,
  mask: usize,
  action: usize,
  old: usize,
  logProbability: usize,
  entropy: usize,
  divergence: usize,
  scratch: usize,
): void {
  const row = A << 2;
  for (let n = begin; n < end; n++) {
    const start = n * row;
    const place = n << 2;
    policyOf(logits + start, mask + start, old == absent ? absent : old + start, row, scratch);
    const some = load<f32>(scratch, 4) != 0;
    const chosen = load<usize>(action + place);
    const at = start + (chosen << 2);
    const possible = chosen < A && load<i32>(mask + at) != 0;
    store<f32>(logProbability + place, possible ? load<f32>(logits + at) - load<f32>(scratch) - load<f32>(scratch, 8) : 0);
    store<f32>(entropy + place, some ? load<f32>(scratch, 12) : 0);
    store<f32>(divergence + place, some ? load<f32>(scratch, 24) : 0);
  }
}

/**
 * Rows [begin, end) of dlogits, [N, A], from the cotangents d1, d2, d3, each [N], of what `categorical` gives, or as
 * many of them as there are. With p = pi(b): d1 (1{b = action} - p) - d2 p (log p + H) + d3 p (log p - log pi_old(b) - KL),
 * 0 where not allowed. scratch: 32 bytes.
 */
export function categoricalGradient(
  begin: usize,
  end: usize,
  A: usize,
  logits: usize,
  mask: usize,
  action: usize,
  old: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  dlogits: usize,
  scratch: usize,
): void {
  const row = A << 2;
  for (let n = begin; n < end; n++) {
    const start = n * row;
    const place = n << 2;
    policyOf(logits + start, mask + start, old == absent ? absent : old + start, row, scratch);
    const shift = load<f32>(scratch);
    const S = f32x4.splat(load<f32>(scratch, 4));
    const logS = f32x4.splat(load<f32>(scratch, 8));
    const entropy = f32x4.splat(load<f32>(scratch, 12));
    const oldShift = load<f32>(scratch, 16);
    const oldLogS = f32x4.splat(load<f32>(scratch, 20));
    const divergence = f32x4.splat(load<f32>(scratch, 24));
    const chosen = i32x4.splat(load<i32>(action + place));
    const ofLogProbability = f32x4.splat(d1 == absent ? 0 : load<f32>(d1 + place));
    const ofEntropy = f32x4.splat(d2 == absent ? 0 : load<f32>(d2 + place));
    const ofDivergence = f32x4.splat(d3 == absent ? 0 : load<f32>(d3 + place));
    for (let at: usize = 0; at < row; at += 16) {
      const count = (row - at) >> 2;
      const bits = allowed(mask + start + at, count);
      const z = shifted(logits + start + at, count, shift, bits);
      const p = f32x4.div(exp(z), S);
      const l = f32x4.sub(z, logS);
      const actions = i32x4.add(i32x4.splat(<i32>(at >> 2)), i32x4(0, 1, 2, 3));
      const isChosen = v128.and(i32x4.eq(actions, chosen), f32x4.splat(1));
      let result = f32x4.mul(ofLogProbability, f32x4.sub(isChosen, p));
      if (d2 != absent) result = f32x4.sub(result, f32x4.mul(ofEntropy, f32x4.mul(p, f32x4.add(l, entropy))));
      if (d3 != absent && old != absent) {
        const zo = shifted(old + start + at, count, oldShift, bits);
        const apart = f32x4.sub(f32x4.sub(l, f32x4.sub(zo, oldLogS)), divergence);
        result = f32x4.add(result, f32x4.mul(ofDivergence, f32x4.mul(p, apart)));
      }
      storeLanes(dlogits + start + at, v128.and(result, bits), count);
    }
  }
}
