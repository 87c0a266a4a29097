import { join } from 'node:path';
import { objectives } from '../objective/catalogue.ts';
import { flatten, isGroup } from '../options/index.ts';
import { problems } from '../problems/catalogue.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import type { RunConfig } from '../run/run-config.ts';
import { paperSettings } from '../run/settings.ts';
import { UsageError } from './errors.ts';
import { scheduledLine } from './invocation.ts';
import { makeRunConfig } from './make-run-config.ts';
import { keepVariations, type Method } from './methods.ts';
import { quoted } from './text.ts';

/** One run of a sweep: a method with a seed. */
export interface Trial {
  /** The name of its folder. */
  readonly name: string;
  readonly method: string;
  readonly config: RunConfig;
}

/** The contents of a sweep. */
export interface SweepRequest {
  readonly problem: string;
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** The share of the paper's iterations. */
  readonly budget: number;
  readonly device: string;
  readonly data?: string;
  /** Settings instead of the paper's, by flag. */
  readonly adjusted?: ReadonlyMap<string, string>;
}

/** Settings that a sweep may have instead of the paper's, besides the number of iterations: options of `train`. */
export const adjustableFlags: readonly (readonly [flag: string, value: string, help: string])[] = [
  ['--dimension', '<N>', "dimension of hypergrid, instead of the paper's"],
  ['--side', '<N>', "cells along each axis of hypergrid, instead of the paper's"],
  ['--reward', '<easy|hard>', "reward of hypergrid, instead of the paper's"],
  ['--batch', '<N>', "trajectories of an iteration, instead of the paper's"],
  ['--network-width', '<N>', "channels of a graph network's nodes, instead of the paper's"],
  ['--network-layers', '<N>', "layers of a graph network, instead of the paper's"],
  ['--network-heads', '<N>', "attention heads of a graph network, instead of the paper's"],
  ['--evaluation-trajectories', '<N>', "trajectories of an evaluation, instead of the paper's"],
  [
    '--gradient-variance-batches',
    '<N>',
    'as of train: batches for the variance of the policy gradient, at each evaluation',
  ],
];

/** Those of them that change the target. */
export const targetFlags = ['--dimension', '--side', '--reward'] as const;

/** A shortened run is evaluated often enough to show a curve, and at least as often as the paper's. */
const fewestEvaluations = 25;

/** The preset that sweeps use. */
const preset = 'paper';

/** The problems of the paper's experiments. */
export function experimentProblems(): string[] {
  const hasSettings = (problem: string) => objectives.some(({ name }) => paperSettings(problem, name) !== undefined);
  return problems.map(({ name }) => name).filter(hasSettings);
}

/**
 * All trials of a sweep with the paper's settings, method by method. Variations that change nothing, as K = 4 on
 * Hypergrid, are left out of a method's name, so that each run has one name and runs once. Throws a UsageError if a
 * method has no settings.
 */
export function makeTrials(request: SweepRequest): Trial[] {
  const trials = new Map<string, Trial>();
  for (const written of request.methods) {
    refuseWithoutSettings(request.problem, written.objective);
    const method = withoutIdleVariations(request, written);
    for (const seed of request.seeds) {
      const config = makeConfig(request, method, { seed });
      const name = `${config.problem}-${method.name}-seed${seed}`;
      trials.set(name, { name, method: method.name, config });
    }
  }
  return [...trials.values()];
}

/** A method without the variations that equal the paper's settings on the problem, or change nothing beside the others. */
function withoutIdleVariations(request: SweepRequest, method: Method): Method {
  const configOf = (some: Method) => makeConfig(request, some, { seed: 0, mayBeIdle: true });
  let kept = method;
  for (const variation of method.variations) {
    const without = keepVariations(kept, (each) => each !== variation);
    if (settingsDifference(configOf(kept), configOf(without)) === undefined) kept = without;
  }
  return kept;
}

function refuseWithoutSettings(problem: string, objective: string): void {
  if (paperSettings(problem, objective) !== undefined) return;
  const others = objectives.map(({ name }) => name).filter((name) => paperSettings(problem, name) !== undefined);
  throw new UsageError(
    `The paper has no settings for ${objective} on ${problem}. It has some for ${others.join(', ')}: choose among ` +
      `these with --methods, or train ${objective} with "flowtape train".`,
  );
}

function makeConfig(
  { problem, budget, device, data, adjusted = new Map() }: SweepRequest,
  { objective, options }: Pick<Method, 'objective' | 'options'>,
  { seed, mayBeIdle = false }: { readonly seed: number; readonly mayBeIdle?: boolean },
): RunConfig {
  const flags = new Map<string, string | boolean>([...adjusted, ...options]);
  const updates = options.get('--policy-updates');
  const { paperEpochsFollowUpdates } = problems.find(({ name }) => name === problem) ?? {};
  if (updates !== undefined && paperEpochsFollowUpdates) flags.set('--value-epochs', updates);
  flags.set('--seed', String(seed)).set('--device', device);
  if (data !== undefined) flags.set('--data', data);
  const given = new Map([...flags].map(([flag, value]) => [flag.replace(/^--/, ''), value]));
  const whole = makeRunConfig({ problem, objective, preset, given, mayBeIdle });
  const wished = Math.max(1, Math.round(whole.steps * budget));
  const evaluateEvery = Math.min(whole.evaluateEvery ?? wished, Math.ceil(wished / fewestEvaluations));
  // A shortened run ends with an evaluation that is due, not a few iterations behind one.
  const steps = budget === 1 ? wished : evaluateEvery * Math.max(1, Math.round(wished / evaluateEvery));
  return { ...whole, steps, evaluateEvery };
}

/**
 * The first difference of two configurations that affects learning, as "steps 100, not 200"; undefined if there is none.
 * Seed, device, data folder and metrics do not count.
 */
export function settingsDifference(first: RunConfig, second: RunConfig): string | undefined {
  const [a, b] = [comparedSettings(first), comparedSettings(second)];
  const shown = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value).replaceAll('"', ''));
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [mine, others] = [shown(a[name]), shown(b[name])];
    if (mine !== others) return `${name} ${mine}, not ${others}`;
  }
  return undefined;
}

/** Options of what a run keeps and measures: they affect no learning. */
export const measuringOptions = [
  'recentSamples',
  'keepBest',
  'evaluationTrajectories',
  'gradientVarianceBatches',
  'gradientNorm',
] as const satisfies readonly (keyof RunConfig['trainingOptions'])[];

function comparedSettings(config: RunConfig): Record<string, unknown> {
  const { problem, objective, steps, batch } = config;
  const { problemOptions, objectiveOptions, trainingOptions } = effectiveOptions(catalogue, config);
  const learning = Object.entries(trainingOptions).filter(([name]) => !measuringOptions.some((each) => each === name));
  const settings = Object.entries({
    ...flatten(problemOptions),
    ...flatten(objectiveOptions),
    ...flatten(Object.fromEntries(learning)),
  });
  // A group without options, such as the network's by default, sets nothing.
  const set = settings.filter(([, value]) => !isGroup(value));
  return { ...{ problem, objective, steps, batch }, ...Object.fromEntries(set) };
}

/** The shell command that runs one trial by itself: trials are independent. */
export function trialCommand(
  trial: Trial,
  {
    budget,
    threads,
    folder,
    adjusted = new Map(),
  }: { budget: string; threads?: number | undefined; folder: string } & Pick<SweepRequest, 'adjusted'>,
): string {
  const { problem, seed, device, data } = trial.config;
  const words = ['reproduce', problem, '--methods', trial.method, '--seed', String(seed)];
  words.push('--budget', budget, '--device', device, '--out', folder, ...[...adjusted].flat());
  if (threads !== undefined) words.push('--threads', String(threads));
  if (data !== undefined) words.push('--data', data);
  return scheduledLine(words.map((word) => quoted(word)).join(' '));
}

/** The folder of a trial within the sweep's. */
export function trialPath(folder: string, { name }: Pick<Trial, 'name'>): string {
  return join(folder, name);
}

/** "paper", or a share of its iterations. Throws a UsageError. */
export function parseBudget(text: string): number {
  if (text === 'paper') return 1;
  const value = /\d/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 1) return value;
  throw new UsageError(`--budget takes "paper" or a share of its iterations above 0 and at most 1, not "${text}".`);
}
