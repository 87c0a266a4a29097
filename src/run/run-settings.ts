import type { DevicePreference } from '../device/index.ts';
import type { ProblemOptions } from '../problems/listed-options.ts';
import type { ObjectiveOptions } from './option-list.ts';

export interface RunSettings {
  readonly environmentOptions: ProblemOptions;
  readonly objectiveOptions: ObjectiveOptions;
  /** Settings that every objective shares, such as `learningRateEnd`; see `trainingSettings`. */
  readonly trainingOptions: ObjectiveOptions;
  /** Iterations. */
  readonly steps: number;
  /** Trajectories of an iteration. */
  readonly batch: number;
  /** Iterations between evaluations. */
  readonly evaluateEvery: number;
}

/** Settings that stand in for those not given. */
export interface PresetDefinition {
  readonly name: string;
  readonly summary: string;
  /** Undefined where the preset has nothing for this pair. */
  settings(environment: string, objective: string): Partial<RunSettings> | undefined;
}

export const devicePreferences = ['auto', 'webgpu', 'cpu'] as const satisfies readonly DevicePreference[];
