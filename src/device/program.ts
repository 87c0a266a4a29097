import { compile } from '../plan/index.ts';
import { createTape, type Tape, type Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Device, DeviceCounts, Numbers } from './device.ts';

/** A recorded computation, prepared on a device. */
export interface Program<Output extends string = string> {
  /** Sets inputs, row-major; they stay until they are set again. @throws on unknown names and wrong lengths */
  set(values: Readonly<Record<string, ArrayLike<number>>>): void;
  /** Runs it `times` times (1 by default); see `Executable.run`. */
  run(times?: number): void;
  /** An output of the last run, row-major. */
  read(output: Output): Promise<Numbers>;
  /** The cost of one run. */
  readonly launches: DeviceCounts['launches'];
  /**
   * Frees the program's memory and its inputs. Parameters and other variables stay on the device, for programs that
   * share them.
   */
  close(): void;
}

/**
 * Records a computation and prepares it on a device.
 *
 *     const twice = await program(device, (tape) => ({ y: multiply(tape.input('x', [3]), 2) }));
 *     twice.set({ x: [1, 2, 3] });
 *     twice.run();
 *     await twice.read('y'); // 2, 4, 6
 *
 * @param record records the computation, and returns the tensors that can be read after a run
 * @throws the errors of recording and of `Device.prepare`
 */
export async function program<Outputs extends Readonly<Record<string, Tensor>>>(
  device: Device,
  record: (tape: Tape) => Outputs,
): Promise<Program<keyof Outputs & string>> {
  checkGiven('program', { device }, 'device');
  checkGiven('program', { record }, 'function');
  const tape = createTape();
  const outputs = record(tape);
  const executable = await device.prepare(compile<keyof Outputs & string>(tape, outputs));
  const { inputs } = tape;
  const inputOf = (name: string) => {
    const found = inputs.get(name);
    if (found) return found;
    const names = [...inputs.keys()];
    const known = names.length === 0 ? 'It has none.' : `Its inputs are: ${names.join(', ')}.`;
    throw new Error(`program: there is no input ${name}. ${known}`);
  };
  return {
    launches: executable.launches,
    set(values) {
      const writes = Object.entries(values).map(([name, data]) => ({ input: inputOf(name), data }));
      for (const { input, data } of writes) device.write(input, data);
    },
    run: (times) => executable.run(times),
    read: (output) => executable.read(output),
    close() {
      executable.release();
      for (const input of inputs.values()) device.forget(input);
    },
  };
}
