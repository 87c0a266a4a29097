// The next window, behind the present one: a row for each trajectory that goes on, in the order of the batch.
// alive: [BATCH]; window, total: [2]; time: [1]; trajectory, grid_index: [CAPACITY]; row_of_grid: [PLACES].
//
// One workgroup (prefix-sum.wgsl, in front) in which every invocation owns a stretch of the batch: it counts its
// trajectories, learns from the prefix sum where their rows begin, and writes. The window is read by one invocation
// before anybody writes, and written by the same one.

override BATCH: u32;
override PLACES: u32;

@group(0) @binding(0) var<storage, read_write> alive: array<i32>;
@group(0) @binding(1) var<storage, read_write> window: array<i32>;
@group(0) @binding(2) var<storage, read_write> total: array<i32>;
@group(0) @binding(3) var<storage, read_write> time: array<i32>;
@group(0) @binding(4) var<storage, read_write> trajectory: array<i32>;
@group(0) @binding(5) var<storage, read_write> grid_index: array<i32>;
@group(0) @binding(6) var<storage, read_write> row_of_grid: array<i32>;

var<workgroup> next: vec2u;

@compute @workgroup_size(SCAN_SIZE)
fn main(@builtin(local_invocation_index) t: u32) {
  if (t == 0u) { next = vec2u(u32(window[0] + window[1]), u32(time[0] + 1)); }
  let begin = workgroupUniformLoad(&next);

  let stretch = (BATCH + SCAN_SIZE - 1u) / SCAN_SIZE;
  let first = min(t * stretch, BATCH);
  // After the last step there is no room for rows.
  let end = select(first, min((t + 1u) * stretch, BATCH), begin.y * BATCH < PLACES);
  var count = 0u;
  for (var b = first; b < end; b++) { count += u32(alive[b] != 0); }
  let sums = prefix_sum(count, t);

  var row = begin.x + sums.x;
  for (var b = first; b < end; b++) {
    if (alive[b] == 0) { continue; }
    let at = begin.y * BATCH + b;
    trajectory[row] = i32(b);
    grid_index[row] = i32(at);
    row_of_grid[at] = i32(row);
    row++;
  }
  if (t == 0u) {
    window[0] = i32(begin.x);
    window[1] = i32(sums.y);
    total[0] = 0;
    total[1] = i32(begin.x + sums.y);
    time[0] = i32(begin.y);
  }
}
