// Rows times a matrix, for quads (quad.wgsl, in front): sums along INNER of numbers of the row, and of the column.
// dense-quad.wgsl and input-gradient-quad.wgsl say of what: `left` is the k-th four numbers of a row, `right` those of
// four columns, and `finish` makes an output of a sum. What `left` and `right` read at is made before the loop.
//
// Rows past the last in use are read as the last, and not stored, so that the inner loop has no bounds to look after.

override INNER: u32;

// For each k of four, four numbers of the columns.
struct Block {
  b0: vec4f,
  b1: vec4f,
  b2: vec4f,
  b3: vec4f,
}

// The k-th four numbers, those past INNER as 0.
fn within(value: vec4f, k: u32) -> vec4f {
  if (INNER % 4u == 0u) { return value; }
  return select(vec4f(), value, vec4u(4u * k, 4u * k + 1u, 4u * k + 2u, 4u * k + 3u) < vec4u(INNER));
}

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(lane_builtin) t: u32,
) {
  let quad = quad_of(group, groups, t);
  let first = quad.row;
  let count = row_count();
  if (first >= count) { return; }
  let start = row_start();
  let row0 = left_row(start + first);
  let row1 = left_row(start + min(first + 1u, count - 1u));
  let row2 = left_row(start + min(first + 2u, count - 1u));
  let row3 = left_row(start + min(first + 3u, count - 1u));
  let row4 = left_row(start + min(first + 4u, count - 1u));
  let row5 = left_row(start + min(first + 5u, count - 1u));
  let row6 = left_row(start + min(first + 6u, count - 1u));
  let row7 = left_row(start + min(first + 7u, count - 1u));
  let upper = left_row(start + min(first + quad.lane, count - 1u));
  let lower = left_row(start + min(first + quad.lane + 4u, count - 1u));

  let columns = right_places(quad.four);

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  var sum4 = vec4f();
  var sum5 = vec4f();
  var sum6 = vec4f();
  var sum7 = vec4f();
  for (var k = 0u; k < (INNER + 3u) / 4u; k++) {
    let p = own(upper, k);
    let q = own(lower, k);
    let b = right(k, columns);
    let a0 = of_lane0(p, row0, k);
    sum0 += a0.x * b.b0 + a0.y * b.b1 + a0.z * b.b2 + a0.w * b.b3;
    let a1 = of_lane1(p, row1, k);
    sum1 += a1.x * b.b0 + a1.y * b.b1 + a1.z * b.b2 + a1.w * b.b3;
    let a2 = of_lane2(p, row2, k);
    sum2 += a2.x * b.b0 + a2.y * b.b1 + a2.z * b.b2 + a2.w * b.b3;
    let a3 = of_lane3(p, row3, k);
    sum3 += a3.x * b.b0 + a3.y * b.b1 + a3.z * b.b2 + a3.w * b.b3;
    let a4 = of_lane0(q, row4, k);
    sum4 += a4.x * b.b0 + a4.y * b.b1 + a4.z * b.b2 + a4.w * b.b3;
    let a5 = of_lane1(q, row5, k);
    sum5 += a5.x * b.b0 + a5.y * b.b1 + a5.z * b.b2 + a5.w * b.b3;
    let a6 = of_lane2(q, row6, k);
    sum6 += a6.x * b.b0 + a6.y * b.b1 + a6.z * b.b2 + a6.w * b.b3;
    let a7 = of_lane3(q, row7, k);
    sum7 += a7.x * b.b0 + a7.y * b.b1 + a7.z * b.b2 + a7.w * b.b3;
  }
  let offset = offset_of(quad.four);
  finish(start + first, quad.four, sum0 + offset);
  if (first + 1u < count) { finish(start + first + 1u, quad.four, sum1 + offset); }
  if (first + 2u < count) { finish(start + first + 2u, quad.four, sum2 + offset); }
  if (first + 3u < count) { finish(start + first + 3u, quad.four, sum3 + offset); }
  if (first + 4u < count) { finish(start + first + 4u, quad.four, sum4 + offset); }
  if (first + 5u < count) { finish(start + first + 5u, quad.four, sum5 + offset); }
  if (first + 6u < count) { finish(start + first + 6u, quad.four, sum6 + offset); }
  if (first + 7u < count) { finish(start + first + 7u, quad.four, sum7 + offset); }
}
