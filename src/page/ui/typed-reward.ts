import type { RunConfig } from '../../run/run-config.ts';
import { pageProblem } from '../catalogue.ts';

/** The expression of a configuration's reward; undefined if it is not an expression. */
export function typedRewardOf(config: RunConfig): string | undefined {
  const options = pageProblem(config.problem).expression;
  if (options === undefined || config.problemOptions[options.choice] !== options.written) return undefined;
  const text = config.problemOptions[options.text];
  return typeof text === 'string' ? text : undefined;
}

/** The same with the problem's reward for the case without an expression. */
export function withoutTypedReward(config: RunConfig): RunConfig {
  const options = pageProblem(config.problem).expression;
  if (options === undefined || typedRewardOf(config) === undefined) return config;
  const { [options.text]: _, ...rest } = config.problemOptions;
  return { ...config, problemOptions: { ...rest, [options.choice]: options.otherwise } };
}

/**
 * A configuration after one of its problem's options was changed, with a matching expression: only if the reward is
 * typed, and removed with it if it was emptied.
 * @param changed the name of the option
 */
export function withFittingExpression(config: RunConfig, changed: string): RunConfig {
  const options = pageProblem(config.problem).expression;
  if (options === undefined) return config;
  const { choice, written, otherwise, text } = options;
  const { [text]: expression, ...rest } = config.problemOptions;
  if (rest[choice] !== written) return { ...config, problemOptions: rest };
  if (expression !== undefined) return config;
  const problemOptions = changed === text ? { ...rest, [choice]: otherwise } : { ...rest, [text]: options.start(rest) };
  return { ...config, problemOptions };
}
