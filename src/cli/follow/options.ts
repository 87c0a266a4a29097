import { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { OutputStream } from '../terminal.ts';

/** What commander reads. */
export interface FollowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly tensorboard?: boolean;
}

/** How a run is told of. */
export interface FollowOptions {
  /** Whether event files for TensorBoard are written too. */
  readonly tensorboard: boolean;
  /** Takes what happens, as the lines of `train --json`; absent where nobody asked. */
  readonly tell?: ((event: RunEvent) => void) | undefined;
}

/** A line of `train --json`. What kinds there are, and what they have, docs/following.md says. */
export type RunEvent = { readonly event: 'start' | 'progress' | 'evaluation' | 'end' } & Readonly<
  Record<string, unknown>
>;

/** Keys of flags that are no settings of a run. */
export const followKeys: readonly string[] = ['json', 'quiet', 'tensorboard'];

/** Gives a command that trains the flags by which its runs are followed. */
export function addFollowFlags(command: Command): Command {
  return command
    .option('--json', 'print a line of JSON for each event: start, progress, evaluation, end')
    .option('--quiet', 'print nothing on standard output')
    .option('--tensorboard', "also write event files for TensorBoard into the run's folder");
}

/** How a run is told of by these flags, and the context in which words go nowhere where none are wanted. Throws a UsageError. */
export function following(context: Context, flags: FollowFlags): { context: Context; follow: FollowOptions } {
  const { json = false, quiet = false, tensorboard = false } = flags;
  if (json && quiet) throw new UsageError('--json and --quiet contradict each other: give one of the two.');
  if (!json && !quiet) return { context, follow: { tensorboard } };
  const { stdout } = context.terminal;
  const silent: OutputStream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const tell = (event: RunEvent) => {
    if (!stdout.destroyed) stdout.write(`${JSON.stringify(event)}\n`);
  };
  return {
    context: { ...context, terminal: { ...context.terminal, stdout: silent } },
    follow: json ? { tensorboard, tell } : { tensorboard },
  };
}
