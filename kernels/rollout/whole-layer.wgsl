// A dense layer of a whole rollout: y = activation(x w + b) for the workgroup's rows, from one half of `values` to the
// other. `layer_w` and `layer_b` are in front, as are its sizes: layer_inner, layer_columns, layer_parts.
//
// SIZE invocations are layer_parts parts of the inner dimension by as many fours of columns as that leaves: a workgroup
// has few rows, so that work is taken from the inner dimension. Parts are joined in their order, through `partial`.

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
    if (layer_parts > 1u) {
      sum0 = sum_over_parts(sum0, layer_parts, t);
      sum1 = sum_over_parts(sum1, layer_parts, t);
      sum2 = sum_over_parts(sum2, layer_parts, t);
      sum3 = sum_over_parts(sum3, layer_parts, t);
      sum4 = sum_over_parts(sum4, layer_parts, t);
      sum5 = sum_over_parts(sum5, layer_parts, t);
      sum6 = sum_over_parts(sum6, layer_parts, t);
      sum7 = sum_over_parts(sum7, layer_parts, t);
    }
    if (part == 0u && first + t % across < fours) {
      let bias = layer_b(four);
      layer_finish(0u, four, sum0 + bias, rows_to);
      layer_finish(1u, four, sum1 + bias, rows_to);
      layer_finish(2u, four, sum2 + bias, rows_to);
      layer_finish(3u, four, sum3 + bias, rows_to);
      layer_finish(4u, four, sum4 + bias, rows_to);
      layer_finish(5u, four, sum5 + bias, rows_to);
      layer_finish(6u, four, sum6 + bias, rows_to);
      layer_finish(7u, four, sum7 + bias, rows_to);
    }
  }
  workgroupBarrier();
  layer_recorded(t, rows_to);
}
