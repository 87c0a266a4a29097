/**
 * Measures what runs at a time save on a GPU (`Device.replicas`), in launches, submits and processor time of an iteration:
 *
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/together.mjs [tb|ent-ppo [RUNS [STEPS]]]
 *
 * By default TB and four runs of 60 iterations, on a Hypergrid of 16 by 16, batch 16, networks of two layers of 64. The
 * first 20 iterations, before which everything is compiled, are left out. Processor time is that of the whole process, so
 * with a driver in software it includes what the GPU computes.
 */
import { pathToFileURL } from 'node:url';

const entry = (name) => import(pathToFileURL(`dist/lib/${name}.js`).href);
const { entPpo, hypergrid, hypergridReward, trainSeeds, trajectoryBalance } = await entry('index');
const { openNodeDevice } = await entry('node');
const [name = 'tb', runs = '4', steps = '60'] = process.argv.slice(2);
const warm = 20;
const { device } = await openNodeDevice('webgpu');
console.log(`${device.description}: ${name}`);
for (const count of [1, Number(runs), 1, Number(runs)]) {
  const size = { dimension: 2, side: 16 };
  let begin;
  let end;
  const ended = await trainSeeds({
    device,
    environment: hypergrid(size),
    reward: hypergridReward({ ...size, difficulty: 'easy' }),
    objective: name === 'tb' ? trajectoryBalance() : entPpo(),
    network: { hidden: [64, 64] },
    batch: 16,
    steps: Number(steps),
    evaluateEvery: Number(steps),
    seeds: Array.from({ length: count }, (_, seed) => seed),
    onProgress({ step }) {
      const { user, system } = process.cpuUsage();
      const now = { step, milliseconds: (user + system) / 1000, ...device.counts };
      if (step >= warm) begin ??= now;
      // The last report follows an evaluation.
      if (step < Number(steps)) end = now;
    },
  });
  for (const each of ended) {
    if (each.status === 'rejected') throw each.reason;
    await each.value.close();
  }
  const per = (figure) => ((end[figure] - begin[figure]) / (end.step - begin.step)).toPrecision(3);
  console.log(
    `${count} at a time: ${per('launches')} launches, ${per('submits')} submits, ` +
      `${per('milliseconds')} ms of processor time an iteration (iterations ${begin.step} to ${end.step})`,
  );
}
device.destroy();
