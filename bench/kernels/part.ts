import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { measureInTurn } from '../measure/rounds.ts';
import type { Part } from '../part.ts';
import { type KernelResults, kernelResults } from './results.ts';
import { describeKernels } from './table.ts';

/** Times each device's kernels against its ceilings, in one process per device; the cpu's also on one thread. */
export async function runKernels({ places, seconds, only, print }: Part): Promise<KernelResults[]> {
  const results: KernelResults[] = [];
  const devices = places.flatMap((place): { place: Place; threads?: number }[] => {
    return place === 'cpu' ? [{ place }, { place, threads: 1 }] : [{ place }];
  });
  for (const device of devices) {
    const { place } = device;
    const engine = {
      name: place,
      program: (_: null, seconds: number) => measureProgram('kernels', { ...device, seconds, only }),
    };
    // A kernel here corresponds to a problem in the other parts, but needs fewer seconds.
    const options = { rounds: 1, seconds: 5 * seconds, limitSeconds: 300 + 20 * seconds };
    const [records] = await measureInTurn([engine], null, options);
    const found = kernelResults(place, records);
    results.push(found);
    print(describeKernels(found));
  }
  return results;
}
