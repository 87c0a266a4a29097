// A rollout of a perceptron's policy from its first step to its last, in one launch.
//
// A workgroup walks ROWS trajectories of the batch, independently of the others. The state of the current step is in
// workgroup memory, under the names of the buffers in the environment's row programs (in front, as observe_row and
// advance_row); layers alternate between the two halves of `values`. Weights are read from memory in every step: a
// hundred thousand of them stay in a GPU's cache, but not in a workgroup's memory. A workgroup is done when its
// trajectories have ended: there are no launches past the end, and none between layers, which would take longer to wait
// for each other than to run.
//
// Which row of the batch a step becomes depends on how many trajectories reach it, so records go to `needs`, [STEPS *
// BATCH] places for each, from which collect-rows.wgsl copies them. records begins with the BATCH lengths. Draws are
// those of sample-action.wgsl: they depend only on the key and the place.

const NOWHERE = 0xffffffffu;
const ROWS = 8u;
override BATCH: u32;
override STEPS: u32;

@group(0) @binding(0) var<storage, read_write> records: array<u32>;
@group(0) @binding(1) var<storage, read_write> key: array<u32>;
@group(0) @binding(2) var<storage, read_write> settings: array<f32>;
// The states of the batch: the first, then the last.
@group(0) @binding(3) var<storage, read_write> objects: array<i32>;

var<workgroup> values: array<vec4f, 2u * ROWS * STRIDE>;
var<workgroup> trajectory_rows: array<i32, ROWS>;
var<workgroup> state_rows: array<i32, ROWS * STATES>;
var<workgroup> active_rows: array<i32, ROWS>;
var<workgroup> observation_rows: array<Observed, ROWS * WIDTH>;
var<workgroup> mask_rows: array<i32, ROWS * ACTIONS>;
var<workgroup> action_rows: array<i32, ROWS>;
var<workgroup> log_backward: array<f32, ROWS>;
var<workgroup> log_reward_rows: array<f32, ROWS>;
var<workgroup> noise: array<f32, ROWS * ACTIONS>;
var<workgroup> draws: array<f32, ROWS>;
var<workgroup> under_way: array<i32, ROWS>;
var<workgroup> going: i32;
var<private> first_trajectory: u32;
var<private> time: u32;

// Where a row stands in the grid [STEPS, BATCH].
fn place_of(row: u32) -> u32 { return time * BATCH + first_trajectory + row; }

fn left(place: u32, along: u32) -> vec4f { return values[place + along]; }

// The middle of one of 2^23 equal parts of (0, 1).
fn uniform_of(word: u32) -> f32 { return f32(word >> 9u) * 0x1p-23f + 0x1p-24f; }

// -log(-log u). WGSL's log may be so inaccurate near 1 that -log u would be 0 or negative.
fn gumbel(word: u32) -> f32 { return -log(max(-log(uniform_of(word)), 0x1p-24f)); }

// The noise of every action of every row, and the draw that decides whether it explores, a pair of words at a time.
fn draw_noise(t: u32) {
  let pairs = (ACTIONS + 2u) / 2u;
  for (var i = t; i < ROWS * pairs; i += SIZE) {
    let row = i / pairs;
    let words = threefry(vec2u(key[0], key[1]), vec2u(key[2], key[3] + place_of(row) * pairs + i % pairs));
    for (var j = 0u; j < 2u; j++) {
      let a = 2u * (i % pairs) + j;
      let word = select(words.x, words.y, j == 1u);
      if (a < ACTIONS) { noise[row * ACTIONS + a] = gumbel(word); }
      if (a == ACTIONS) { draws[row] = uniform_of(word); }
    }
  }
}

fn sample(row: u32, logits: u32) {
  let scale = select(1.0f / settings[1], 0.0f, draws[row] < settings[0]);
  var best = -1;
  var best_score = 0.0f;
  for (var a = 0u; a < ACTIONS; a++) {
    if (mask_rows[row * ACTIONS + a] == 0) { continue; }
    let score = values[logits + row * STRIDE + a / 4u][a % 4u] * scale + noise[row * ACTIONS + a];
    if (best < 0 || score > best_score) {
      best = i32(a);
      best_score = score;
    }
  }
  action_rows[row] = best;
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(lane_builtin) t: u32) {
  let first = (group.y * groups.x + group.x) * ROWS;
  if (first >= BATCH) { return; }
  first_trajectory = first;
  let present = min(ROWS, BATCH - first_trajectory);
  for (var row = t; row < ROWS; row += SIZE) {
    trajectory_rows[row] = i32(row);
    active_rows[row] = i32(row < present);
    action_rows[row] = -1;
  }
  for (var i = t; i < ROWS * STATES; i += SIZE) {
    state_rows[i] = objects[min(first_trajectory * STATES + i, BATCH * STATES - 1u)];
  }
  for (var i = t; i < ROWS * WIDTH; i += SIZE) { observation_rows[i] = Observed(); }
  for (var i = t; i < ROWS * ACTIONS; i += SIZE) { mask_rows[i] = 0; }
  workgroupBarrier();

  for (var now = 0u; now < STEPS; now++) {
    time = now;
    for (var row = t; row < ROWS; row += SIZE) {
      under_way[row] = active_rows[row];
      if (active_rows[row] != 0) { observe_row(i32(row)); }
    }
    workgroupBarrier();
    if (t == 0u) {
      var any = 0;
      for (var row = 0u; row < ROWS; row++) { any |= under_way[row]; }
      going = any;
    }
    if (workgroupUniformLoad(&going) == 0) { break; }

    record_observations(t);
    draw_noise(t);
    workgroupBarrier();
    let logits = run_layers(t);
    for (var row = t; row < ROWS; row += SIZE) {
      if (under_way[row] == 0) { continue; }
      sample(row, logits);
      advance_row(i32(row));
      record_step(row, logits);
      if (active_rows[row] == 0) { records[first_trajectory + row] = time + 1u; }
    }
    workgroupBarrier();
  }
  // Trajectories without a step left.
  for (var row = t; row < present; row += SIZE) {
    if (active_rows[row] != 0) { records[first_trajectory + row] = STEPS; }
  }
  for (var i = t; i < present * STATES; i += SIZE) { objects[first_trajectory * STATES + i] = state_rows[i]; }
}
