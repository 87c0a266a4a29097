import type { Chemistry } from '../chemistry/chemistry.ts';
import type { DevicePreference } from '../device/index.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import type { PriorPolicy } from '../objective/index.ts';
import type { Distributions } from '../plot/distribution.ts';
import type { Catalogue } from '../run/catalogue.ts';
import type { SavedRun } from '../run/run-checkpoint.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { PresetDefinition, RunSettings } from '../run/run-settings.ts';
import type { Metrics, Sample, Snapshot, Progress as TrainerProgress } from '../train/index.ts';

/**
 * What the command line asks of the library. Commands are written against these types alone, so that they can be
 * tested with an engine that answers at once, and so that they show all that the command line needs.
 */
export interface Engine extends Catalogue {
  readonly presets: readonly PresetDefinition[];
  /** What a run of this pair is given where its user says nothing. Throws where the two cannot go together. */
  defaults(problem: string, objective: string): RunSettings;
  /**
   * Throws where the device asked for is not there, saying what is missing. `threads` is for the cpu device; undefined
   * leaves it to the machine.
   */
  openDevice(preference: DevicePreference, threads?: number): Promise<EngineDevice>;
  /** Throws where there is no chemistry package, saying how to have one. */
  openChemistry(): Promise<Chemistry>;
  /**
   * Figures of the policy that takes every allowed action with the same probability: exact ones where objects can be
   * enumerated, otherwise of so many trajectories.
   */
  evaluateUniform(
    problem: AnyProblem,
    options: { device: DevicePreference; threads?: number; trajectories: number },
  ): Promise<Metrics>;
  diagnose(): Promise<Diagnosis>;
}

/** A trained policy, out of the checkpoint of a run. */
export type SavedSampler = Pick<SavedRun, 'config' | 'snapshot'>;

/** Which objects are drawn. */
export interface SampleOptions {
  readonly count: number;
  readonly seed: number;
  /** Of all of them, such as an inverse temperature; drawn for each unless given. */
  readonly condition?: number | undefined;
}

/** An opened device, and what can be done on it. */
export interface EngineDevice {
  readonly kind: 'webgpu' | 'cpu';
  /** The adapter, or how the cpu is used. */
  readonly description: string;
  /** Why this one was taken, as the end of a sentence: "because ...". */
  readonly why: string;
  /**
   * Makes a run ready: all that can be refused is refused here. Iterations start when it is iterated.
   * @param from where to go on from
   * @param start what a run that begins is given: a prior, for objectives that have one, and a data set
   */
  train(
    config: RunConfig,
    problem: AnyProblem,
    from?: Snapshot,
    start?: {
      readonly prior?: { readonly policy: PriorPolicy } | 'uniform' | undefined;
      readonly offline?: Int32Array | undefined;
    },
  ): Promise<Training>;
  /** @param options how many trajectories are sampled where objects cannot be enumerated; as many as in the run unless said */
  evaluate(problem: AnyProblem, sampler: SavedSampler, options: { trajectories?: number }): Promise<Metrics>;
  /** How much policy gradients vary with each advantage estimator. Throws where the sampler has no critic. */
  gradientVariances(problem: AnyProblem, sampler: SavedSampler, options: { batches: number }): Promise<Metrics>;
  sample(problem: AnyProblem, sampler: SavedSampler, options: SampleOptions): AsyncIterable<Sample>;
  close(): void;
}

/** A run. Iterating it trains; it ends after the last iteration, or after the one in which `stop` was called. */
export interface Training extends AsyncIterable<Progress> {
  /** Trainable numbers in all networks. */
  readonly parameters: number;
  /** Bytes on the device, all reserved before the first iteration: of intermediate results, and of variables. */
  readonly bytes: { readonly arena: number; readonly variables: number };
  stop(): void;
  /** Figures of the policy as it is now. */
  evaluate(): Promise<Metrics>;
  /** Learnt and target distribution as they are now; undefined where the objects cannot be enumerated. */
  distribution(): Promise<Distributions | undefined>;
  /** The best distinct objects so far; undefined where none are kept. */
  best(): RatedObjects | undefined;
  /** Everything a run needs to go on. Throws where its numbers are not all finite. */
  snapshot(): Promise<Snapshot>;
  /** The last one that was sound; where training has failed, the state that it was left in. */
  lastSnapshot(): Snapshot;
}

/** A trainer's report, without the objective's figures but its loss. */
export type Progress = Omit<TrainerProgress, 'diagnostics'> & { readonly loss?: number };

/** What `doctor` found. Every text is a sentence or the end of one. */
export interface Diagnosis {
  readonly webgpu: {
    /** Why there is none; undefined where there is one. */
    readonly problem?: string;
    readonly adapters: readonly AdapterDescription[];
  };
  readonly cpu: { readonly description: string; readonly problem?: string };
  /** What `--device auto` takes; undefined where no device works. */
  readonly choice?: { readonly kind: 'webgpu' | 'cpu'; readonly description: string; readonly why: string };
  /** What could be done to have more, such as installing a package. */
  readonly advice: readonly string[];
}

export interface AdapterDescription {
  readonly description: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}
