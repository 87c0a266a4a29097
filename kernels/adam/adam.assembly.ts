import { absent, loadLanes, storeLanes } from '../lanes.assembly';

/** base^exponent by repeated squaring. */
function integerPower(base: f64, exponent: i32): f64 {
  let result: f64 = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) on the parameters [begin, end). step, rate and factor are addresses
 * of one number; factor may be absent. The corrections of the moments' bias are float64, since 1 - beta2^step loses
 * half of float32's digits at first.
 */
export function adam(
  begin: usize,
  end: usize,
  gradient: usize,
  step: usize,
  rate: usize,
  factor: usize,
  parameters: usize,
  firstMoment: usize,
  secondMoment: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  weightDecay: f32,
): void {
  const t = load<i32>(step);
  const scale: f32 = factor == absent ? <f32>1 : load<f32>(factor);
  const size = <f32>(<f64>load<f32>(rate) / (1 - integerPower(beta1, t)));
  const correction = <f32>(1 / (1 - integerPower(beta2, t)));
  const first = <f32>beta1;
  const second = <f32>beta2;
  const rest1 = <f32>(1 - beta1);
  const rest2 = <f32>(1 - beta2);
  let at = begin << 2;
  const last = end << 2;
  for (; at + 16 <= last; at += 16) {
    const p = parameters + at;
    const m = firstMoment + at;
    const v = secondMoment + at;
    update(4, gradient + at, p, m, v, scale, weightDecay, first, rest1, second, rest2, size, correction, epsilon);
  }
  if (at < last) {
    const count = (last - at) >> 2;
    const p = parameters + at;
    const m = firstMoment + at;
    const v = secondMoment + at;
    update(count, gradient + at, p, m, v, scale, weightDecay, first, rest1, second, rest2, size, correction, epsilon);
  }
}

// A parameter without a gradient, such as that of a token which no longer occurs, has moments that decay by a constant
// factor in every step, into float32's subnormal numbers, where the first gets stuck: 0.9 times the smallest of them
// rounds to itself. Processors handle subnormals slowly: the whole step took up to 4 times as long. So they are
// avoided, which changes parameters by less than 1e-20 times the learning rate in a step, at an epsilon of 1e-8.

/** 2^-76: adding and subtracting it rounds to multiples of 2^-99, and leaves numbers above 2^-51 unchanged. */
const rounding: f32 = 1.3234889800848443e-23;

/**
 * 2^-57: the second moment takes gradients to be at least this large, so that it is at least (1 - beta2) 2^-114, a
 * normal number.
 */
const minGradient: f32 = 6.938893903907228e-18;

/** `count` parameters, at most four. */
// @ts-ignore: decorator
@inline
function update(
  count: usize,
  gradient: usize,
  parameters: usize,
  firstMoment: usize,
  secondMoment: usize,
  scale: f32,
  weightDecay: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  size: f32,
  correction: f32,
  epsilon: f32,
): void {
  const p = loadLanes(parameters, count);
  const scaled = f32x4.mul(f32x4.splat(scale), loadLanes(gradient, count));
  const g = f32x4.add(scaled, f32x4.mul(f32x4.splat(weightDecay), p));
  const keptFirst = f32x4.mul(f32x4.splat(beta1), loadLanes(firstMoment, count));
  const exact = f32x4.add(keptFirst, f32x4.mul(f32x4.splat(rest1), g));
  const m = f32x4.sub(f32x4.add(exact, f32x4.splat(rounding)), f32x4.splat(rounding));
  const keptSecond = f32x4.mul(f32x4.splat(beta2), loadLanes(secondMoment, count));
  const magnitude = f32x4.pmax(f32x4.abs(g), f32x4.splat(minGradient));
  const v = f32x4.add(keptSecond, f32x4.mul(f32x4.mul(f32x4.splat(rest2), magnitude), magnitude));
  const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction))), f32x4.splat(epsilon));
  storeLanes(firstMoment, m, count);
  storeLanes(secondMoment, v, count);
  storeLanes(parameters, f32x4.sub(p, f32x4.mul(f32x4.splat(size), f32x4.div(m, root))), count);
}
