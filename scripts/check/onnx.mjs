/**
 * Writes policies as ONNX and compares onnxruntime's results with flowtape's logits:
 *
 *   python3 -m venv build/python/onnx && build/python/onnx/bin/pip install onnxruntime onnx
 *   npm run build && node scripts/check/onnx.mjs [PYTHON]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createRun,
  entPpo,
  hypergrid,
  hypergridReward,
  loadSampler,
  policyOnnx,
  softDqn,
  trajectoryBalance,
} from '../../dist/lib/index.js';
import { openNodeDevice } from '../../dist/lib/node.js';

const [python = 'build/python/onnx/bin/python'] = process.argv.slice(2);
const program = fileURLToPath(new URL('onnx/compare.py', import.meta.url));

const size = { dimension: 2, side: 8 };
const environment = hypergrid(size);
const reward = hypergridReward({ ...size, difficulty: 'easy' });

/** Every state of the grid, as its network receives it: a one-hot block for each coordinate. */
const cells = Array.from({ length: size.side ** 2 }, (_, i) => [i % size.side, Math.floor(i / size.side)]);
const states = Int32Array.from(cells.flatMap(([x, y]) => [x, y, 0]));
const inputs = cells.map(([x, y]) => Array.from({ length: 16 }, (_, i) => Number(i === x || i === 8 + y)));

const cases = {
  'ent-ppo': { objective: entPpo() },
  'tb, with a learnt backward policy': { objective: trajectoryBalance({ backwardPolicy: 'learned' }) },
  'tb, with a linear layer': { objective: trajectoryBalance(), network: { hidden: [32, 24], projection: 16 } },
  'soft-dqn': { objective: softDqn() },
};

const folder = mkdtempSync(join(tmpdir(), 'flowtape-onnx-'));
try {
  const { device } = await openNodeDevice('cpu');
  for (const [name, options] of Object.entries(cases)) {
    const run = await createRun({ device, environment, reward, ...options, steps: 40, batch: 16 });
    await run.step(40);
    const sampler = await loadSampler(await run.save(), { device, environment, reward, objective: options.objective });
    const [model, data] = [join(folder, 'policy.onnx'), join(folder, 'data.json')];
    writeFileSync(model, policyOnnx(sampler));
    writeFileSync(data, JSON.stringify({ inputs, logits: Array.from(await sampler.logits(states)) }));
    console.log(`${name}: ${execFileSync(python, [program, model, data], { encoding: 'utf8' }).trim()}`);
    await sampler.close();
    await run.close();
  }
  device.destroy();
} finally {
  rmSync(folder, { recursive: true });
}
