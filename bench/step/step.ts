import type { Device, Executable } from '../../src/device/index.ts';
import { adam, initializeParameters, minimize, perceptron, readParameters } from '../../src/nn/index.ts';
import { categorical, multiply, sum } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import type { StepProblem } from './problems.ts';
import { makeStepData } from './step-data.ts';

/** The results of one engine's process. */
export interface StepRecord {
  readonly engine: string;
  /** Milliseconds of each step until the call that starts it returned. On the cpu device that is the step itself. */
  readonly host: readonly number[];
  /** Milliseconds of each step until it was done. */
  readonly total: readonly number[];
  /** Of the first steps, and of one after the last timed step. */
  readonly losses: readonly number[];
  /** Milliseconds of the first step, compilation included. */
  readonly firstStep: number;
  readonly launches?: number;
}

/** Prepares the step on a device. */
export async function prepareStep(device: Device, problem: StepProblem): Promise<Executable<'loss'>> {
  const { rows, widths } = problem;
  const [width, outputs] = [widths[0], widths[widths.length - 1]];
  const { inputs, labels, layers } = makeStepData(problem);
  const network = perceptron({
    name: 'step',
    observation: { kind: 'features', width },
    hidden: widths.slice(1, -1),
    outputs,
  });
  const parameters = initializeParameters(network, 1, 1);
  const start = new Float32Array(parameters.values.shape[0]);
  const arrays = layers.flatMap(({ weight, bias }) => [weight, bias]);
  for (const [i, numbers] of arrays.entries()) start.set(numbers, parameters.offsets[i]);
  device.write(parameters.values, start);
  const optimizer = adam(parameters, { learningRate: 1e-3 });

  const tape = createTape();
  const x = tape.read(variable('inputs', 'f32', [rows, width], inputs));
  const y = tape.read(variable('labels', 'i32', [rows], labels));
  const allowed = tape.constant('i32', [rows, outputs], new Int32Array(rows * outputs).fill(1));
  const tensors = readParameters(tape, parameters);
  const { logProbability } = categorical(network.apply(tensors, x), allowed, y);
  const loss = multiply(sum(logProbability), -1 / rows);
  minimize(loss, tensors, optimizer);
  return device.prepare(compile(tape, { loss }));
}

/** Times steps, one at a time, for about `seconds`. */
export async function timeStep(device: Device, problem: StepProblem, seconds: number): Promise<StepRecord> {
  const begun = performance.now();
  const executable = await prepareStep(device, problem);
  const step = async () => {
    const start = performance.now();
    executable.run();
    const submitted = performance.now();
    await device.finish();
    return { host: submitted - start, total: performance.now() - start };
  };
  const losses: number[] = [];
  const readLoss = async () => losses.push((await executable.read('loss'))[0]);
  await step();
  await readLoss();
  const firstStep = performance.now() - begun;
  const warm = performance.now() + 1000 * seconds;
  while (losses.length < 3 || (losses.length < 10 && performance.now() < warm)) {
    await step();
    await readLoss();
  }
  const times: { host: number; total: number }[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < 3 || (performance.now() < end && times.length < 2000)) times.push(await step());
  await step();
  await readLoss();
  executable.release();
  return {
    engine: `${device.kind}: ${device.description}`,
    host: times.map(({ host }) => host),
    total: times.map(({ total }) => total),
    losses,
    firstStep,
    launches: executable.launches,
  };
}
