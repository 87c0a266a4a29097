// y[n] = argmax over allowed a of logits[n, a] / temperature + Gumbel noise, ties to the lower action, -1 where none is
// allowed; where the row explores, of the noise alone. logits, mask: [N, ACTIONS]; key: [4]; lane: [N]; settings:
// epsilon and temperature; y: [N]. threefry.wgsl, in front.
//
// With W(j) the two words of threefry(key[0..1], (key[2], key[3] + lane[n] * ceil((ACTIONS + 1) / 2) + j)) laid end to
// end, action a uses word a and word ACTIONS decides exploration. LANES invocations hold a row, each taking every
// LANES-th pair of actions, so that a pair of words is made once; the first lane joins them and writes. 64 invocations
// a workgroup: the batch of a rollout is small, and this spreads it.

override ACTIONS: u32;
override LANES: u32;

@group(0) @binding(0) var<storage, read_write> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> mask: array<i32>;
@group(0) @binding(2) var<storage, read_write> key: array<u32>;
@group(0) @binding(3) var<storage, read_write> lane: array<u32>;
@group(0) @binding(4) var<storage, read_write> settings: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<i32>;

var<workgroup> best_scores: array<f32, 64>;
var<workgroup> best_actions: array<i32, 64>;

// The middle of one of 2^23 equal parts of (0, 1).
fn uniform_of(word: u32) -> f32 { return f32(word >> 9u) * 0x1p-23f + 0x1p-24f; }

// -log(-log u). WGSL's log may be so inaccurate near 1 that -log u would be 0 or negative.
fn gumbel(word: u32) -> f32 { return -log(max(-log(uniform_of(word)), 0x1p-24f)); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let place = (group.y * groups.x + group.x) * (64u / LANES) + t / LANES;
  let row = row_start() + place;
  let used = place < row_count();

  best_actions[t] = -1;
  if (used) {
    let pairs = (ACTIONS + 2u) / 2u;
    let words_key = vec2u(key[0], key[1]);
    let first_pair = key[3] + lane[row] * pairs;
    let last = threefry(words_key, vec2u(key[2], first_pair + ACTIONS / 2u));
    let explores = uniform_of(select(last.x, last.y, ACTIONS % 2u == 1u)) < settings[0];
    let scale = select(1.0f / settings[1], 0.0f, explores);

    var best = -1;
    var best_score = 0.0f;
    for (var j = t % LANES; 2u * j < ACTIONS; j += LANES) {
      let words = threefry(words_key, vec2u(key[2], first_pair + j));
      for (var k = 0u; k < 2u; k++) {
        let a = 2u * j + k;
        if (a < ACTIONS && mask[row * ACTIONS + a] != 0) {
          let score = logits[row * ACTIONS + a] * scale + gumbel(select(words.x, words.y, k == 1u));
          if (best < 0 || score > best_score) {
            best = i32(a);
            best_score = score;
          }
        }
      }
    }
    best_actions[t] = best;
    best_scores[t] = best_score;
  }
  workgroupBarrier();
  if (!used || t % LANES != 0u) { return; }
  var chosen = t;
  for (var other = t + 1u; other < t + LANES; other++) {
    let action = best_actions[other];
    let better = best_scores[other] > best_scores[chosen];
    let lower = best_scores[other] == best_scores[chosen] && action < best_actions[chosen];
    if (action >= 0 && (best_actions[chosen] < 0 || better || lower)) { chosen = other; }
  }
  y[row] = best_actions[chosen];
}
