// The activations of a layer, over `Value`: f32, or vec4f for four numbers at a time. functions.wgsl, in front.

override ACTIVATION: u32;
const NO_ACTIVATION = 0u;
const RELU = 1u;
const LEAKY_RELU = 2u;
const TANH = 3u;
const SIGMOID = 4u;

fn activate_by(activation: u32, x: Value) -> Value {
  if (activation == RELU) { return max(x, Value(0.0f)); }
  if (activation == LEAKY_RELU) { return select(0.01f * x, x, x > Value(0.0f)); }
  if (activation == TANH) { return bounded_tanh(x); }
  if (activation == SIGMOID) { return bounded_sigmoid(x); }
  return x;
}

fn activate(x: Value) -> Value { return activate_by(ACTIVATION, x); }

// dy times the derivative of an activation, in terms of its output y.
fn through(activation: u32, dy: Value, y: Value) -> Value {
  if (activation == RELU) { return select(Value(0.0f), dy, y > Value(0.0f)); }
  if (activation == LEAKY_RELU) { return select(0.01f * dy, dy, y > Value(0.0f)); }
  if (activation == TANH) { return dy * (1.0f - y * y); }
  if (activation == SIGMOID) { return dy * y * (1.0f - y); }
  return dy;
}

fn through_activation(dy: Value, y: Value) -> Value { return through(ACTIVATION, dy, y); }
