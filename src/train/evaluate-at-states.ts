import { byShape } from '../device/by-shape.ts';
import type { Device } from '../device/device.ts';
import type { Environment } from '../environment/environment.ts';
import { compile } from '../plan/index.ts';
import { createTape, type Tensor, variable } from '../tape/index.ts';

/**
 * Evaluates what `record` records, such as a policy's logits, on the observations of given states, packed row by row.
 * There is one plan for each number of states.
 */
export function evaluateAtStates(
  device: Device,
  environment: Environment,
  record: (observation: Tensor) => Tensor,
): (states: Int32Array, count: number) => Promise<Float32Array> {
  const { observation, stateSize } = environment;
  const { dtype, size } = observation;
  const prepared = byShape(async ({ states }: { states: number }) => {
    const input = variable(`evaluation/observation of ${states} states`, dtype, [states, size]);
    const tape = createTape();
    const executable = await device.prepare(compile(tape, { output: record(tape.read(input)) }));
    return { input, executable };
  });
  return async (states: Int32Array, count: number): Promise<Float32Array> => {
    const { input, executable } = await prepared({ states: count });
    const state = new Int32Array(stateSize);
    const rows = observation.rows(count);
    for (let n = 0; n < count; n++) {
      state.set(states.subarray(n * stateSize, (n + 1) * stateSize));
      observation.encode(state, rows.subarray(n * size, (n + 1) * size));
    }
    device.write(input, rows);
    executable.run();
    return Float32Array.from(await executable.read('output'));
  };
}
