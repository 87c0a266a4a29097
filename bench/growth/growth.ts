import type { Device } from '../../src/device/index.ts';
import { isDeferred } from '../../src/environment/environment.ts';
import { createObjective } from '../../src/objective/index.ts';
import { smallMolecules } from '../../src/page/molecules/small-molecules.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { createTrainer } from '../../src/train/index.ts';
import { type Axis, growthCase } from './axes.ts';

/** What one size costs. */
export interface GrowthRecord {
  /** Milliseconds of processor time until the run was ready. */
  readonly ready: number;
  /** Milliseconds of processor time of an iteration, the least of several. */
  readonly iteration: number;
  /** Of the device, for the plan and its variables. */
  readonly bytes: number;
  /** Trainable numbers. */
  readonly parameters: number;
}

/** Makes a run ready and trains a few iterations, for about `seconds`. */
export async function measureGrowth(device: Device, axis: Axis, value: number, seconds: number): Promise<GrowthRecord> {
  const { problem: given, batch, network } = growthCase(axis, value);
  const problem = 'atoms' in given ? smallMolecules(given.atoms).problem : await findProblem('hypergrid').create(given);
  if (isDeferred(problem)) throw new Error(`${axis}: rewards that take time are not measured.`);
  const begun = processorTime();
  const objective = await createObjective('tb', {});
  const trainer = await createTrainer({ device, problem, objective, network, steps: 1000, batch, seed: 1 });
  const ready = processorTime() - begun;
  let iteration = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000 * seconds;
  // The first ones compile, and touch the memory.
  for (let i = 0; i < 4 || (i < 50 && performance.now() < end); i++) {
    const before = processorTime();
    await trainer.iteration.run(1);
    await device.finish();
    if (i > 0) iteration = Math.min(iteration, processorTime() - before);
  }
  const { arena, variables } = trainer.bytes;
  return { ready, iteration, bytes: arena + variables, parameters: trainer.parameters };
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
