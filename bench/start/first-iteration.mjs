// The first second of a program as a user writes it, out of the built package: TB on the Hypergrid 20^4, batch 16.
// Writes a line of JSON: milliseconds since the process began at the end of each stage.
const node = performance.now();
const { createRun, hypergrid, hypergridReward, trajectoryBalance } = await import('flowtape');
const { openNodeDevice } = await import('flowtape/node');
const loaded = performance.now();
const { device } = await openNodeDevice('cpu');
const opened = performance.now();
const size = { dimension: 4, side: 20 };
const run = await createRun({
  device,
  environment: hypergrid(size),
  reward: hypergridReward({ ...size, difficulty: 'easy' }),
  objective: trajectoryBalance(),
  network: { hidden: [256, 256] },
  steps: 1000,
  batch: 16,
  seed: 1,
});
const ready = performance.now();
await run.step(1);
const first = performance.now();
console.log(JSON.stringify({ node, loaded, opened, ready, first }));
process.exit(0);
