// Functions that stay finite for every finite argument, over `Value`: f32, or vec4f for four numbers at a time.
// WGSL may assume that there are no infinities and no NaN, so none may ever arise, not even in a branch not taken.

const LARGEST = 3.4028234663852886e38f;
const SMALLEST_NORMAL = 1.1754943508222875e-38f;

// e^x, the largest float32 where it would overflow. Near the limit as a square, whose factors are bounded exactly.
fn bounded_exp(x: Value) -> Value {
  let root = min(exp(0.5f * min(x, Value(88.75f))), Value(1.8446742e19f));
  let large = select(root * root, Value(LARGEST), x > Value(88.722839f));
  return select(exp(min(x, Value(80.0f))), large, x > Value(80.0f));
}

// e^-|x|; nothing is lost below e^-87, which is the smallest normal float32.
fn exp_minus_abs(x: Value) -> Value {
  return exp(max(-abs(x), Value(-87.0f)));
}

fn positive_log(x: Value) -> Value {
  return log(max(x, Value(SMALLEST_NORMAL)));
}

// WGSL's own tanh may overflow inside, and its error near 0 is only absolute: there the Taylor series to x^11 is used.
fn bounded_tanh(x: Value) -> Value {
  let e = exp(-2.0f * min(abs(x), Value(40.0f)));
  let c = clamp(x, Value(-0.25f), Value(0.25f));
  let s = c * c;
  let series = c * (1.0f - s * (0.33333333f - s * (0.13333333f - s * (0.053968254f - s * (0.021869489f - s * 0.0088632355f)))));
  return select(sign(x) * (1.0f - e) / (1.0f + e), series, abs(x) < Value(0.25f));
}

fn bounded_sigmoid(x: Value) -> Value {
  let e = exp_minus_abs(x);
  return select(e, Value(1.0f), x >= Value(0.0f)) / (1.0f + e);
}

// max(x, 0) + log(1 + e^-|x|). WGSL's log is inaccurate near 1, so the second term is the series of
// 2 artanh(z) with z = e / (2 + e), at most 1/3: 2 z (1 + z^2 / 3 + ... + z^14 / 15).
fn bounded_softplus(x: Value) -> Value {
  let e = exp_minus_abs(x);
  let z = e / (2.0f + e);
  let s = z * z;
  let series = 1.0f + s * (0.33333333f + s * (0.2f + s * (0.14285714f + s * (0.11111111f + s * (0.09090909f + s * (0.07692308f + s * 0.06666667f))))));
  return max(x, Value(0.0f)) + e * (series / (1.0f + 0.5f * e));
}
