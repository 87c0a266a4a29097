// dw = x^T g and db = column sums of g, with g = dy * activation'(y), on adapters emulated in software. x: [N, I];
// dy, y: [N, O]; dw: [I, O]; db: [1, O]; as matrices defined in front. Quads: quad.wgsl, in front.
//
// The inner dimension is the rows in use. Each invocation of a quad reads 8 columns of x in one row of every four. The
// quads of the first rows of dw also make db, in a loop of their own: the other one stays free of branches.

override ROWS: u32;
override BIAS: bool;

fn left(place: u32, column: u32) -> vec4f { return x_four(place + column); }

// Four columns of g.
fn g_at(place: u32) -> vec4f {
  if (ACTIVATION == NO_ACTIVATION) { return dy_four(place); }
  return through_activation(dy_four(place), y_four(place));
}

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(lane_builtin) t: u32,
) {
  let quad = quad_of(group, groups, t);
  let row = quad.row;
  if (row >= max(ROWS, 1u)) { return; }
  let start = row_start();
  let end = start + row_count();
  let last_four = (max(x_columns, 1u) - 1u) / 4u;
  let upper = min(row / 4u, last_four) * x_step;
  let lower = min(row / 4u + 1u, last_four) * x_step;
  let column = min(quad.four, (dy_columns - 1u) / 4u) * dy_step;

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  var sum4 = vec4f();
  var sum5 = vec4f();
  var sum6 = vec4f();
  var sum7 = vec4f();
  var n = start;
  for (; n + 4u <= end; n += 4u) {
    let x0 = n * x_row;
    let p = own(x0 + quad.lane * x_row, upper);
    let q = own(x0 + quad.lane * x_row, lower);
    let g0 = n * dy_row + column;
    let b0 = g_at(g0);
    let b1 = g_at(g0 + dy_row);
    let b2 = g_at(g0 + 2u * dy_row);
    let b3 = g_at(g0 + 3u * dy_row);
    let p0 = of_lane0(p, x0, upper);
    let p1 = of_lane1(p, x0 + x_row, upper);
    let p2 = of_lane2(p, x0 + 2u * x_row, upper);
    let p3 = of_lane3(p, x0 + 3u * x_row, upper);
    sum0 += p0.x * b0 + p1.x * b1 + p2.x * b2 + p3.x * b3;
    sum1 += p0.y * b0 + p1.y * b1 + p2.y * b2 + p3.y * b3;
    sum2 += p0.z * b0 + p1.z * b1 + p2.z * b2 + p3.z * b3;
    sum3 += p0.w * b0 + p1.w * b1 + p2.w * b2 + p3.w * b3;
    let q0 = of_lane0(q, x0, lower);
    let q1 = of_lane1(q, x0 + x_row, lower);
    let q2 = of_lane2(q, x0 + 2u * x_row, lower);
    let q3 = of_lane3(q, x0 + 3u * x_row, lower);
    sum4 += q0.x * b0 + q1.x * b1 + q2.x * b2 + q3.x * b3;
    sum5 += q0.y * b0 + q1.y * b1 + q2.y * b2 + q3.y * b3;
    sum6 += q0.z * b0 + q1.z * b1 + q2.z * b2 + q3.z * b3;
    sum7 += q0.w * b0 + q1.w * b1 + q2.w * b2 + q3.w * b3;
  }
  // The up to three rows left.
  for (; n < end; n++) {
    let p = left(n * x_row, upper);
    let q = left(n * x_row, lower);
    let b = g_at(n * dy_row + column);
    sum0 += p.x * b;
    sum1 += p.y * b;
    sum2 += p.z * b;
    sum3 += p.w * b;
    sum4 += q.x * b;
    sum5 += q.y * b;
    sum6 += q.z * b;
    sum7 += q.w * b;
  }
  if (row < ROWS) { dw_store(row, quad.four, sum0); }
  if (row + 1u < ROWS) { dw_store(row + 1u, quad.four, sum1); }
  if (row + 2u < ROWS) { dw_store(row + 2u, quad.four, sum2); }
  if (row + 3u < ROWS) { dw_store(row + 3u, quad.four, sum3); }
  if (row + 4u < ROWS) { dw_store(row + 4u, quad.four, sum4); }
  if (row + 5u < ROWS) { dw_store(row + 5u, quad.four, sum5); }
  if (row + 6u < ROWS) { dw_store(row + 6u, quad.four, sum6); }
  if (row + 7u < ROWS) { dw_store(row + 7u, quad.four, sum7); }

  if (!BIAS || row > 0u) { return; }
  var bias = vec4f();
  for (n = start; n < end; n++) { bias += g_at(n * dy_row + column); }
  db_store(0u, quad.four, bias);
}
