import type { Device } from '../device/device.ts';
import type { Environment } from '../environment/environment.ts';
import { isClose } from '../gradcheck/relative-error.ts';
import { type HostBuffer, type HostRowProgram, type RowProgram, rowProgram } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import { createTape, elementCount, type TensorType } from '../tape/index.ts';
import { backwardPrograms, hostBackwardPrograms } from './backward-programs.ts';

/** Steps of walks: packed states, the action of each, and the resulting children. */
export interface StepsTaken {
  readonly states: Int32Array;
  readonly actions: Int32Array;
  readonly children: Int32Array;
}

/** A disagreement between WGSL and TypeScript: the step, the function, and both results. */
export interface Disagreement {
  readonly step: number;
  readonly functions: string;
  readonly found: number;
  readonly expected: number;
}

/**
 * Compares the backward functions of an environment's WGSL with its TypeScript at given steps: each program runs on the
 * device, and its host function over the same arrays.
 *
 * @param device a webgpu device
 * @returns the first disagreement; undefined if there is none
 */
export async function backwardDisagreement(
  device: Device,
  environment: Environment,
  { states, actions, children }: StepsTaken,
): Promise<Disagreement | undefined> {
  const { stateSize, backwardActionCount: width, observation } = environment;
  const count = actions.length;
  const { undo, parents } = backwardPrograms(environment);
  const host = hostBackwardPrograms(environment);
  const rows = Int32Array.from({ length: count }, (_, n) => n);
  const integers: TensorType = { dtype: 'i32', shape: [count, width] };
  const seen: TensorType = { dtype: observation.dtype, shape: [count, width, observation.size] };

  const found = [
    ...(await run(
      device,
      [undo, host.undo],
      count,
      [rows, actions, states],
      [{ dtype: 'i32', shape: [count] }],
      stateSize,
    )),
    ...(await run(device, [parents, host.parents], count, [rows, children], [seen, integers, integers], stateSize)),
  ];
  // In the order of dependency.
  const names = [
    'backward_action',
    `${observation.shaderFunction} after backward_step`,
    'backward_allowed',
    'forward_action',
  ];
  for (const output of [0, 2, 1, 3]) {
    const { ofDevice, ofHost } = found[output];
    // Integers are exact. A feature is float32, and may come from a few functions that WGSL rounds differently.
    const tolerance = ofHost instanceof Int32Array ? 0 : 1e-5;
    const differs = (expected: number, i: number) => !isClose(ofDevice[i], expected, tolerance);
    const place = Array.from(ofHost).findIndex(differs);
    if (place < 0) continue;
    const step = Math.floor(place / (ofHost.length / count));
    return { step, functions: names[output], found: ofDevice[place], expected: ofHost[place] };
  }
  return undefined;
}

/** The outputs of a program on a device, and of another's host function. The last input has state rows. */
async function run(
  device: Device,
  [program, onHost]: readonly [RowProgram, HostRowProgram],
  count: number,
  inputs: readonly Int32Array[],
  outputs: readonly TensorType[],
  stateSize: number,
): Promise<{ ofDevice: ArrayLike<number>; ofHost: HostBuffer }[]> {
  const tape = createTape();
  const last = inputs.length - 1;
  const tensors = inputs.map((numbers, i) =>
    tape.constant('i32', i === last ? [numbers.length / stateSize, stateSize] : [count], numbers),
  );
  const results = rowProgram(tape, program, count, tensors, outputs);
  const executable = await device.prepare(compile(tape, Object.fromEntries(results.map((tensor, i) => [i, tensor]))));
  executable.run();
  const ofHost: HostBuffer[] = outputs.map(({ dtype, shape }) =>
    dtype === 'f32' ? new Float32Array(elementCount(shape)) : new Int32Array(elementCount(shape)),
  );
  onHost.host([...inputs, ...ofHost], 0, count);
  return Promise.all(ofHost.map(async (host, i) => ({ ofDevice: await executable.read(String(i)), ofHost: host })));
}
