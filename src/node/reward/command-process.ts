import { type ChildProcess, spawn } from 'node:child_process';
import type { Answer } from './answers.ts';

/** A running program that answers one question after another. */
export interface CommandProcess {
  /**
   * Asks for objects, and passes on each answer as it comes.
   * @throws CommandFailure if the program ends or is silent for too long, after which unanswered objects may be asked
   * again; Error on an invalid answer
   */
  ask(objects: readonly string[], take: (index: number, answer: Answer) => void): Promise<void>;
  /** Ends the program: one that was too slow at once, any other by SIGTERM. */
  end(): void;
}

/** The program ended, or was too slow. */
export class CommandFailure extends Error {}

/** The longest line in characters; a longer one cannot be an answer. */
const longestLine = 1_000_000;

/** How many characters of a program's standard error a failure quotes. */
const toldCharacters = 600;

/**
 * Starts a program through the system's shell.
 * @param timeout seconds without an answer
 */
export function startCommand(command: string, timeout: number): CommandProcess {
  const child = spawn(command, {
    shell: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: process.platform !== 'win32',
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let said = '';
  let left = '';
  /** Output that came before any question. */
  let unasked: string | undefined;
  let hasAnswered = false;
  /** Whether it was too slow: a program that hangs may not heed SIGTERM. */
  let isHung = false;
  let present: { line: (text: string) => void; fail: (error: Error) => void } | undefined;
  let ended: CommandFailure | undefined;
  let id = 0;

  const fail = (error: Error) => present?.fail(error);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-toldCharacters);
  });
  child.stdout.on('data', (bytes: Uint8Array) => {
    try {
      left += decoder.decode(bytes, { stream: true });
    } catch {
      fail(new Error('it answers in another encoding than UTF-8'));
      return;
    }
    const lines = left.split('\n');
    left = lines.pop() ?? '';
    if (left.length > longestLine) {
      left = '';
      fail(new Error(`it writes on one line without end, more than ${longestLine} characters. ${forAnswers}`));
      return;
    }
    for (const line of lines.filter((each) => each.trim() !== '')) {
      if (present === undefined) unasked ??= line;
      else present.line(line);
    }
  });
  // If a program no longer reads, its end will be noticed.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => {
    ended = new CommandFailure(`it could not be started: ${error.message}`);
    fail(ended);
  });
  child.on('close', (code, signal) => {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    ended ??= new CommandFailure(`it ended ${how}${said.trim() === '' ? '' : `, saying: ${said.trim()}`}`);
    fail(ended);
  });
  holdOpen(child, false);

  return {
    ask(objects, take) {
      const first = id;
      id += objects.length;
      return new Promise<void>((resolve, reject) => {
        const waiting = new Set(objects.keys());
        let timer: NodeJS.Timeout;
        const settle = (error?: Error) => {
          clearTimeout(timer);
          present = undefined;
          holdOpen(child, false);
          if (error === undefined) resolve();
          else reject(error);
        };
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            isHung = true;
            settle(new CommandFailure(`it gave no answer for ${timeout} seconds${hasAnswered ? '' : heldBack}`));
          }, 1000 * timeout);
        };
        if (ended !== undefined) return reject(ended);
        if (unasked !== undefined) {
          return reject(
            new Error(
              `it wrote ${JSON.stringify(shortened(unasked))} when it had answered all that it was asked. ${forAnswers}`,
            ),
          );
        }
        present = {
          fail: settle,
          line(text) {
            try {
              const { index, answer } = answerOf(text, first, objects, waiting);
              waiting.delete(index);
              hasAnswered = true;
              take(index, answer);
            } catch (error) {
              settle(error as Error);
              return;
            }
            if (waiting.size === 0) settle();
            else wait();
          },
        };
        holdOpen(child, true);
        wait();
        child.stdin.write(objects.map((object, i) => `${JSON.stringify({ id: first + i, object })}\n`).join(''));
      });
    },
    end() {
      ended ??= new CommandFailure('it was ended');
      killTree(child, isHung ? 'SIGKILL' : 'SIGTERM');
    },
  };
}

const forAnswers = 'Its standard output is only for answers: everything else goes to standard error';

/** The usual reason why a program seems silent. */
const heldBack =
  ". One that answers may keep its lines back: it has to flush each, as Python's print(..., flush=True) does";

function shortened(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

/** Parses an answer. Throws an Error that says what is wrong with it. */
function answerOf(text: string, first: number, objects: readonly string[], waiting: ReadonlySet<number>) {
  const line = shortened(text.trim());
  let row = parsed(text);
  // Some languages write them, although JSON does not have them.
  const isNotFinite = row === undefined && /NaN|Infinity/.test(text);
  if (isNotFinite) row = parsed(text.replaceAll(/-?\b(?:NaN|Infinity)\b/g, 'null'));
  if (row === undefined) {
    throw new Error(`it wrote ${JSON.stringify(line)}, which is not a line of JSON. ${forAnswers}`);
  }
  const { id, score, logReward, error } = Object(row) as Record<string, unknown>;
  const index = Number(id) - first;
  if (!Number.isInteger(id) || objects[index] === undefined) {
    const what = typeof id === 'number' ? '' : ', and ids are numbers';
    throw new Error(`it answered ${line}, whose id is not of any object in the current request${what}`);
  }
  const object = `"${objects[index]}"`;
  if (!waiting.has(index)) throw new Error(`it answered twice for ${object}`);
  if (isNotFinite) throw new Error(`it answered ${line} for ${object}: neither NaN nor Infinity is a reward`);
  if (error !== undefined) throw new Error(`it says of ${object}: ${String(error)}`);
  if (typeof logReward === 'number' && score === undefined) return { index, answer: { logReward } };
  if (typeof score === 'number') return { index, answer: { score } };
  throw new Error(`it answered ${line} for ${object}: an answer has a number "score" or "logReward"`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** While it is asked, a program keeps this process alive; otherwise this one may end. */
function holdOpen(child: ChildProcess, isHeld: boolean): void {
  for (const each of [child, ...child.stdio] as ({ ref?: () => void; unref?: () => void } | null)[]) {
    if (isHeld) each?.ref?.();
    else each?.unref?.();
  }
}

/** Kills the shell and what it has started. */
function killTree(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  child.stdin?.end();
  try {
    if (child.pid === undefined) child.kill();
    else if (process.platform !== 'win32') process.kill(-child.pid, signal);
    else {
      // On Windows killing a process leaves its children running, and the shell is only the first of them.
      const ending = spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
      ending.on('error', () => child.kill()).unref();
    }
  } catch {
    // It has already ended.
  }
}
