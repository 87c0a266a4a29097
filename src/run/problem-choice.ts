import type { AnyProblem, DeferredReward, Environment, Reward } from '../environment/environment.ts';
import { checkGiven } from '../text/check-given.ts';

/** The problem to train on: a problem, or an environment with a reward. */
export type ProblemChoice = GivenProblem | GivenReward | GivenLogReward;

interface GivenProblem {
  readonly problem: AnyProblem;
  readonly environment?: undefined;
}

interface GivenReward {
  readonly environment: Environment;
  readonly reward: Reward | DeferredReward;
  readonly problem?: undefined;
}

interface GivenLogReward {
  readonly environment: Environment;
  /** log R(x) of a terminal state, finite. */
  readonly logReward: (state: Int32Array) => number;
  /** The same in WGSL (see `Reward.shader`), with which a GPU runs whole rollouts. */
  readonly logRewardShader?: string | undefined;
  readonly problem?: undefined;
}

/** Every field, as plain JavaScript may pass it. */
interface Given {
  readonly problem?: AnyProblem | undefined;
  readonly environment?: Environment | undefined;
  readonly reward?: Reward | DeferredReward | undefined;
  readonly logReward?: ((state: Int32Array) => number) | undefined;
  readonly logRewardShader?: string | undefined;
}

/** @throws Error that names what is missing or given twice */
export function problemOf(choice: ProblemChoice): AnyProblem {
  checkGiven('A run', { options: choice }, 'object');
  const given: Given = choice;
  const { problem, environment, reward, logReward, logRewardShader } = given;
  if (problem !== undefined) {
    if (environment !== undefined || reward !== undefined || logReward !== undefined) {
      throw new Error('A run takes either a problem, or an environment with its reward, not both.');
    }
    const { environment: own, reward: ofOwn } = Object(problem) as Partial<AnyProblem>;
    if (own === undefined || ofOwn === undefined) {
      throw new Error('`problem` must have an environment and a reward, as hypergridProblem() makes it.');
    }
    return problem;
  }
  if (environment === undefined) {
    throw new Error('A run needs `problem`, or `environment` with `reward` or `logReward`.');
  }
  if ((reward === undefined) === (logReward === undefined)) {
    throw new Error(`The environment ${environment.name} needs either \`reward\` or \`logReward\`, one of the two.`);
  }
  if (reward !== undefined) return { environment, reward } as AnyProblem;
  if (typeof logReward !== 'function') {
    throw new Error('`logReward` must be a function of a terminal state, which returns log R.');
  }
  const shader = logRewardShader === undefined ? {} : { shader: { code: logRewardShader } };
  return { environment, reward: { name: 'log-reward', logReward, ...shader } };
}
