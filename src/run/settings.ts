import { paperSettings } from './paper-settings.ts';
import type { PresetDefinition, RunSettings } from './run-settings.ts';

/**
 * What a run is given where its user says nothing: sizes that show a sampler learn within about a minute on two
 * cores, two to three for molecules. Learning rates fall to a tenth, since at constant rates a policy keeps moving about
 * its optimum. Options not named here have the defaults of their environment and objective.
 */
export function defaultSettings(environment: string, objective: string): RunSettings {
  if (Object.hasOwn(moleculeRuns, environment)) return moleculeSettings(moleculeRuns[environment], objective);
  const steps = environment === 'hypergrid' ? 500 : 5000;
  return {
    environmentOptions: {},
    objectiveOptions: {},
    trainingOptions: { learningRateEnd: 0.1 },
    steps,
    batch: 32,
    evaluateEvery: steps / 20,
  };
}

/** Sizes of small runs on molecules. */
interface MoleculeRun {
  readonly steps: number;
  readonly batch: number;
}

const moleculeRuns: Readonly<Record<string, MoleculeRun>> = {
  molecules: { steps: 400, batch: 32 },
  seh: { steps: 150, batch: 32 },
  'qm9-atoms': { steps: 150, batch: 32 },
};

/** A graph network that two cores keep up with, and the best objects kept to be looked at. */
function moleculeSettings({ steps, batch }: MoleculeRun, objective: string): RunSettings {
  const isEntPpo = objective === 'ent-ppo';
  return {
    environmentOptions: {},
    objectiveOptions: {
      ...(objective === 'ent-trpo' ? {} : { learningRate: 5e-4 }),
      ...(isEntPpo || objective === 'gae' ? { valueLearningRate: 1e-3 } : {}),
      ...(isEntPpo ? { policyUpdates: 2, valueEpochs: 2, frozenTargets: true } : {}),
    },
    trainingOptions: {
      learningRateEnd: 0.1,
      clipParameterNorm: 10,
      averageDecay: 0.95,
      graphWidth: 64,
      graphLayers: 2,
      graphHeads: 2,
      evaluationTrajectories: 128,
      keepBest: 100,
    },
    steps,
    batch,
    evaluateEvery: steps / 10,
  };
}

/** Settings that can be asked for by name. */
export const presets: readonly PresetDefinition[] = [
  {
    name: 'paper',
    summary: 'The sizes and constants of the experiments in arXiv 2606.15793.',
    settings: paperSettings,
  },
  {
    name: 'small',
    summary: 'Sizes for two cores without a GPU: what a run has where nothing is asked for.',
    settings: defaultSettings,
  },
];
