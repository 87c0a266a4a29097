import { broadcastTo, sum } from '../ops/index.ts';
import { type ActorCriticMethod, actorCritic } from './actor-critic.ts';
import { generalizedAdvantage, rewardToGo } from './advantage.ts';
import { type BackwardPolicyOptions, backwardPolicyDefaults, checkFixedBackwardPolicy } from './backward-policy.ts';
import { regression, subTrajectoryEvaluation } from './critic.ts';
import type { Objective } from './objective.ts';
import { vanillaUpdate } from './policy-update.ts';
import { checkCounts, checkRates, checkShare } from './settings.ts';

/**
 * The policy gradient (Zykova-Myzina et al. 2026, Algorithm 1) with each of the advantages that the paper compares
 * (section 5.2). They differ in what an action is credited with, and in the critic that this takes.
 */

export interface PolicyGradientOptions extends BackwardPolicyOptions {
  readonly learningRate: number;
}

export interface CriticOptions extends PolicyGradientOptions {
  readonly valueLearningRate: number;
  /** E: passes of the value network over the batch. */
  readonly valueEpochs: number;
  /** S: contiguous chunks of trajectories in each pass. */
  readonly valueChunks: number;
}

export interface GaeOptions extends CriticOptions {
  /** lambda of generalised advantage estimation. */
  readonly lambda: number;
}

export interface GaeSubEbOptions extends PolicyGradientOptions {
  readonly valueLearningRate: number;
  readonly lambda: number;
  /** What each further step between two states takes off the weight of their residual in the critic's loss. */
  readonly subTrajectoryDecay: number;
}

const common = { learningRate: 1e-3, ...backwardPolicyDefaults };

/** The paper's settings for Hypergrid. */
export const policyGradientDefaults = {
  'total-return': common,
  'reward-to-go': common,
  'value-baseline': { ...common, valueLearningRate: 1e-3, valueEpochs: 2, valueChunks: 1 },
  gae: { ...common, valueLearningRate: 1e-3, valueEpochs: 1, valueChunks: 1, lambda: 0.9 },
  'gae-subeb': { ...common, valueLearningRate: 1e-3, lambda: 0.7, subTrajectoryDecay: 0.9 },
} satisfies Record<string, PolicyGradientOptions | CriticOptions | GaeOptions | GaeSubEbOptions>;

/** Every action is credited with the whole trajectory's soft return. */
export function reinforceTotalReturn(options: Partial<PolicyGradientOptions> = {}): Objective {
  const settings = { ...policyGradientDefaults['total-return'], ...options };
  return objective('total-return', settings, {
    learningRate: settings.learningRate,
    advantage: (softReturns) => broadcastTo(sum(softReturns, 0, true), softReturns.shape),
    update: vanillaUpdate(),
  });
}

/** An action is credited with what follows it (eq. 10). */
export function reinforceRewardToGo(options: Partial<PolicyGradientOptions> = {}): Objective {
  const settings = { ...policyGradientDefaults['reward-to-go'], ...options };
  return objective('reward-to-go', settings, {
    learningRate: settings.learningRate,
    advantage: rewardToGo,
    update: vanillaUpdate(),
  });
}

/** An action is credited with what follows it beyond V(s_t) (eq. 11): generalised advantages with lambda = 1. */
export function valueBaseline(options: Partial<CriticOptions> = {}): Objective {
  const settings = { ...policyGradientDefaults['value-baseline'], ...options };
  return objective('value-baseline', settings, {
    learningRate: settings.learningRate,
    advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, 1),
    update: vanillaUpdate(),
    critic: valueRegression({ ...settings, lambda: 1 }),
  });
}

/** An action is credited with its generalised advantage (eq. 13). */
export function gae(options: Partial<GaeOptions> = {}): Objective {
  const settings = { ...policyGradientDefaults.gae, ...options };
  return objective('gae', settings, {
    learningRate: settings.learningRate,
    advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, settings.lambda),
    update: vanillaUpdate(),
    critic: valueRegression(settings),
  });
}

/** Generalised advantages, with the critic trained by sub-trajectory balance (eq. 14 and 15). */
export function gaeSubEb(options: Partial<GaeSubEbOptions> = {}): Objective {
  const settings = { ...policyGradientDefaults['gae-subeb'], ...options };
  checkShare('gae-subeb', settings, ['subTrajectoryDecay']);
  return objective('gae-subeb', settings, {
    learningRate: settings.learningRate,
    advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, settings.lambda),
    update: vanillaUpdate(),
    critic: { learningRate: settings.valueLearningRate, update: subTrajectoryEvaluation(settings.subTrajectoryDecay) },
  });
}

function valueRegression({ valueLearningRate, valueEpochs, valueChunks, lambda }: GaeOptions) {
  const update = regression({ epochs: valueEpochs, chunks: valueChunks, lambda, frozenTargets: false });
  return { learningRate: valueLearningRate, update };
}

function objective(name: string, settings: PolicyGradientOptions, method: ActorCriticMethod): Objective {
  const options: Readonly<Record<string, number | string>> = { ...settings };
  const given = (names: readonly string[]) => names.filter((setting) => setting in options);
  checkRates(name, options, given(['learningRate', 'valueLearningRate']));
  checkCounts(name, options, given(['valueEpochs', 'valueChunks']));
  checkShare(name, options, given(['lambda']));
  checkFixedBackwardPolicy(name, settings);
  const whole = { ...method, backward: settings };
  return { name, options, learner: (context) => actorCritic(whole, context) };
}
