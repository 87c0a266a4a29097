// The first window of a batch: a row for each trajectory. window = total = [0, BATCH]; time = 0;
// trajectory[b] = grid_index[b] = b; row_of_grid, [PLACES]: b in the first step, -1 in all others.
// An invocation for each place of the grid; the first ones also write their trajectory's row.

override BATCH: u32;
override PLACES: u32;

@group(0) @binding(0) var<storage, read_write> window: array<i32>;
@group(0) @binding(1) var<storage, read_write> total: array<i32>;
@group(0) @binding(2) var<storage, read_write> time: array<i32>;
@group(0) @binding(3) var<storage, read_write> trajectory: array<i32>;
@group(0) @binding(4) var<storage, read_write> grid_index: array<i32>;
@group(0) @binding(5) var<storage, read_write> row_of_grid: array<i32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i == 0u) {
    window[0] = 0;
    window[1] = i32(BATCH);
    total[0] = 0;
    total[1] = i32(BATCH);
    time[0] = 0;
  }
  if (i < PLACES) { row_of_grid[i] = select(-1, i32(i), i < BATCH); }
  if (i < BATCH) {
    trajectory[i] = i32(i);
    grid_index[i] = i32(i);
  }
}
