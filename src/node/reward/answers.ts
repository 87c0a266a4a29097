import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../text/message-of.ts';

/** A program's answer for an object: its score, or the log-reward itself. */
export interface Answer {
  readonly score?: number | undefined;
  readonly logReward?: number | undefined;
}

/** Whether an answer is valid: a log-reward has to be finite in float32, a score finite and at least 0. */
export function isReward({ score, logReward = Number.NaN }: Answer): boolean {
  return score === undefined ? Number.isFinite(Math.fround(logReward)) : Number.isFinite(score) && score >= 0;
}

/** Remembered answers by the object's text, optionally in a file. */
export interface Answers {
  get(object: string): Answer | undefined;
  /** Reads answers added since, here or by other processes. */
  read(): Promise<void>;
  /** Adds answers; once it resolves they are on disk. */
  add(answers: ReadonlyMap<string, Answer>): Promise<void>;
}

/**
 * Reads and writes answers in a file of JSON lines, each an object's text with its score or log-reward. Several
 * processes may use one file at once: each appends complete lines in one write, and reads what the others have added.
 * Cut lines, of a program that was killed while writing, are ignored.
 *
 * @param path the file, made with its folder once there is an answer; without it answers are kept in memory
 * @throws Error, from reading and adding, if the file cannot be read or written
 */
export function openAnswers(path?: string): Answers {
  const known = new Map<string, Answer>();
  /** Bytes of the file read so far, up to the end of a line. */
  let behind = 0;
  return {
    get: (object) => known.get(object),
    async read() {
      if (path === undefined) return;
      const added = await readFrom(path, behind).catch(refuse('read', path));
      const end = added.lastIndexOf(newline) + 1;
      behind += end;
      for (const line of added.toString('utf8', 0, end).split('\n')) remember(known, line);
    },
    async add(answers) {
      for (const [object, answer] of answers) known.set(object, answer);
      if (path === undefined || answers.size === 0) return;
      const lines = [...answers].map(([object, answer]) => `${JSON.stringify({ object, ...answer })}\n`);
      await append(path, lines.join('')).catch(refuse('keep', path));
    },
  };
}

const newline = 0x0a;

/** The bytes of a file from an offset; empty if there is no file. */
async function readFrom(path: string, from: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Appends lines to a file, starting a new line if another process was killed in the middle of its last. */
async function append(path: string, lines: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1, newline);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    await file.appendFile((last[0] === newline ? '' : '\n') + lines);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function refuse(what: string, path: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`Cannot ${what} the answers of a reward in ${path}: ${messageOf(error)}`, { cause: error });
  };
}

function remember(known: Map<string, Answer>, line: string): void {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return;
  }
  const { object, score, logReward } = Object(row) as Record<string, unknown>;
  if (typeof object !== 'string') return;
  const answer = typeof score === 'number' ? { score } : typeof logReward === 'number' ? { logReward } : {};
  if (isReward(answer)) known.set(object, answer);
}
