import { catalogue } from '../run/catalogue.ts';
import { messageOf } from '../text/message-of.ts';
import { commandLine } from './invocation.ts';
import { findProblem } from './make-run-config.ts';
import { namedIn } from './setting-flags.ts';

/** Commands whose options depend on a problem. */
const byProblem = ['train', 'eval'];

/** What other programs call our options. */
const otherNames: Readonly<Record<string, string>> = {
  lr: 'learning-rate',
  'batch-size': 'batch',
  iterations: 'steps',
  epochs: 'steps',
  loss: 'objective',
  epsilon: 'exploration-start',
  'hidden-size': 'network-width',
  'hidden-dim': 'network-width',
  'log-z-lr': 'log-partition-learning-rate',
  gpu: 'device',
  'output-dir': 'out',
};

/**
 * The message for an option that a command does not know, with the command that shows all it knows. If the line names an
 * unknown problem, the message is about that: options depend on the problem.
 * @param message as commander has it: "unknown option '--x'", perhaps with a suggestion
 * @param words the command line
 */
export function unknownOption(message: string, words: readonly string[]): string {
  const [command = '', first = '--'] = words;
  const problem = byProblem.includes(command) ? namedIn(words, catalogue.problems) : undefined;
  if (byProblem.includes(command) && problem === undefined && !first.startsWith('-')) {
    try {
      findProblem(first);
    } catch (error) {
      return messageOf(error);
    }
  }
  const name = /--([\w-]+)/.exec(message)?.[1] ?? '';
  const hint = hintFor(name);
  const told = hint === undefined ? message : `${message.replace(/ \(.*/, '')} (${hint})`;
  const help = [command, problem?.name, '--help'].filter(Boolean).join(' ');
  return `${told.endsWith(')') ? told : `${told}.`} See: ${commandLine(help)}`;
}

function hintFor(name: string): string | undefined {
  if (/^(initial-)?log-?z$/i.test(name)) {
    return 'log Z cannot be set: it is learnt, starting from 0, at --log-partition-learning-rate';
  }
  return Object.hasOwn(otherNames, name) ? `Did you mean --${otherNames[name]}?` : undefined;
}
