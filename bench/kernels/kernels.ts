import type { Device, Executable } from '../../src/device/index.ts';
import { scan } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { type KernelCase, kernelCases } from './cases.ts';
import type { Ceilings } from './ceilings.ts';

/** Results of one device's process, one JSON line each. */
export type KernelRecord =
  | { readonly device: string }
  | { readonly ceilings: Ceilings }
  | { readonly costs: Costs }
  | { readonly kernel: string; readonly size: string; readonly milliseconds: Spread; readonly launches: number };

/** The overhead of using the device, in milliseconds. */
export interface Costs {
  /** One more launch that depends on the previous one, in the same submit. */
  readonly launch: Spread;
  /** A submit of one launch, until it has finished. */
  readonly submit: Spread;
  /** The same with four bytes of its result read. */
  readonly readBack: Spread;
}

/** Times every kernel, for about `seconds` in all. */
export async function* timeKernels(
  device: Device,
  ceilings: () => Promise<Ceilings>,
  seconds: number,
  wanted: (name: string) => boolean,
): AsyncGenerator<KernelRecord> {
  yield { device: `${device.kind}: ${device.description}` };
  yield { ceilings: await ceilings() };
  yield { costs: await measureCosts(device) };
  const cases = kernelCases.filter(({ kernel }) => wanted(kernel));
  for (const kernelCase of cases) {
    const { kernel, size } = kernelCase;
    const executable = await prepareCase(device, kernelCase);
    const milliseconds = spread(await timeRuns(device, executable, seconds / cases.length));
    yield { kernel, size, milliseconds, launches: executable.launches };
    executable.release();
  }
}

/** A plan of a single operation. */
export function prepareCase(device: Device, { record }: KernelCase): Promise<Executable> {
  const tape = createTape();
  const output = record(tape);
  return device.prepare(compile<string>(tape, output ? { output } : {}));
}

/** Milliseconds of one run, timed in groups of about a hundredth of a second. */
export async function timeRuns(device: Device, executable: Executable, seconds: number): Promise<number[]> {
  const run = async (times: number) => {
    const begun = performance.now();
    executable.run(times);
    await device.finish();
    return performance.now() - begun;
  };
  await run(1);
  let times = 1;
  while (times < 1024 && (await run(times)) < 10) times *= 2;
  const milliseconds: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (milliseconds.length < 5 || performance.now() < end) milliseconds.push((await run(times)) / times);
  return milliseconds;
}

const chain = 256;

/** Launches, submits and read-backs with almost no work. */
export async function measureCosts(device: Device): Promise<Costs> {
  const [one, many] = [await prepareChain(device, 1), await prepareChain(device, chain)];
  const timed = async (run: () => unknown) => {
    const begun = performance.now();
    await run();
    return performance.now() - begun;
  };
  const [launch, submit, readBack]: number[][] = [[], [], []];
  for (let i = 0; i < 40; i++) {
    const single = await timed(() => finished(device, one));
    const all = await timed(() => finished(device, many));
    const read = await timed(() => {
      one.run();
      return one.read('output');
    });
    if (i < 10) continue; // warming up
    launch.push((all - single) / (chain - 1));
    submit.push(single);
    readBack.push(read);
  }
  one.release();
  many.release();
  return { launch: spread(launch), submit: spread(submit), readBack: spread(readBack) };
}

function finished(device: Device, executable: Executable): Promise<void> {
  executable.run();
  return device.finish();
}

/** Launches that each need the previous one's result, with almost no work. */
function prepareChain(device: Device, length: number): Promise<Executable<'output'>> {
  const tape = createTape();
  let x = tape.read(variable('x', 'f32', [1, 1], Float32Array.of(1)));
  for (let i = 0; i < length; i++) x = scan(x, 1);
  return device.prepare(compile(tape, { output: x }));
}
