// Copies what a whole rollout recorded on the grid [STEPS, BATCH] into rows: by time first, then in the order of the
// batch. records: see whole-rollout.wgsl; arena: the tensors by rows, whose copies `collect_row` (behind) makes; total,
// trajectory, grid_index, row_of_grid: as in next-rows.wgsl.
//
// A workgroup has a place of the grid. Its row is the number of steps before it: all those that every trajectory has
// made earlier, and those of the trajectories before its own at the same time. They are whole numbers, so that the
// atomic sum is the same in every order.

override BATCH: u32;
override STEPS: u32;
override SIZE: u32;

@group(0) @binding(0) var<storage, read_write> records: array<u32>;
@group(0) @binding(1) var<storage, read_write> arena: array<u32>;
@group(0) @binding(2) var<storage, read_write> total: array<i32>;
@group(0) @binding(3) var<storage, read_write> trajectory: array<i32>;
@group(0) @binding(4) var<storage, read_write> grid_index: array<i32>;
@group(0) @binding(5) var<storage, read_write> row_of_grid: array<i32>;

var<workgroup> before: atomic<u32>;
var<workgroup> all: atomic<u32>;

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let number = group.y * groups.x + group.x;
  if (number >= STEPS * BATCH) { return; }
  let own = number % BATCH;
  let time = number / BATCH;
  if (t == 0u) {
    atomicStore(&before, 0u);
    atomicStore(&all, 0u);
  }
  workgroupBarrier();
  var earlier = 0u;
  var steps = 0u;
  for (var b = t; b < BATCH; b += SIZE) {
    let length = records[b];
    earlier += min(length, time) + select(0u, 1u, b < own && length > time);
    steps += length;
  }
  atomicAdd(&before, earlier);
  atomicAdd(&all, steps);
  workgroupBarrier();
  if (number == 0u && t == 0u) {
    total[0] = 0;
    total[1] = i32(atomicLoad(&all));
  }
  if (records[own] <= time) {
    if (t == 0u) { row_of_grid[number] = -1; }
    return;
  }
  let row = atomicLoad(&before);
  if (t == 0u) {
    row_of_grid[number] = i32(row);
    trajectory[row] = i32(own);
    grid_index[row] = i32(number);
  }
  collect_row(number, row, t);
}
