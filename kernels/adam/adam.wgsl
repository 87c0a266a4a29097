// One step of Adam (Kingma & Ba 2015, algorithm 1) over all parameters, `COUNT` Values of them: vec4f, or f32 if their
// number is not a multiple of 4. gradient, parameters, first_moment, second_moment: [COUNT]; step, rate: [1].
// `gradient_factor` is in front. An invocation for each Value, which it alone reads and writes.
//
// 1 - beta and log beta come from the host in full precision: in float32, 1 - 0.999 would be wrong in its fifth digit.

override COUNT: u32;
override BETA1: f32;
override BETA2: f32;
override ONE_MINUS_BETA1: f32;
override ONE_MINUS_BETA2: f32;
override LOG_BETA1: f32;
override LOG_BETA2: f32;
override EPSILON: f32;
override WEIGHT_DECAY: f32;

@group(0) @binding(0) var<storage, read_write> gradient: array<Value>;
@group(0) @binding(1) var<storage, read_write> step: array<i32>;
@group(0) @binding(2) var<storage, read_write> rate: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<Value>;
@group(0) @binding(4) var<storage, read_write> first_moment: array<Value>;
@group(0) @binding(5) var<storage, read_write> second_moment: array<Value>;

// 1 - beta^t = 1 - e^u with u = t log beta: near 0 by its Taylor series, since the difference would lose all digits.
fn one_minus_power(log_beta: f32, t: f32) -> f32 {
  let u = max(t * log_beta, -80.0f);
  if (u < -0.5f) { return 1.0f - exp(u); }
  return -u * (1.0f + u / 2.0f * (1.0f + u / 3.0f * (1.0f + u / 4.0f * (1.0f + u / 5.0f *
    (1.0f + u / 6.0f * (1.0f + u / 7.0f * (1.0f + u / 8.0f)))))));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= COUNT) { return; }
  let t = f32(step[0]);
  let p = parameters[i];
  let g = gradient_factor() * gradient[i] + WEIGHT_DECAY * p;
  let m = BETA1 * first_moment[i] + ONE_MINUS_BETA1 * g;
  let v = BETA2 * second_moment[i] + ONE_MINUS_BETA2 * g * g;
  first_moment[i] = m;
  second_moment[i] = v;
  let corrected = m / one_minus_power(LOG_BETA1, t) / (sqrt(v / one_minus_power(LOG_BETA2, t)) + EPSILON);
  parameters[i] = p - rate[0] * corrected;
}
