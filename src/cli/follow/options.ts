import { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { OutputStream } from '../terminal.ts';

/** Flags as commander parses them. */
export interface FollowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly tensorboard?: boolean;
}

/** How a run reports its progress. */
export interface FollowOptions {
  /** Whether to write event files for TensorBoard. */
  readonly tensorboard: boolean;
  /** Receives events, as in the lines of `train --json`; absent if nobody asked. */
  readonly tell?: ((event: RunEvent) => void) | undefined;
}

/** A line of `train --json`. docs/following.md describes the kinds and their fields. */
export type RunEvent = { readonly event: 'start' | 'progress' | 'evaluation' | 'reward-restart' | 'end' } & Readonly<
  Record<string, unknown>
>;

/** Keys of flags that are not settings of a run. */
export const followKeys: readonly string[] = ['json', 'quiet', 'tensorboard'];

/** Adds the flags for following runs to a command that trains. */
export function addFollowFlags(command: Command): Command {
  return command
    .option('--json', 'print a line of JSON for each event: start, progress, evaluation, end')
    .option('--quiet', 'print nothing on standard output')
    .option('--tensorboard', "also write event files for TensorBoard into the run's folder");
}

/** Reads these flags. The context that it returns discards words if they are not wanted. Throws a UsageError. */
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
