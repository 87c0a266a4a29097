import type { Device } from '../../src/device/index.ts';
import { add, mean, multiply } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createConfiguredRun } from '../../src/run/run.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { type Look, lookAt, watchWasmMemories } from './look.ts';
import { liveThrough, longRun, problemOf, shortRuns } from './run.ts';

export interface SoakOptions {
  /** Opens a device; called again for each of the short runs. */
  readonly open: () => Promise<Device>;
  readonly minutes: number;
  /** Minutes between observations. */
  readonly every: number;
  /** Called with each observation. */
  readonly onLook: (look: Look) => void | Promise<void>;
}

/** The work done in a soak test. */
export interface SoakWork {
  readonly device: string;
  readonly minutes: number;
  /** Of the long run. */
  readonly iterations: number;
  readonly evaluations: number;
  /** Complete runs, and the number of different kinds. */
  readonly runs: number;
  readonly kinds: number;
  /** Plans prepared, run and released on the long run's device. */
  readonly plans: number;
}

/** Seconds that the long run trains between short ones. */
const sliceSeconds = 5;
const plansAtOnce = 10;

/**
 * Trains for a given time. One run continues all the time on one device; meanwhile short runs are made from beginning
 * to end, each on its own devices and again on a shared one, and plans are prepared and released.
 *
 * @throws Error if anything fails, a loss is not finite, a repeated run does not leave the same bytes, or a released
 * plan's memory is not freed
 */
export async function soak({ open, minutes, every, onLook }: SoakOptions): Promise<SoakWork> {
  watchWasmMemories();
  const device = await open();
  const run = await createConfiguredRun(device, longRun, await problemOf(longRun));
  const progress = run[Symbol.asyncIterator]();
  const begun = performance.now();
  const minute = () => (performance.now() - begun) / 60_000;
  const reused = await open();
  const digests = new Map<number, string>();
  let [iterations, evaluations, runs, plans] = [0, 0, 0, 0];
  let sinceLook = { iterations: 0, seconds: 0 };
  for (let nextLook = every; nextLook <= minutes + 1e-9; ) {
    const before = iterations;
    const sliceBegun = performance.now();
    while (performance.now() - sliceBegun < 1000 * sliceSeconds) {
      const { value, done } = await progress.next();
      if (done) throw new Error('soak: the long run ended.');
      iterations = value.step;
      if (value.metrics) evaluations++;
      for (const [name, figure] of Object.entries(value.diagnostics)) {
        if (!Number.isFinite(figure)) throw new Error(`soak: ${name} is ${figure} after iteration ${value.step}.`);
      }
    }
    sinceLook.iterations += iterations - before;
    sinceLook.seconds += (performance.now() - sliceBegun) / 1000;

    const kind = runs % shortRuns.length;
    const digest = await liveThrough(shortRuns[kind], open);
    await liveOn(reused, shortRuns[kind], digest);
    const first = digests.get(kind) ?? digest;
    digests.set(kind, first);
    runs++;
    if (digest !== first) {
      const { problem, objective } = shortRuns[kind];
      throw new Error(`soak: run ${runs} (${problem}, ${objective}) left other bytes than the first of its kind.`);
    }
    for (let i = 0; i < plansAtOnce; i++) await prepareAndRelease(device);
    plans += plansAtOnce;

    if (minute() < nextLook) continue;
    const rate = sinceLook.iterations / sinceLook.seconds;
    await onLook(await lookAt(device, { minute: minute(), rate, runs }));
    sinceLook = { iterations: 0, seconds: 0 };
    while (nextLook <= minute()) nextLook += every;
  }
  run.stop();
  await progress.return?.(undefined);
  const { kind, description } = device;
  device.destroy();
  reused.destroy();
  const work = { iterations, evaluations, runs, kinds: shortRuns.length, plans };
  return { device: `${kind}, ${description}`, minutes: minute(), ...work };
}

/** Makes a complete run on a shared device. @throws Error if it leaves any memory allocated */
async function liveOn(device: Device, config: RunConfig, expected: string): Promise<void> {
  const { bytes } = device.counts;
  const digest = await liveThrough(
    config,
    async () => device,
    () => {},
  );
  const { problem, objective } = config;
  if (digest !== expected) {
    throw new Error(`soak: a run (${problem}, ${objective}) left other bytes on a device that others had used.`);
  }
  const left = device.counts.bytes - bytes;
  if (left !== 0) throw new Error(`soak: a closed run (${problem}, ${objective}) left ${left} bytes on its device.`);
}

const numbers = variable('soak/numbers', 'f32', [64, 64], new Float32Array(64 * 64).fill(1));

async function prepareAndRelease(device: Device): Promise<void> {
  const tape = createTape();
  const x = tape.read(numbers);
  const executable = await device.prepare(compile(tape, { result: mean(add(multiply(x, x), 1)) }));
  const held = device.counts.bytes;
  executable.run();
  const [result] = await executable.read('result');
  executable.release();
  if (result !== 2) throw new Error(`soak: the mean of 1 * 1 + 1 came out as ${result}.`);
  if (device.counts.bytes >= held) throw new Error('soak: a released plan gave no memory back.');
}
