import { spawn } from 'node:child_process';

/** A program that measures one thing and writes its results as lines of JSON. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The output of a program, or why there is none. */
export type Measured = { readonly records: readonly unknown[] } | { readonly problem: string };

/**
 * Runs a program in a process of its own, so that no engine inherits another's warm caches, threads or memory. It is
 * killed after `limitSeconds`.
 */
export function runProgram({ command, args, env }: Program, limitSeconds: number): Promise<Measured> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, 1000 * limitSeconds);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ problem: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const whole = late ? parseRecords(output.slice(0, output.lastIndexOf('\n') + 1)) : undefined;
      // Its results until then remain valid.
      if (whole && 'records' in whole) resolve(whole);
      else if (late) resolve({ problem: `it took longer than ${limitSeconds} seconds` });
      else if (code !== 0) resolve({ problem: lastLine(errors) ?? `it ended with ${signal ?? `exit code ${code}`}` });
      else resolve(parseRecords(output));
    });
  });
}

/** Other lines come from libraries. */
export function parseRecords(output: string): Measured {
  const records = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line));
  return records.length > 0 ? { records } : { problem: 'it measured nothing' };
}

/** The error: the last line that names one, or the last line. */
function lastLine(errors: string): string | undefined {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /^\s*(\[?\w*(Error|Exception|Exit)\]?)\b/.test(line)) ?? lines.at(-1))?.trim();
}
