import { complete, type GivenOptions, type OptionsOf, type Schema } from '../options/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { ObjectiveAbout } from './about.ts';
import type { Learner, LearnerContext, Objective } from './objective.ts';

/** A function that makes an objective from its options. @throws Error on options that are unknown or out of range */
export type ObjectiveFunction<Options extends Schema> = (options?: GivenOptions<Options>) => Objective;

/**
 * Defines an objective by its description and its code.
 * @param learner makes the networks that the objective trains, from complete and checked options
 */
export function defineObjective<Options extends Schema>(
  about: ObjectiveAbout<Options>,
  learner: (options: OptionsOf<Options>, context: LearnerContext) => Learner,
): ObjectiveFunction<Options> {
  checkGiven('defineObjective', { about }, { name: 'text' });
  checkGiven('defineObjective', { learner }, 'function');
  const { name, options: schema } = about;
  return (given) => {
    const options = complete(name, schema, given);
    return { name, options: { ...options }, learner: (context) => learner(options, context) };
  };
}
