/** The first window of a batch; see beginRows in src/ops/rollout.ts. */
export function beginRows(
  batch: usize,
  steps: usize,
  window: usize,
  total: usize,
  time: usize,
  trajectory: usize,
  gridIndex: usize,
  rowOfGrid: usize,
): void {
  storeWindow(window, 0, batch);
  storeWindow(total, 0, batch);
  store<i32>(time, 0);
  memory.fill(rowOfGrid, 0xff, steps * batch << 2);
  for (let b: usize = 0; b < batch; b++) {
    store<usize>(trajectory + (b << 2), b);
    store<usize>(gridIndex + (b << 2), b);
    store<usize>(rowOfGrid + (b << 2), b);
  }
}

/** The next window, with a row for each trajectory still active; see nextRows in src/ops/rollout.ts. */
export function nextRows(
  batch: usize,
  steps: usize,
  active: usize,
  window: usize,
  total: usize,
  time: usize,
  trajectory: usize,
  gridIndex: usize,
  rowOfGrid: usize,
): void {
  const start = load<usize>(window) + load<usize>(window, 4);
  const now = load<usize>(time) + 1;
  let row = start;
  for (let b: usize = 0; b < batch && now < steps; b++) {
    if (load<i32>(active + (b << 2)) == 0) continue;
    const cell = now * batch + b;
    store<usize>(trajectory + (row << 2), b);
    store<usize>(gridIndex + (row << 2), cell);
    store<usize>(rowOfGrid + (cell << 2), row);
    row++;
  }
  storeWindow(window, start, row - start);
  storeWindow(total, 0, row);
  store<usize>(time, now);
}

function storeWindow(window: usize, start: usize, count: usize): void {
  store<usize>(window, start);
  store<usize>(window, count, 4);
}
