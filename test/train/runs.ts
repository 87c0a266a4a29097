import { arraysOf } from '../../src/checkpoint/run-state.ts';
import type { Device } from '../../src/device/device.ts';
import { increment } from '../../src/nn/index.ts';
import {
  entPpo,
  type Learner,
  type Objective,
  type OffPolicyLearner,
  trajectoryBalance,
} from '../../src/objective/index.ts';
import { add, assign, divide, minimum, sum } from '../../src/ops/index.ts';
import type { OffPolicyTrajectories } from '../../src/rollout/index.ts';
import { variable } from '../../src/tape/index.ts';
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

/** Trajectory balance that divides by 0: for a figure, from an update on, or for the policy's parameters, in that update. */
export function failing(update: number, what: 'figure' | 'parameters'): Objective {
  const balance = trajectoryBalance({ learningRate: 0.01 });
  return {
    ...balance,
    learner(context): Learner {
      const learner = balance.learner(context) as OffPolicyLearner;
      const left = variable('test/left', 'f32', [1], Float32Array.of(1 - update));
      const parameters = learner.networks[0].parameters.values;
      return {
        ...learner,
        variables: [...learner.variables, left],
        update(trajectories: OffPolicyTrajectories) {
          const diagnostics = learner.update(trajectories);
          const { tape } = trajectories.action;
          const divisor = tape.read(left);
          const until = divide(1e-3, minimum(divisor, 0));
          const once = divide(1e-3, divisor);
          increment(tape, left);
          if (what === 'figure') return { ...diagnostics, broken: sum(until) };
          assign(parameters, add(tape.read(parameters), once));
          return diagnostics;
        },
      };
    },
  };
}
