import { requestNodeAdapter } from '../../src/node/index.ts';
import { ceilingsAt } from '../kernels/ceilings-at.ts';
import { measureCosts } from '../kernels/kernels.ts';
import { openPlace, type Place } from '../measure/gpu.ts';
import { adapterRecord } from './adapter.ts';
import { runGpuChecks } from './correctness.ts';
import { timeDense } from './dense.ts';
import { timeIterations } from './time-training.ts';
import type { TrainingTask } from './training-tasks.ts';

/** The processes of `bench -- gpu`, by name. Returns whether there is one with this name. */
export async function measureOnGpu(what: string, request: unknown, write: (record: unknown) => void): Promise<boolean> {
  switch (what) {
    case 'gpu-adapter': {
      const adapter = await requestNodeAdapter();
      if (!adapter) throw new Error('There is no WebGPU adapter here.');
      write(await adapterRecord(adapter));
      return true;
    }
    case 'gpu-checks': {
      const { variant, small } = request as { variant: string; small: boolean };
      for await (const record of runGpuChecks(variant, small)) write(record);
      return true;
    }
    case 'gpu-costs': {
      const { place } = request as { place: Place };
      const device = await openPlace(place);
      const costs = await measureCosts(device);
      write({ device: `${device.kind}: ${device.description}`, ceilings: await ceilingsAt(place), costs });
      device.destroy();
      return true;
    }
    case 'gpu-dense': {
      const { size, seconds } = request as { size: readonly [number, number, number]; seconds: number };
      const device = await openPlace('webgpu');
      for await (const record of timeDense(device, size, seconds)) write(record);
      device.destroy();
      return true;
    }
    case 'gpu-training': {
      const { task, place, threads, ...options } = request as {
        task: TrainingTask;
        place: Place;
        threads?: number;
        seconds: number;
        data?: string;
      };
      const device = await openPlace(place, threads);
      for await (const record of timeIterations(device, task, options)) write(record);
      device.destroy();
      return true;
    }
    default:
      return false;
  }
}
