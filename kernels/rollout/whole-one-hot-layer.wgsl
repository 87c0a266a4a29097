// The first layer of a whole rollout over tokens: y = activation(b + the sum over positions p of w[token p]) for the
// workgroup's rows. An invocation for each row and four of columns.

fn layer_run(t: u32, rows_from: u32, rows_to: u32) {
  let fours = (layer_columns + 3u) / 4u;
  for (var i = t; i < ROWS * fours; i += SIZE) {
    let row = i / fours;
    let four = i % fours;
    var sum = layer_b(four);
    for (var p = 0u; p < WIDTH; p++) {
      let token = observation_rows[row * WIDTH + p];
      if (token >= 0) { sum += layer_w(u32(token), four); }
    }
    layer_finish(row, four, sum, rows_to);
  }
  workgroupBarrier();
  layer_recorded(t, rows_to);
}
