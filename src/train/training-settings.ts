import { complete } from '../options/index.ts';
import { maxReplayCapacity } from '../replay/index.ts';
import type { ObjectiveOption, ObjectiveOptions } from '../run/option-list.ts';
import { type TrainingSettings, trainingOptions } from './options.ts';

const share = (name: string, preset: number, help: string): ObjectiveOption => {
  return { name, kind: 'number', default: preset, min: 0, max: 1, help };
};

/** Settings of a run that every objective shares, for command lines and configurations. */
export const trainingSettings: readonly ObjectiveOption[] = [
  {
    ...share('learningRateEnd', 1, 'share of the learning rates that is left at the end; they fall linearly'),
    aboveMin: true,
  } as ObjectiveOption,
  {
    name: 'learningRateSteps',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
    help: 'iterations over which the learning rates fall, and stay where they are then; 0 for all of the run',
  },
  share('explorationStart', 0, 'share of actions drawn uniformly at the start (for balance objectives)'),
  share('explorationEnd', 0, 'share of actions drawn uniformly from --exploration-steps on'),
  {
    name: 'explorationSteps',
    kind: 'integer',
    default: 1000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'iterations over which exploration changes, linearly',
  },
  {
    name: 'temperature',
    kind: 'number',
    default: 1,
    min: 0,
    aboveMin: true,
    max: 1000,
    help: 'what logits are divided by in sampling (for balance objectives)',
  },
  { name: 'weightDecay', kind: 'number', default: 0, min: 0, max: 1, help: "Adam's weight decay (L2)" },
  {
    name: 'clipNorm',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1e9,
    help: 'Euclidean norm that gradients are scaled down to; 0 leaves them as they are',
  },
  {
    name: 'clipParameterNorm',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1e9,
    help: "the same for each parameter's gradient by itself",
  },
  {
    name: 'learningRateHalfLife',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1e9,
    help: 'updates in which the learning rates halve, again and again; 0 for never',
  },
  {
    name: 'valueClipNorm',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1e9,
    help: "the norm that the value network's gradients are scaled down to instead; 0 for as the policy's",
  },
  {
    name: 'valueLearningRateHalfLife',
    kind: 'number',
    default: -1,
    min: -1,
    max: 1e9,
    help: "updates in which the value network's learning rate halves; 0 for never, -1 for as the policy's",
  },
  {
    name: 'logPartitionHalfLife',
    kind: 'number',
    default: -1,
    min: -1,
    max: 1e9,
    help: "updates in which log Z's learning rate halves; 0 for never, -1 for as that of networks, where log Z is one",
  },
  share('averageDecay', 0, 'what each update leaves of the averaged parameters that are evaluated; 0 for no average'),
  {
    name: 'graphWidth',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 1024,
    help: "channels of a graph network's nodes; 0 for the default, 128",
  },
  {
    name: 'graphLayers',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 64,
    help: 'layers of a graph network; 0 for the default, 4',
  },
  {
    name: 'graphHeads',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 64,
    help: 'attention heads of a graph network; 0 for the default, 2',
  },
  {
    name: 'evaluationTrajectories',
    kind: 'integer',
    default: 256,
    min: 2,
    max: 1_000_000,
    help: 'trajectories sampled for an evaluation, where objects cannot be enumerated',
  },
  {
    name: 'keepBest',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 1_000_000,
    help: 'how many of the best distinct objects of the run are kept; 0 for none',
  },
  {
    name: 'recentSamples',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 10_000_000,
    help: 'objects sampled last that evaluations give metrics of too; 0 for none, 200000 in the paper',
  },
  {
    name: 'replay',
    kind: 'choice',
    default: 'none',
    choices: ['none', 'fifo', 'prioritised'],
    help: 'objects to learn from again: none, the latest, or the best, by reward (for balance objectives)',
  },
  {
    name: 'replayCapacity',
    kind: 'integer',
    default: 1000,
    min: 1,
    max: maxReplayCapacity,
    help: 'objects kept for replay',
  },
  {
    name: 'replayEvery',
    kind: 'integer',
    default: 1,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'iterations from one update on replayed objects to the next',
  },
  {
    name: 'replayStart',
    kind: 'integer',
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
    help: 'iterations before replay begins',
  },
  {
    name: 'replayExponent',
    kind: 'number',
    default: 1,
    min: 0,
    max: 100,
    help: 'prioritised replay draws objects in proportion to the reward to this power',
  },
];

/** The options for values of these settings, in their groups; what is absent has its default. */
export function trainingOptionsOf(values: ObjectiveOptions): TrainingSettings {
  const valueFor = (name: string) => values[name] ?? trainingSettings.find((setting) => setting.name === name)?.default;
  const settingOf = (name: string) => Number(valueFor(name));
  /** Where 0 stands for leaving the option out. */
  const given = (setting: string) => (settingOf(setting) > 0 ? settingOf(setting) : undefined);
  const kind = valueFor('replay');
  const weightDecay = settingOf('weightDecay');
  const clipping = { clipNorm: given('clipNorm'), clipParameterNorm: given('clipParameterNorm') };
  const halfLife = given('learningRateHalfLife');
  const own = (setting: string) => (settingOf(setting) < 0 ? halfLife : given(setting));
  return complete('run', trainingOptions, {
    learningRate: { end: settingOf('learningRateEnd'), steps: given('learningRateSteps') },
    exploration: {
      start: settingOf('explorationStart'),
      end: settingOf('explorationEnd'),
      iterations: settingOf('explorationSteps'),
      temperature: settingOf('temperature'),
    },
    optimizer: { weightDecay, ...clipping, halfLife, averageDecay: given('averageDecay') },
    valueOptimizer: {
      weightDecay,
      ...(settingOf('valueClipNorm') > 0 ? { clipNorm: given('valueClipNorm') } : clipping),
      halfLife: own('valueLearningRateHalfLife'),
    },
    logPartitionOptimizer:
      settingOf('logPartitionHalfLife') < 0 ? undefined : { halfLife: given('logPartitionHalfLife') },
    network: { width: given('graphWidth'), layers: given('graphLayers'), heads: given('graphHeads') },
    evaluationTrajectories: settingOf('evaluationTrajectories'),
    keepBest: given('keepBest'),
    recentSamples: given('recentSamples'),
    replay:
      kind === 'fifo' || kind === 'prioritised'
        ? {
            kind,
            capacity: settingOf('replayCapacity'),
            every: settingOf('replayEvery'),
            start: settingOf('replayStart'),
            exponent: settingOf('replayExponent'),
          }
        : undefined,
  });
}
