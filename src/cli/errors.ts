import { messageOf } from '../text/message-of.ts';
import { commandLine } from './invocation.ts';

/** Exit codes, as in `--help`. An interrupted program exits with 128 plus the signal's number. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 128 } as const;

/** An argument, or a file or folder that it names, was refused before any work. */
export class UsageError extends Error {}

/** The settings of a run were refused: other runs with other settings may be made. */
export class RefusedRun extends UsageError {}

/** Makes a text a sentence that another can follow. Text that ends with a command to paste gets no full stop. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const endsWithCommand = trimmed.slice(trimmed.lastIndexOf(': ')).startsWith(`: ${commandLine('')}`);
  return endsWithCommand || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** The reason a file operation failed, in words; the operating system's own text if there are no better ones. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return problems[code] ?? messageOf(error);
}

/**
 * Handler for the `catch` after reading a file or folder that the user named. Throws a UsageError that says why it
 * cannot be read.
 */
export function refuseReading(path: string): (error: unknown) => never {
  return (error) => {
    throw new UsageError(`Cannot read ${path}: ${fileProblem(error)}.`, { cause: error });
  };
}

const problems: Readonly<Record<string, string>> = {
  EACCES: 'you may not write or read there',
  EPERM: 'you may not write or read there',
  EROFS: 'that file system is read-only',
  ENOSPC: 'no space is left on that disk',
  EDQUOT: 'your share of that disk is used up',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of that path is a file, not a folder',
  EISDIR: 'that is a folder, not a file',
  ENAMETOOLONG: 'that name is too long',
  EBUSY: 'another program holds that file',
  EMFILE: 'too many files are open',
};
