import type { Device, Numbers } from '../device/device.ts';
import { type CompileOptions, compile } from '../plan/index.ts';
import type { Tape, Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/**
 * Compiles a tape, runs it once on a device and reads tensors of it: the shortest way from a formula to its numbers.
 * For a tensor by rows, only the rows in use. Programs that run more than once prepare a plan and run it.
 */
export async function evaluate<Names extends string>(
  device: Device,
  tape: Tape,
  outputs: Readonly<Record<Names, Tensor>>,
  options: CompileOptions = {},
): Promise<Record<Names, Numbers>> {
  checkGiven('evaluate', { device }, 'device');
  checkGiven('evaluate', { tape }, 'tape');
  checkGiven('evaluate', { outputs }, 'object');
  checkGiven('evaluate', { options }, 'object?');
  const entries = Object.entries<Tensor>(outputs) as [Names, Tensor][];
  const wanted: Record<string, Tensor> = {};
  for (const [name, tensor] of entries) {
    wanted[`numbers ${name}`] = tensor;
    if (tensor.rows) wanted[`window ${name}`] = tensor.rows.window;
  }
  const executable = await device.prepare(compile(tape, wanted, options));
  try {
    executable.run();
    const results: Partial<Record<Names, Numbers>> = {};
    for (const [name, { rows }] of entries) {
      const numbers = await executable.read(`numbers ${name}`);
      if (rows) {
        const [start, count] = await executable.read(`window ${name}`);
        const width = numbers.length / Math.max(rows.capacity, 1);
        results[name] = numbers.slice(start * width, (start + count) * width);
      } else results[name] = numbers;
    }
    await device.finish();
    return results as Record<Names, Numbers>;
  } finally {
    executable.release();
  }
}
