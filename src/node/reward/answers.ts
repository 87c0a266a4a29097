import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a program says of an object: its score, or the log-reward itself. */
export interface Answer {
  readonly score?: number | undefined;
  readonly logReward?: number | undefined;
}

/** Answers that are remembered by the object's text, in a file where there is one. */
export interface Answers {
  get(object: string): Answer | undefined;
  /** Remembers answers; once it returns they are on the disk. */
  add(answers: ReadonlyMap<string, Answer>): Promise<void>;
}

/**
 * Answers out of a file of JSON lines, each an object's text with its score or log-reward, and back into it. Of lines that
 * are cut, as where a program was ended while it wrote, the object is asked for again.
 *
 * @param path the file, made with its folder where it is not there; without one answers are remembered until the end
 * @throws the system's error where the file cannot be read or written
 */
export async function openAnswers(path?: string): Promise<Answers> {
  const known = new Map<string, Answer>();
  let isCut = false;
  if (path !== undefined) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    for (const line of text.split('\n')) remember(known, line);
    isCut = text !== '' && !text.endsWith('\n');
  }
  return {
    get: (object) => known.get(object),
    async add(answers) {
      for (const [object, answer] of answers) known.set(object, answer);
      if (path === undefined || answers.size === 0) return;
      const lines = [...answers].map(([object, answer]) => `${JSON.stringify({ object, ...answer })}\n`);
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a');
      try {
        await file.appendFile((isCut ? '\n' : '') + lines.join(''));
        await file.datasync();
        isCut = false;
      } finally {
        await file.close();
      }
    },
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
  if (typeof score === 'number') known.set(object, { score });
  else if (typeof logReward === 'number') known.set(object, { logReward });
}
