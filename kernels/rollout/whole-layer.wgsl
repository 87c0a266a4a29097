// A dense layer of a whole rollout: y = activation(x w + b) for the workgroup's rows, from one half of `values` to the
// other. `layer_w` and `layer_b` are in front, as are its sizes: layer_inner, layer_columns, layer_parts.
//
// SIZE invocations are layer_parts parts of the inner dimension by as many fours of columns as that leaves: a workgroup
// has few rows, so that work is taken from the inner dimension. Parts add their sums in their order to the half that the
// layer writes, one barrier for each: drivers that compile for a CPU take long over barriers (docs/benchmarks.md).

fn layer_add(row: u32, four: u32, sum: vec4f, part: u32, rows_to: u32) {
  let place = rows_to + row * STRIDE + four;
  var total = sum;
  if (part > 0u) { total = values[place] + sum; }
  values[place] = total;
  if (part + 1u == layer_parts) { layer_finish(row, four, total + layer_b(four), rows_to); }
}

fn layer_run(t: u32, rows_from: u32, rows_to: u32) {
  let across = SIZE / layer_parts;
  let part = t / across;
  let fours = (layer_columns + 3u) / 4u;
  for (var first = 0u; first < fours; first += across) {
    let four = min(first + t % across, fours - 1u);
    var sum0 = vec4f();
    var sum1 = vec4f();
    var sum2 = vec4f();
    var sum3 = vec4f();
    var sum4 = vec4f();
    var sum5 = vec4f();
    var sum6 = vec4f();
    var sum7 = vec4f();
    for (var k = part; k < (layer_inner + 3u) / 4u; k += layer_parts) {
      let p = own(rows_from + t % 4u * STRIDE, k);
      let q = own(rows_from + (t % 4u + 4u) * STRIDE, k);
      let b0 = layer_w(4u * k, four);
      let b1 = layer_w(4u * k + 1u, four);
      let b2 = layer_w(4u * k + 2u, four);
      let b3 = layer_w(4u * k + 3u, four);
      let a0 = of_lane0(p, rows_from, k);
      sum0 += a0.x * b0 + a0.y * b1 + a0.z * b2 + a0.w * b3;
      let a1 = of_lane1(p, rows_from + STRIDE, k);
      sum1 += a1.x * b0 + a1.y * b1 + a1.z * b2 + a1.w * b3;
      let a2 = of_lane2(p, rows_from + 2u * STRIDE, k);
      sum2 += a2.x * b0 + a2.y * b1 + a2.z * b2 + a2.w * b3;
      let a3 = of_lane3(p, rows_from + 3u * STRIDE, k);
      sum3 += a3.x * b0 + a3.y * b1 + a3.z * b2 + a3.w * b3;
      let a4 = of_lane0(q, rows_from + 4u * STRIDE, k);
      sum4 += a4.x * b0 + a4.y * b1 + a4.z * b2 + a4.w * b3;
      let a5 = of_lane1(q, rows_from + 5u * STRIDE, k);
      sum5 += a5.x * b0 + a5.y * b1 + a5.z * b2 + a5.w * b3;
      let a6 = of_lane2(q, rows_from + 6u * STRIDE, k);
      sum6 += a6.x * b0 + a6.y * b1 + a6.z * b2 + a6.w * b3;
      let a7 = of_lane3(q, rows_from + 7u * STRIDE, k);
      sum7 += a7.x * b0 + a7.y * b1 + a7.z * b2 + a7.w * b3;
    }
    // With more than one part, SIZE covers all columns, and this loop runs once.
    for (var p = 0u; p < layer_parts; p++) {
      if (part == p && first + t % across < fours) {
        layer_add(0u, four, sum0, p, rows_to);
        layer_add(1u, four, sum1, p, rows_to);
        layer_add(2u, four, sum2, p, rows_to);
        layer_add(3u, four, sum3, p, rows_to);
        layer_add(4u, four, sum4, p, rows_to);
        layer_add(5u, four, sum5, p, rows_to);
        layer_add(6u, four, sum6, p, rows_to);
        layer_add(7u, four, sum7, p, rows_to);
      }
      if (p + 1u < layer_parts) { workgroupBarrier(); }
    }
  }
  workgroupBarrier();
  layer_recorded(t, rows_to);
}
