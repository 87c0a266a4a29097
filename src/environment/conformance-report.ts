import { messageOf } from '../text/message-of.ts';
import type { Environment, Reward } from './environment.ts';

/** The rules for environments. Findings carry the rule's name. */
export const CONFORMANCE_RULES = {
  shape: 'Every member is there, with its type; a reward is made for this environment.',
  sizes: 'The sizes of rows, actions, steps and observations are whole numbers that fit together.',
  'initial state': 'The initial state is always the same full row, is not terminal and allows no backward action.',
  'mask values': 'A mask is written in full, with 0 or 1 for each action.',
  'terminal states': 'A terminal state allows no action.',
  'dead ends': 'Every other state allows an action, and every state but the initial one a backward action.',
  'forward then back': 'An action leads to a state whose backward mask allows the action that undoes it, exactly.',
  'back then forward': 'A backward action leads to a state whose mask allows the action that redoes it, exactly.',
  'distinct parents': 'Two backward actions never undo the same action of the same parent, except up to symmetry.',
  'walk length': 'Every walk ends at a terminal state within maxSteps actions.',
  'backward walk': 'Every backward walk from a terminal state reaches the initial state within maxSteps actions.',
  retracing: 'A walk undone action by action passes through the same rows.',
  repeatability: 'The same random numbers give the same walk.',
  'state numbers': 'Numbers and states correspond one to one: 0 .. stateCount - 1 and 0 .. objectCount - 1.',
  'topological order': 'The initial state is number 0 and every state is numbered after its parents.',
  reachability: 'Every numbered state and object can be reached from the initial state.',
  'path counts': 'As many paths lead to a state along actions as lead back, except where states are up to symmetry.',
  text: 'The text of a state reads back as that state, and other text is refused.',
  observation: 'Tokens are whole numbers from -1 to width - 1, features are finite, and all of them are written.',
  'stop action': 'Every state that is not terminal allows the stop action, which leads to a terminal state.',
  'log-reward': 'The log-reward of a terminal state is finite and always the same.',
  'row values': 'Rows, masks and tokens are given integers; nothing is given what is no number.',
  'row bounds': 'Nothing is read or written beyond the end of a row, a mask, an observation or a table.',
  arguments: 'Only the functions that are to change a state change it.',
  shader: 'The shader defines the functions that the library calls.',
  exceptions: 'No function throws on what it is made for.',
} as const;

export type ConformanceRule = keyof typeof CONFORMANCE_RULES;

/** A violated rule, with the state in readable form, the action, and what was found. */
export interface Finding {
  readonly rule: ConformanceRule;
  readonly message: string;
}

/** The object of an examination, and the receiver of findings. */
export interface Subject {
  readonly environment: Environment;
  readonly reward: Reward | undefined;
  readonly report: Report;
}

export interface Report {
  readonly findings: readonly Finding[];
  add(rule: ConformanceRule, message: string): void;
  /** Runs `check`; an exception becomes a finding that quotes `during`. */
  attempt(during: string, check: () => void): void;
  has(...rules: ConformanceRule[]): boolean;
}

// One wrong mask shows at hundreds of states; a few of them suffice.
const FINDINGS_PER_RULE = 3;

export function newReport(): Report {
  const findings: Finding[] = [];
  const add = (rule: ConformanceRule, message: string): void => {
    const known = findings.filter((finding) => finding.rule === rule);
    if (known.length >= FINDINGS_PER_RULE || known.some((finding) => finding.message === message)) return;
    findings.push({ rule, message });
  };
  return {
    findings,
    add,
    attempt(during, check) {
      try {
        check();
      } catch (error) {
        add('exceptions', `${during}: ${messageOf(error)}`);
      }
    },
    has: (...rules) => findings.some((finding) => rules.includes(finding.rule)),
  };
}

/** The state in readable form, in quotes, or its numbers if the environment's own text fails. */
export function show(environment: Pick<Environment, 'text'>, state: Int32Array): string {
  try {
    return `"${environment.text(state.slice())}"`;
  } catch {
    return `[${state.join(', ')}]`;
  }
}

/** The actions allowed at a state. */
export function forwardActions(environment: Environment, state: Int32Array): number[] {
  const mask = new Int32Array(environment.actionCount);
  environment.forwardMask(state.slice(), mask);
  return Array.from(mask.keys()).filter((action) => mask[action] !== 0);
}

/** The backward actions allowed at a state. */
export function backwardActions(environment: Environment, state: Int32Array): number[] {
  const mask = new Int32Array(environment.backwardActionCount);
  environment.backwardMask(state.slice(), mask);
  return Array.from(mask.keys()).filter((action) => mask[action] !== 0);
}
