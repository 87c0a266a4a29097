import type { Device } from '../device/device.ts';
import { deviceScope } from '../device/scope.ts';
import { show } from '../environment/conformance-report.ts';
import type { Problem } from '../environment/environment.ts';
import { EnvironmentError } from '../environment/guarded.ts';
import { rowProgram } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import { createTape, type TensorType, variable, writeTo } from '../tape/index.ts';
import { environmentPrograms } from './programs.ts';

/**
 * Finds faults of a reward that only occur in float32, by computing the log-rewards of states on the device.
 * @param states rows of states; non-terminal ones are skipped
 */
export async function faultInFloat32(
  device: Device,
  problem: Problem,
  states: Int32Array,
): Promise<EnvironmentError | undefined> {
  const { environment, reward } = problem;
  const { stateSize } = environment;
  const count = states.length / stateSize;
  const programs = environmentPrograms(problem);
  const scope = deviceScope(device);
  try {
    const tape = createTape();
    const input = (name: string, shape: readonly number[], values: Int32Array | Float32Array) =>
      variable(`reward/${name}`, values instanceof Float32Array ? 'f32' : 'i32', shape, values);
    const objects = input('state', [count, stateSize], states);
    const active = input('active', [count], new Int32Array(count));
    // Without an action a trajectory stays where it is, and is rated there.
    const walks = [
      tape.read(
        input(
          'trajectory',
          [count],
          Int32Array.from({ length: count }, (_, n) => n),
        ),
      ),
      tape.read(input('action', [count], new Int32Array(count).fill(-1))),
    ];
    const { table } = programs;
    const column: TensorType = { dtype: 'f32', shape: [count] };
    const [, logRewards] = rowProgram(
      tape,
      programs.advance,
      count,
      table ? [...walks, tape.read(input('table', [table.length], table))] : walks,
      [column, column],
      [writeTo(objects), writeTo(active)],
    );
    const executable = await scope.prepare(compile(tape, { logRewards }));
    executable.run();
    const found = await executable.read('logRewards');
    const first = found.findIndex((value) => !Number.isFinite(value));
    if (first < 0) return undefined;
    const state = states.slice(first * stateSize, (first + 1) * stateSize);
    return new EnvironmentError(
      environment,
      `the log-reward of ${show(environment, state)} by ${reward.name} is ${found[first]} in float32, which devices ` +
        `compute in, though ${reward.logReward(state)} in float64; no number on the way to it may leave what float32 holds`,
    );
  } finally {
    scope.destroy();
  }
}
