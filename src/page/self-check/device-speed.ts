import { type Device, deviceScope } from '../../device/index.ts';
import { dense } from '../../ops/index.ts';
import { compile } from '../../plan/index.ts';
import { createConfiguredRun } from '../../run/run.ts';
import { createTape, variable } from '../../tape/index.ts';
import { defaultConfig } from '../default-config.ts';
import type { DeviceSpeed } from '../protocol.ts';
import { pageProblem } from '../worker/active-run.ts';

/** Square layers, one after another in a plan, so that starting it counts little. */
const [size, layers] = [512, 6];
/** Iterations before those that are counted, which compile; and those. */
const [warm, counted] = [2, 4];

/**
 * What a device does in a second, and what an iteration asks of it.
 * @param objectives whose iterations are counted, on the page's default problem
 * @param seconds of multiplying
 */
export async function deviceSpeed(device: Device, objectives: readonly string[], seconds = 0.5): Promise<DeviceSpeed> {
  const iterations: DeviceSpeed['iterations'][number][] = [];
  for (const objective of objectives) iterations.push({ objective, ...(await costOf(device, objective)) });
  return {
    ...{ device: device.kind, description: device.description, size },
    gigaflops: await gigaflopsOf(device, seconds),
    iterations,
  };
}

/** Launches and submits of an iteration, by the device's own count. */
async function costOf(device: Device, objective: string): Promise<{ launches: number; submits: number }> {
  const config = {
    ...defaultConfig(undefined, objective),
    device: device.kind === 'webgpu' ? 'webgpu' : 'cpu',
  } as const;
  const scope = deviceScope(device);
  const run = await createConfiguredRun(scope, config, await pageProblem(config), {});
  await run.step(warm);
  const { launches, submits } = device.counts;
  await run.step(counted);
  const after = device.counts;
  await run.close();
  scope.destroy();
  return { launches: (after.launches - launches) / counted, submits: (after.submits - submits) / counted };
}

/** The fastest of many runs: other programs can only slow one down. */
async function gigaflopsOf(device: Device, seconds: number): Promise<number> {
  const scope = deviceScope(device);
  const numbers = (scale: number) => Float32Array.from({ length: size * size }, (_, i) => scale * Math.sin(i));
  const [x, w] = [variable('x', 'f32', [size, size], numbers(1)), variable('w', 'f32', [size, size], numbers(0.05))];
  const tape = createTape();
  const [input, weight] = [tape.read(x), tape.read(w)];
  let output = input;
  for (let layer = 0; layer < layers; layer++) output = dense(output, weight);
  const executable = await scope.prepare(compile(tape, { output }));
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000 * seconds;
  do {
    const begun = performance.now();
    executable.run();
    await scope.finish();
    best = Math.min(best, performance.now() - begun);
  } while (performance.now() < end);
  scope.destroy();
  return (layers * 2 * size ** 3) / (1e6 * best);
}
