import { nearestName } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';
import type { TaskDefinition } from './define-task.ts';
import { hypergridTask } from './hypergrid-task.ts';
import { moleculesTask, qm9AtomsTask, sehTask } from './molecule-tasks.ts';
import { bitSequenceTask, qm9StringTask, tfbind8SyntheticTask, tfbind8Task } from './string-tasks.ts';
import { flagName, type TaskOption } from './task-options.ts';

export type { TaskDefinition, TaskPackages } from './define-task.ts';

/** Every task known by name. */
export const taskDefinitions: readonly TaskDefinition[] = [
  hypergridTask,
  tfbind8Task,
  tfbind8SyntheticTask,
  qm9StringTask,
  bitSequenceTask,
  moleculesTask,
  qm9AtomsTask,
  sehTask,
];

/** @throws Error on an unknown name, with the nearest known one. */
export function findTask(name: string): TaskDefinition {
  const found = taskDefinitions.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = taskDefinitions.map((task) => task.name);
  const nearest = nearestName(name, names);
  throw new Error(
    `There is no environment called ${quoted(name)}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ` +
      `Known are: ${names.join(', ')}.`,
  );
}

/**
 * The task's summary and its options with their defaults and bounds, as lines of text for a help page.
 * @throws Error on an unknown name.
 */
export function describeTask(name: string): string {
  const { summary, options } = findTask(name);
  return [
    `${name}: ${summary}`,
    ...options.map((option) => `  --${flagName(option.name)} ${describeOption(option)}`),
  ].join('\n');
}

function describeOption(option: TaskOption): string {
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
