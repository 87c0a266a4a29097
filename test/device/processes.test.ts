import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patience } from '../setup/patience.ts';

/** What the programs below import from. */
const entries = ['index', 'engine', 'extend', 'train/index', 'node/index'];

let folder: string;
beforeAll(async () => {
  // Inside the project, where the package webgpu is found.
  folder = await mkdtemp(join('node_modules', '.flowtape-processes-'));
  await build({
    stdin: { contents: entries.map((entry) => `export * from './src/${entry}.ts';`).join(''), resolveDir: '.' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['webgpu', '@rdkit/rdkit'],
    loader: { '.wgsl': 'text', '.wasm': 'binary' },
    outfile: join(folder, 'flowtape.mjs'),
  });
});
afterAll(() => rm(folder, { recursive: true }));

const training = `
  import { compile, createTape, createTrainer, deviceLossOf,  hypergrid, hypergridReward, openNodeDevice, sum, trajectoryBalance } from './flowtape.mjs';
  const size = { dimension: 2, side: 4 };
  const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  async function train(kind, steps = 4) {
    const { device } = await openNodeDevice(kind, { threads: 2 });
    const trainer = await createTrainer({ device, problem, objective: trajectoryBalance(), steps, batch: 4, evaluateEvery: 2 });
    for await (const { step } of trainer) await during(device, step);
    return device;
  }
  let during = () => {};
`;

/** How a process that trains ended: one that does not end by itself is killed, and has no status. */
function run(program: string) {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ['--input-type=module', '--expose-gc', '-'], {
    input: training + program,
    cwd: folder,
    encoding: 'utf8',
    timeout: patience,
  });
  // Dawn says of some drivers that it lowers a limit of theirs.
  const errors = stderr.replaceAll(/^.*artificially reduced.*\n/gm, '');
  return { output: stdout.trim(), errors, status, signal };
}

const endedWell = (output: string) => ({ output, errors: '', status: 0, signal: null });

test.each(['cpu', 'webgpu'])(
  'ends by itself with its device on %s open, garbage collected in the middle of its work',
  (kind) => {
    // Nothing but the device is held: what WebGPU's objects stand on must not be collected under them.
    const program = `
    const timer = setInterval(gc, 0);
    during = () => gc();
    const device = await train('${kind}', 6);
    clearInterval(timer);
    console.log(device.kind);`;
    expect(run(program)).toEqual(endedWell(kind));
  },
);

test.each(['cpu', 'webgpu'])('ends by itself with its device on %s destroyed in the middle of training', (kind) => {
  const program = `
    during = (device, step) => { if (step >= 2) device.destroy(); };
    const error = await train('${kind}', 1000).catch((error) => error);
    console.log(deviceLossOf(error)?.reason);`;
  expect(run(program)).toEqual(endedWell('destroyed'));
});

test('can garbage-collect destroyed WebGPU devices, with everything on them', () => {
  const program = `
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    for (let i = 0; i < 4; i++) {
      const { device } = await openNodeDevice('webgpu');
      registry.register(device);
      const tape = createTape();
      const run = await device.prepare(compile(tape, { y: sum(tape.constant('f32', [2], [1, 2])) }));
      run.run();
      await device.finish();
      device.destroy();
    }
    for (let i = 0; i < 10_000 && collected < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    // The last one may still be held by the loop.
    console.log(collected >= 3 ? 'collected' : collected);`;
  expect(run(program)).toEqual(endedWell('collected'));
});
