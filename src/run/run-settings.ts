import type { DevicePreference } from '../device/index.ts';
import type { Values } from '../options/index.ts';
import type { GivenTraining } from '../train/options.ts';

type LengthName = 'seed' | 'steps' | 'batch' | 'evaluateEvery';

/** Settings that replace defaults; settings left out keep theirs. */
export interface RunSettings extends Pick<GivenTraining, LengthName> {
  readonly problemOptions?: Values | undefined;
  readonly objectiveOptions?: Values | undefined;
  /** Settings that every objective shares, such as `learningRate.end`. */
  readonly trainingOptions?: Omit<GivenTraining, LengthName> | undefined;
}

/** Settings that can be requested by name. */
export interface PresetDefinition {
  readonly name: string;
  readonly summary: string;
  /** Undefined if the preset has no settings for this pair. */
  settings(problem: string, objective: string): RunSettings | undefined;
  /** What of its settings for a pair is not as published, as clauses. */
  departures?(problem: string, objective: string): readonly string[];
}

export const devicePreferences = ['auto', 'webgpu', 'cpu'] as const satisfies readonly DevicePreference[];
