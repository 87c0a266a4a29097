import { isRecord } from '../text/is-record.ts';
import { nearestName } from '../text/nearest.ts';
import { shown } from '../text/shown.ts';
import type { AnyProblem, Environment, RatedEnvironment, Reward } from './environment.ts';

const functions = [
  'initial',
  'isTerminal',
  'forwardMask',
  'step',
  'backwardMask',
  'backwardStep',
  'backwardAction',
  'forwardAction',
  'text',
] as const satisfies readonly (keyof Environment)[];
const lengths = ['stateSize', 'actionCount', 'backwardActionCount'] as const satisfies readonly (keyof Environment)[];
const counts = ['maxSteps', 'horizon'] as const satisfies readonly (keyof Environment)[];

/**
 * The longest row of a state, mask or observation. Even one such row would need more memory for any network than a
 * device has, and rows are allocated before a device is asked.
 */
const maxRowLength = 2 ** 22;
const aLength = `an integer from 1 to ${maxRowLength}`;

function isCount(value: unknown, max = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= max;
}

/**
 * Checks an environment's members, which may be missing or of the wrong type in programs without types. Calls nothing.
 * @returns sentences; empty if all is well
 */
export function shapeProblems(environment: unknown): string[] {
  if (typeof environment === 'function') {
    const name = environment.name || 'it';
    return [`The environment is the function ${name}; call it, as in ${name}({ ... }).`];
  }
  if (typeof environment !== 'object' || environment === null) {
    return [`The environment is ${String(environment)}; it must be an object, such as defineEnvironment makes.`];
  }
  const members = environment as Readonly<Record<string, unknown>>;
  const name = typeof members.name === 'string' ? members.name : '(without a name)';
  const problems: string[] = [];
  const require = (member: string, isRight: boolean, rule: string, value = members[member]) => {
    if (isRight) return;
    const nearest = member in members ? undefined : nearestName(member, Object.keys(members));
    const found = value === undefined && !(member in members) ? 'is missing' : `is ${shown(value)}`;
    const hint = nearest === undefined ? '' : ` Is it ${nearest}?`;
    problems.push(`The environment ${name}: ${member} ${found}; it must be ${rule}.${hint}`);
  };
  require('name', typeof members.name === 'string' && members.name !== '', 'a text');
  for (const member of functions) require(member, typeof members[member] === 'function', 'a function');
  for (const member of lengths) require(member, isCount(members[member], maxRowLength), aLength);
  for (const member of counts) require(member, isCount(members[member]), 'an integer of at least 1');
  require('options', isRecord(members.options), 'an object');
  const { observation } = members;
  const isObservation = isRecord(observation) && typeof observation.encode === 'function' && 'dtype' in observation;
  require('observation', isObservation, 'what tokenObservation, featureObservation or graphObservation makes');
  if (isObservation) {
    const { width, size } = observation;
    require("its observation's width", isCount(width), 'an integer of at least 1', width);
    require("its observation's size", isCount(size, maxRowLength), aLength, size);
  }
  // Reading it may number all states.
  const isComputed = Object.getOwnPropertyDescriptor(members, 'enumeration')?.get !== undefined;
  const numbers =
    'all states by number (stateCount, objectCount, stateAt, indexOf, objectAt, objectIndexOf), or { reason }, a text';
  require('enumeration', isComputed || isEnumeration(members.enumeration), numbers);
  return problems;
}

/**
 * Refuses a problem whose members are missing or of the wrong type, or whose reward was made for another environment,
 * before calling anything in it.
 * @throws Error that names the member
 */
export function checkProblemShape(problem: AnyProblem): void {
  const given: unknown = problem;
  if (!isRecord(given)) throw new Error('`problem` must be an object { environment, reward }.');
  const [first] = shapeProblems(given.environment);
  if (first !== undefined) throw new Error(first);
  const { reward } = given;
  if (typeof reward === 'function') {
    throw new Error(
      "The reward is a function; it must be { name, logReward }, where logReward(state) is the reward's natural logarithm.",
    );
  }
  const isReward = isRecord(reward) && (typeof reward.logReward === 'function' || typeof reward.prepare === 'function');
  if (!isReward) {
    throw new Error(
      'The problem has no reward: give { name, logReward }, where logReward(state) is its natural logarithm.',
    );
  }
  checkRewardFits(problem.environment, problem.reward);
}

/**
 * Refuses a reward made for another environment or another size.
 * @throws Error that names both with their options
 */
export function checkRewardFits(environment: RatedEnvironment, reward: Pick<Reward, 'name' | 'of'>): void {
  const { of } = reward;
  if (of === undefined) return;
  // Compares what determines states, not names: an environment derived from another may have its own name.
  const hasSameOptions = Object.entries(of.options).every(([name, value]) => environment.options[name] === value);
  const isSame = of.stateSize === environment.stateSize && hasSameOptions;
  if (isSame) return;
  throw new Error(
    `The reward ${reward.name} is one of ${described(of)}, but the environment is ${described(environment)}. ` +
      'Make both with the same options.',
  );
}

function isEnumeration(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if ('reason' in value) return typeof value.reason === 'string';
  const { stateAt, indexOf, objectAt, objectIndexOf } = value;
  const isNumbered = [stateAt, indexOf, objectAt, objectIndexOf].every((each) => typeof each === 'function');
  return isNumbered && typeof value.stateCount === 'number' && typeof value.objectCount === 'number';
}

function described({ name, options }: RatedEnvironment): string {
  const all = Object.entries(options).map(([option, value]) => `${option} ${value}`);
  return all.length === 0 ? name : `${name} (${all.join(', ')})`;
}
