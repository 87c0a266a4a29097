import type { Device } from '../../src/device/index.ts';
import { entPpo } from '../../src/objective/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTrainer } from '../../src/train/index.ts';

/** The process's memory after so many iterations, in bytes. */
export interface MemoryRecord {
  readonly device: string;
  readonly iteration: number;
  /** All memory of the process, including the device's if that is on the host. */
  readonly resident: number;
  /** JavaScript's own heap after a collection. */
  readonly heap: number;
  /** Array buffers and other memory outside the heap. */
  readonly external: number;
  /** The device's own count of reserved bytes. */
  readonly reserved: number;
}

/** The first measurement of memory: by then everything has been compiled and grown. */
export const settled = 100;

/** Trains, and measures the process's memory after 100 iterations, at ten points, and at the end. */
export async function* watchMemory(device: Device, iterations: number): AsyncGenerator<MemoryRecord> {
  const size = { dimension: 2, side: 8 };
  const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const trainer = await createTrainer({ device, problem, objective: entPpo(), steps: iterations, batch: 16, seed: 1 });
  const looks = Array.from({ length: 10 }, (_, i) => Math.round(((i + 1) * iterations) / 10));
  const at = new Set([settled, ...looks].filter((look) => look >= settled && look <= iterations));
  let done = 0;
  for (const look of [...at].sort((a, b) => a - b)) {
    while (done < look) {
      const times = Math.min(10, look - done);
      await trainer.iteration.run(times);
      await device.finish();
      done += times;
    }
    yield memoryOf(device, done);
  }
}

function memoryOf(device: Device, iteration: number): MemoryRecord {
  // Requires --expose-gc.
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    device: `${device.kind}: ${device.description}`,
    iteration,
    resident: rss,
    heap: heapUsed,
    external,
    reserved: device.counts.bytes,
  };
}
