import { checkNames } from '../options/index.ts';
import { messageOf } from '../text/message-of.ts';
import { checkProblemShape, shapeProblems } from './check-problem.ts';
import { checkCalls, indexChecks } from './conformance-calls.ts';
import { checkEnumeration } from './conformance-enumeration.ts';
import { CONFORMANCE_RULES, type Finding, newReport, type Subject, show } from './conformance-report.ts';
import { checkState } from './conformance-state.ts';
import { checkWalks } from './conformance-walk.ts';
import type { Enumeration, Environment, Reward } from './environment.ts';
import { sameRow } from './rows.ts';

export { CONFORMANCE_RULES, type ConformanceRule, type Finding } from './conformance-report.ts';

/** Options of an examination. */
export interface ConformanceOptions {
  /** Determines the walks. */
  readonly seed?: number;
  /** The number of walks; the states they visit are examined one by one. */
  readonly trajectories?: number;
  /** Up to this many states and objects together, every one is examined, and paths are counted. */
  readonly exhaustiveUpTo?: number;
}

/**
 * Examines an environment, and its reward if given, by the rules of `CONFORMANCE_RULES`: on random walks, and
 * exhaustively if it is small. For your own environments too: an environment without findings can be trained on. Needs
 * no device; `assertShaderConformance` checks that the shader agrees.
 *
 * @returns the findings, at most three for each rule
 */
export function checkEnvironment(
  environment: Environment,
  reward?: Reward,
  options: ConformanceOptions = {},
): Finding[] {
  checkNames('checkEnvironment', options, ['seed', 'trajectories', 'exhaustiveUpTo']);
  const { seed = 1, trajectories = 50, exhaustiveUpTo = 2000 } = options;
  const report = newReport();
  const subject: Subject = { environment, reward, report };
  for (const problem of shapeProblems(environment)) report.add('shape', problem);
  if (report.findings.length > 0) return [...report.findings];
  checkReward(subject);
  checkSizes(subject);
  // With invalid sizes there are no rows to examine.
  if (report.findings.length > 0) return [...report.findings];

  checkShader(subject);
  report.attempt('the initial state', () => checkInitial(subject));
  report.attempt('refusing text', () => checkRefusal(subject));
  const walks = checkWalks(subject, seed, trajectories);

  const { stateSize } = environment;
  const enumeration = numberingOf(subject);
  const states = new Map<string, Int32Array>();
  const keep = (state: Int32Array): void => {
    states.set(state.join(), state);
  };
  for (const walk of walks) {
    for (let at = 0; at < walk.states.length; at += stateSize) keep(walk.states.slice(at, at + stateSize));
  }
  if (!('reason' in enumeration)) {
    const exhaustive = enumeration.stateCount + enumeration.objectCount <= exhaustiveUpTo;
    checkEnumeration(subject, enumeration, { walks, exhaustive, seed });
    // Rows from a wrong numbering would violate unrelated rules.
    if (exhaustive && !report.has('state numbers', 'exceptions')) allRows(enumeration, stateSize).forEach(keep);
  } else if (enumeration.reason.trim() === '') {
    report.add('state numbers', 'An environment without an enumeration gives the reason as a sentence.');
  }

  let calls = 0;
  const checkIndices = indexChecks(subject);
  for (const state of states.values()) {
    checkState(subject, state);
    // Watching every write is slow, and writes beyond a row hardly depend on the state.
    if (calls++ >= 200) continue;
    report.attempt(`calls at ${show(environment, state)}`, () => checkCalls(subject, state));
    report.attempt(`indices at ${show(environment, state)}`, () => checkIndices(state));
  }
  return [...report.findings];
}

/**
 * Throws one error that lists everything `checkEnvironment` finds.
 * @throws Error if there are findings.
 */
export function assertConformance(environment: Environment, reward?: Reward, options?: ConformanceOptions): void {
  const findings = checkEnvironment(environment, reward, options);
  if (findings.length === 0) return;
  const lines = findings.map(({ rule, message }) => `- ${rule}: ${message} (${CONFORMANCE_RULES[rule]})`);
  const count = new Set(findings.map(({ rule }) => rule)).size;
  const rules = count === 1 ? 'a rule' : `${count} rules`;
  const { name } = Object(environment) as Partial<Environment>;
  throw new Error(`The environment ${name ?? '(without a name)'} breaks ${rules}:\n${lines.join('\n')}`);
}

/** The numbering, which an environment may compute only on this access. */
function numberingOf({ environment, report }: Subject): Environment['enumeration'] {
  try {
    return environment.enumeration;
  } catch (error) {
    report.add('exceptions', `numbering states: ${messageOf(error)}`);
    return { reason: 'It cannot be made.' };
  }
}

function checkReward({ environment, reward, report }: Subject): void {
  if (reward === undefined) return;
  try {
    checkProblemShape({ environment, reward });
  } catch (error) {
    report.add('shape', messageOf(error));
  }
}

function checkSizes({ environment, report }: Subject): void {
  const { observation, maxSteps, horizon } = environment;
  const sizes: Record<string, number> = {
    stateSize: environment.stateSize,
    actionCount: environment.actionCount,
    backwardActionCount: environment.backwardActionCount,
    maxSteps,
    horizon,
    'observation.width': observation.width,
    'observation.size': observation.size,
  };
  for (const [name, size] of Object.entries(sizes)) {
    if (!(Number.isInteger(size) && size >= 1))
      report.add('sizes', `${name} is ${size}; it is a whole number of at least 1.`);
  }
  if (horizon < maxSteps)
    report.add('sizes', `The horizon (${horizon}) is shorter than the longest trajectory (${maxSteps}).`);
}

function checkInitial({ environment, report }: Subject): void {
  const state = new Int32Array(environment.stateSize);
  const other = new Int32Array(environment.stateSize).fill(-7);
  environment.initial(state);
  environment.initial(other);
  if (!sameRow(state, other)) {
    report.add(
      'initial state',
      `It was [${state.join(', ')}] written over 0, and [${other.join(', ')}] written over -7.`,
    );
  }
  if (environment.isTerminal(state))
    report.add('initial state', `The initial state ${show(environment, state)} is terminal.`);
}

function checkRefusal({ environment, report }: Subject): void {
  // An empty text may well mean an empty state.
  const text = 'no state of any environment\u0000';
  const row = new Int32Array(environment.stateSize);
  if (!environment.parse) return;
  try {
    environment.parse(text, row);
  } catch {
    return;
  }
  report.add('text', `parse takes ${JSON.stringify(text)} for the state [${row.join(', ')}].`);
}

function checkShader({ environment, reward, report }: Subject): void {
  const missing = (code: string, name: string): boolean => !new RegExp(`\\bfn\\s+${name}\\s*\\(`).test(code);
  const encode = environment.observation.shaderFunction;
  const forward = ['initial', 'is_terminal', 'forward_allowed', 'step', 'forward_action'];
  const names = [...forward, 'backward_allowed', 'backward_step', 'backward_action', encode];
  for (const name of environment.shader === undefined ? [] : names) {
    if (missing(environment.shader?.code ?? '', name))
      report.add('shader', `The environment's shader defines no function ${name}.`);
  }
  if (reward?.shader === undefined) return;
  if (missing(reward.shader.code, 'log_reward'))
    report.add('shader', `The reward's shader defines no function log_reward.`);
  if (/\breward_table\b/.test(reward.shader.code) && reward.table === undefined) {
    report.add('shader', `The reward's shader reads reward_table, and the reward has no table.`);
  }
}

function allRows(enumeration: Enumeration, stateSize: number): Int32Array[] {
  const { stateCount, objectCount } = enumeration;
  return Array.from({ length: stateCount + objectCount }, (_, i) => {
    const row = new Int32Array(stateSize);
    if (i < stateCount) enumeration.stateAt(i, row);
    else enumeration.objectAt(i - stateCount, row);
    return row;
  });
}
