/** Rows [begin, end) of x: [N, P] are the segments; see src/ops/segment-offsets.ts. */
export function segmentOffsets(
  begin: usize,
  end: usize,
  max: usize,
  P: usize,
  column: usize,
  factor: i32,
  plus: i32,
  x: usize,
  offsets: usize,
  total: usize,
  segments: usize,
): void {
  let sum = 0;
  let to = offsets;
  store<i32>(to, 0);
  for (let n = begin; n < end; n++) {
    sum += factor * load<i32>(x + (n * P + column << 2)) + plus;
    to += 4;
    store<i32>(to, sum);
  }
  for (let s = end - begin; s < max; s++) {
    to += 4;
    store<i32>(to, sum);
  }
  store<i32>(total, 0);
  store<i32>(total, sum, 4);
  store<i32>(segments, 0);
  store<i32>(segments, <i32>(end - begin), 4);
}
