import { nearestName } from '../environment/nearest.ts';
import { quoted } from '../environment/quoted.ts';
import { backwardPolicyDefaults } from './backward-policy.ts';
import {
  balanceDefaults,
  detailedBalance,
  logPartitionVariance,
  subTrajectoryBalance,
  trajectoryBalance,
} from './balance-objectives.ts';
import { entPpo, entPpoDefaults } from './ent-ppo.ts';
import { entTrpo, entTrpoDefaults } from './ent-trpo.ts';
import {
  gae,
  gaeSubEb,
  policyGradientDefaults,
  reinforceRewardToGo,
  reinforceTotalReturn,
  valueBaseline,
} from './estimators.ts';
import { flowMatching, flowMatchingDefaults } from './flow-matching.ts';
import type { Objective } from './objective.ts';

/** An option of an objective. `name` is as in `learningRate`; on the command line it is `--learning-rate`. */
export type ObjectiveOption =
  | {
      readonly name: string;
      readonly kind: 'integer';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly help: string;
    }
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      /** Whether `min` itself is out of bounds, as 0 is for a learning rate. */
      readonly aboveMin?: boolean;
      readonly max: number;
      readonly help: string;
    }
  | {
      readonly name: string;
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly string[];
      readonly help: string;
    }
  | {
      readonly name: string;
      /** On where it is named. */
      readonly kind: 'flag';
      readonly default: false;
      readonly help: string;
    };

/** A value of an option. */
export type ObjectiveOptionValue = number | string | boolean;
/** Options of an objective by name; those left out have their defaults. */
export type ObjectiveOptions = Readonly<Record<string, ObjectiveOptionValue>>;

/** An objective that can be asked for by name, on the command line or in a configuration. */
export interface ObjectiveDefinition {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Whether it learns from any trajectories, so that exploration and replay are open to it. */
  readonly offPolicy: boolean;
  readonly options: readonly ObjectiveOption[];
  /** @throws on options that are unknown or out of range */
  create(options?: ObjectiveOptions): Objective;
}

const count = (name: string, preset: number, help: string): ObjectiveOption => {
  return { name, kind: 'integer', default: preset, min: 1, max: 1024, help };
};

const rate = (name: string, preset: number, help: string): ObjectiveOption => {
  return { name, kind: 'number', default: preset, min: 0, aboveMin: true, max: 10, help };
};

const amount = (name: string, preset: number, help: string): ObjectiveOption => {
  return { name, kind: 'number', default: preset, min: 0, max: 10, help };
};

const share = (name: string, preset: number, help: string): ObjectiveOption => {
  return { name, kind: 'number', default: preset, min: 0, max: 1, help };
};

const flag = (name: string, help: string): ObjectiveOption => ({ name, kind: 'flag', default: false, help });

const learningRate = (preset: number) => rate('learningRate', preset, 'learning rate of the policy');
const valueLearningRate = (preset: number) => rate('valueLearningRate', preset, 'learning rate of the value network');
const valueEpochs = (preset: number) => count('valueEpochs', preset, 'passes of the value network over each batch (E)');
const valueChunks = (preset: number) =>
  count('valueChunks', preset, 'groups of trajectories in a pass, one update each (S)');
const lambda = (preset: number) => share('lambda', preset, 'decay of generalised advantage estimation');
const balanceOptions: readonly ObjectiveOption[] = [
  count('updates', balanceDefaults.tb.updates, 'updates on each batch'),
  {
    name: 'logRewardFloor',
    kind: 'number',
    default: balanceDefaults.tb.logRewardFloor,
    min: -1e9,
    max: -1,
    help: 'the least that a log-reward counts as',
  },
];
const decay = (name: string, preset: number) =>
  share(name, preset, "what each further step between two states leaves of their residual's weight");

/** One set for all, so that an objective that cannot learn its backward policy jointly says why. */
const backwardOptions: readonly ObjectiveOption[] = [
  {
    name: 'backwardPolicy',
    kind: 'choice',
    default: backwardPolicyDefaults.backwardPolicy,
    choices: ['uniform', 'learned', 'tlm'],
    help: 'backward policy: uniform, learned jointly (tb, db, subtb, vargrad), or tlm: trained by likelihood',
  },
  count('tlmEpochs', backwardPolicyDefaults.tlmEpochs, 'steps on the likelihood of each batch, for tlm'),
  rate('tlmLearningRate', backwardPolicyDefaults.tlmLearningRate, 'their learning rate at first, for tlm'),
];

/** Every objective known by name. */
export const objectiveDefinitions: readonly ObjectiveDefinition[] = [
  define({
    name: 'ent-ppo',
    summary: 'Entropy-regularised proximal policy optimisation: clipped ratios, analytic KL, a learnt value.',
    offPolicy: false,
    options: [
      learningRate(entPpoDefaults.learningRate),
      valueLearningRate(entPpoDefaults.valueLearningRate),
      count('policyUpdates', entPpoDefaults.policyUpdates, 'policy updates on each batch (K)'),
      valueEpochs(entPpoDefaults.valueEpochs),
      valueChunks(entPpoDefaults.valueChunks),
      share(
        'clipRange',
        entPpoDefaults.clipRange,
        'how far the probability ratio counts on either side of 1 (epsilon)',
      ),
      lambda(entPpoDefaults.lambda),
      flag('frozenTargets', 'compute value targets once an iteration, not anew for each chunk'),
      flag('withoutDivergence', 'ablation: leave the divergence out of the objective'),
      flag('withoutClipping', 'ablation: leave the probability ratio unclipped'),
      flag('terminalRewardOnly', 'ablation: leave the backward policy out of the rewards'),
      flag('normalizeAdvantage', 'ablation: centre advantages and divide them by their deviation'),
      ...backwardOptions,
    ],
    make: entPpo,
  }),
  define({
    name: 'ent-trpo',
    summary: 'Trust-region policy optimisation: natural gradient, line search, a learnt value and log Z.',
    offPolicy: false,
    options: [
      valueLearningRate(entTrpoDefaults.valueLearningRate),
      valueEpochs(entTrpoDefaults.valueEpochs),
      valueChunks(entTrpoDefaults.valueChunks),
      rate('logPartitionLearningRate', entTrpoDefaults.logPartitionLearningRate, 'learning rate of log Z'),
      lambda(entTrpoDefaults.lambda),
      rate(
        'maxDivergence',
        entTrpoDefaults.maxDivergence,
        'largest divergence of an update, summed over the steps of a trajectory (delta)',
      ),
      count(
        'conjugateGradientSteps',
        entTrpoDefaults.conjugateGradientSteps,
        'iterations of conjugate gradients in the search for a step',
      ),
      amount('damping', entTrpoDefaults.damping, "added to the Fisher matrix's diagonal"),
      count(
        'lineSearchSteps',
        entTrpoDefaults.lineSearchSteps,
        'lengths of a step to try, each half of the one before',
      ),
      ...backwardOptions,
    ],
    make: entTrpo,
  }),
  define({
    name: 'gae',
    summary: 'Policy gradient with generalised advantages and a learnt value.',
    offPolicy: false,
    options: [
      learningRate(policyGradientDefaults.gae.learningRate),
      valueLearningRate(policyGradientDefaults.gae.valueLearningRate),
      valueEpochs(policyGradientDefaults.gae.valueEpochs),
      valueChunks(policyGradientDefaults.gae.valueChunks),
      lambda(policyGradientDefaults.gae.lambda),
      ...backwardOptions,
    ],
    make: gae,
  }),
  define({
    name: 'gae-subeb',
    summary: 'Policy gradient with generalised advantages, the value learnt by sub-trajectory balance.',
    offPolicy: false,
    options: [
      learningRate(policyGradientDefaults['gae-subeb'].learningRate),
      valueLearningRate(policyGradientDefaults['gae-subeb'].valueLearningRate),
      lambda(policyGradientDefaults['gae-subeb'].lambda),
      decay('subTrajectoryDecay', policyGradientDefaults['gae-subeb'].subTrajectoryDecay),
      ...backwardOptions,
    ],
    make: gaeSubEb,
  }),
  define({
    name: 'value-baseline',
    summary: 'Policy gradient on the reward-to-go less a learnt value.',
    offPolicy: false,
    options: [
      learningRate(policyGradientDefaults['value-baseline'].learningRate),
      valueLearningRate(policyGradientDefaults['value-baseline'].valueLearningRate),
      valueEpochs(policyGradientDefaults['value-baseline'].valueEpochs),
      valueChunks(policyGradientDefaults['value-baseline'].valueChunks),
      ...backwardOptions,
    ],
    make: valueBaseline,
  }),
  define({
    name: 'reward-to-go',
    summary: 'Policy gradient on the soft reward-to-go.',
    offPolicy: false,
    options: [learningRate(policyGradientDefaults['reward-to-go'].learningRate), ...backwardOptions],
    make: reinforceRewardToGo,
  }),
  define({
    name: 'total-return',
    summary: "Policy gradient on the whole trajectory's soft return.",
    offPolicy: false,
    options: [learningRate(policyGradientDefaults['total-return'].learningRate), ...backwardOptions],
    make: reinforceTotalReturn,
  }),
  define({
    name: 'tb',
    summary: 'Trajectory balance, with log Z as a parameter.',
    offPolicy: true,
    options: [
      learningRate(balanceDefaults.tb.learningRate),
      rate('logPartitionLearningRate', balanceDefaults.tb.logPartitionLearningRate, 'learning rate of log Z'),
      ...balanceOptions,
      ...backwardOptions,
    ],
    make: trajectoryBalance,
  }),
  define({
    name: 'db',
    summary: 'Detailed balance of every step, with learnt flows.',
    offPolicy: true,
    options: [learningRate(balanceDefaults.db.learningRate), ...balanceOptions, ...backwardOptions],
    make: detailedBalance,
  }),
  define({
    name: 'subtb',
    summary: 'Sub-trajectory balance over all pairs of states, with learnt flows.',
    offPolicy: true,
    options: [
      learningRate(balanceDefaults.subtb.learningRate),
      decay('decay', balanceDefaults.subtb.decay),
      ...balanceOptions,
      ...backwardOptions,
    ],
    make: subTrajectoryBalance,
  }),
  define({
    name: 'vargrad',
    summary: 'Log-partition variance: trajectory balance without a parameter for log Z.',
    offPolicy: true,
    options: [learningRate(balanceDefaults.vargrad.learningRate), ...balanceOptions, ...backwardOptions],
    make: logPartitionVariance,
  }),
  define({
    name: 'fm',
    summary: 'Flow matching: what flows into a state flows out of it; the network runs at all parents.',
    offPolicy: true,
    options: [learningRate(flowMatchingDefaults.learningRate)],
    make: flowMatching,
  }),
];

/** @throws on an unknown name, with the nearest known one */
export function findObjective(name: string): ObjectiveDefinition {
  const found = objectiveDefinitions.find((objective) => objective.name === name);
  if (found) return found;
  const names = objectiveDefinitions.map((objective) => objective.name);
  const nearest = nearestName(name, names);
  throw new Error(
    `There is no objective called ${quoted(name)}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ` +
      `Known are: ${names.join(', ')}.`,
  );
}

interface ObjectiveRecipe<Options> {
  readonly name: string;
  readonly summary: string;
  readonly offPolicy: boolean;
  readonly options: readonly ObjectiveOption[];
  make(options: Partial<Options>): Objective;
}

function define<Options>({ name, summary, offPolicy, options, make }: ObjectiveRecipe<Options>): ObjectiveDefinition {
  return {
    name,
    summary,
    offPolicy,
    options,
    create(given = {}) {
      for (const key of Object.keys(given)) {
        if (options.some((option) => option.name === key)) continue;
        const names = options.map((option) => option.name);
        const nearest = nearestName(key, names);
        throw new Error(
          `${name} has no option ${key}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ` +
            `It has: ${names.join(', ')}.`,
        );
      }
      // The names have been checked above; the values are checked by the objective itself.
      return make(given as Partial<Options>);
    },
  };
}
