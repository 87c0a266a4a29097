import { nearestName } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';
import type { ProblemDefinition } from './define-task.ts';
import { hypergridProblem } from './hypergrid-task.ts';
import { moleculesProblem, qm9AtomsProblem, sehProblem } from './molecule-tasks.ts';
import { bitSequenceProblem, qm9StringProblem, tfbind8Problem, tfbind8SyntheticProblem } from './string-tasks.ts';
import { flagName, type ProblemOption } from './task-options.ts';

export type { ProblemDefinition, ProblemPackages } from './define-task.ts';

/** Every problem known by name. */
export const problemDefinitions: readonly ProblemDefinition[] = [
  hypergridProblem,
  tfbind8Problem,
  tfbind8SyntheticProblem,
  qm9StringProblem,
  bitSequenceProblem,
  moleculesProblem,
  qm9AtomsProblem,
  sehProblem,
];

/** @throws Error on an unknown name, with the nearest known one. */
export function findProblem(name: string): ProblemDefinition {
  const found = problemDefinitions.find((problem) => problem.name === name);
  if (found !== undefined) return found;
  const names = problemDefinitions.map((problem) => problem.name);
  const nearest = nearestName(name, names);
  throw new Error(
    `There is no environment called ${quoted(name)}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ` +
      `Known are: ${names.join(', ')}.`,
  );
}

/**
 * The problem's summary and its options with their defaults and bounds, as lines of text for a help page.
 * @throws Error on an unknown name.
 */
export function describeProblem(name: string): string {
  const { summary, options } = findProblem(name);
  return [
    `${name}: ${summary}`,
    ...options.map((option) => `  --${flagName(option.name)} ${describeOption(option)}`),
  ].join('\n');
}

function describeOption(option: ProblemOption): string {
  switch (option.kind) {
    case 'integer':
    case 'number':
      return `${option.kind === 'integer' ? 'N' : 'X'}  ${option.help}; from ${option.min} to ${option.max}, ${option.default} by default`;
    case 'choice':
      return `${option.choices.join('|')}  ${option.help}; ${option.default} by default`;
    case 'text':
      return `TEXT  ${option.help}`;
    case 'data-folder':
      return `DIR  ${option.help} (${option.files.join(', ')})`;
  }
}
