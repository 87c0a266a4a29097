import { arraysOf } from '../../src/checkpoint/run-state.ts';
import type { Device } from '../../src/device/device.ts';
import { entPpo } from '../../src/objective/index.ts';
import { createTrainer, type Progress, type Trainer, type TrainingOptions } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';

/** A run small enough to be made many times. */
export function smallRun(device: Device, options: Partial<TrainingOptions> = {}): Promise<Trainer> {
  return createTrainer({
    device,
    problem: gridProblem(2, 4),
    objective: entPpo({ policyUpdates: 2, valueEpochs: 1 }),
    network: { hidden: [8] },
    steps: 9,
    batch: 4,
    seed: 5,
    ...options,
  });
}

/** Trains to the end; all reports. */
export async function reportsOf(trainer: Trainer): Promise<Progress[]> {
  const reports: Progress[] = [];
  for await (const progress of trainer) reports.push(progress);
  return reports;
}

/** Every number that the run would save, by name. */
export async function numbersOf(trainer: Trainer): Promise<Record<string, number[]>> {
  const state = await trainer.snapshot();
  return Object.fromEntries(arraysOf(state).map(({ name, data }) => [name, Array.from(data)]));
}
