import { exploreStates, type StateGraph } from '../../problems/state-graph/explore.ts';
import { maxGraphLength, maxGraphStates, readStateGraph } from '../../problems/state-graph/read-graph.ts';

/**
 * Runs a program that a visitor typed, or that an address brought and the visitor chose to run. It runs in a worker of an
 * origin of its own (that of a `data:` address), so it reaches nothing that the page keeps; the page's
 * Content-Security-Policy lets it load nothing from other hosts, and what asks the network is taken away before it begins.
 * `import` is refused by its name: nothing can take a word of the language away, and without `eval` no other text runs.
 * Only JSON comes back, which is checked like a stranger's file.
 */

/** How long a program may take, in milliseconds, the start of its worker left out. */
const timeLimit = 2000;

/** How long the worker may take to start. */
const startLimit = 20_000;

/** What a program has no use for here: the network, storage, other workers, timers that outlive the answer. */
const withheld = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'WebTransport', 'EventSource', 'importScripts'],
  ...['indexedDB', 'caches', 'BroadcastChannel', 'Worker', 'SharedWorker', 'navigator', 'Notification', 'FontFace'],
  ...['RTCPeerConnection', 'createImageBitmap', 'close'],
];

/** Why a program did not come to its end, and in which of its lines where that is known. */
export class ProgramError extends Error {
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(line === undefined ? message : `Line ${line}: ${message}`);
    this.line = line;
  }
}

/** What the worker says. */
type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly json: string }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/**
 * Lets a program tell its environment, and explores it.
 * @returns the graph, and its JSON
 * @throws ProgramError
 */
export async function exploreProgram(program: string): Promise<{ readonly graph: StateGraph; readonly json: string }> {
  if (/\bimport\b/.test(program)) {
    throw new ProgramError(
      'A program imports nothing here: leave the word import out.',
      lineWith(program, /\bimport\b/),
    );
  }
  const worker = new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(workerOf(program))}`);
  try {
    const json = await answerOf(worker, program);
    if (json.length > maxGraphLength) {
      throw new ProgramError(
        'The environment is too large to be kept: let it have fewer states, or observe fewer numbers.',
      );
    }
    return { graph: readStateGraph(json), json };
  } finally {
    worker.terminate();
  }
}

function answerOf(worker: Worker, program: string): Promise<string> {
  return new Promise((settle, fail) => {
    let timer = setTimeout(() => fail(new ProgramError('The program could not be started.')), startLimit);
    let isReady = false;
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.kind === 'ready') {
        if (isReady) return;
        isReady = true;
        clearTimeout(timer);
        timer = setTimeout(
          () =>
            fail(
              new ProgramError(
                'The program took longer than 2 seconds. Does a loop never end, or are there too many states?',
              ),
            ),
          timeLimit,
        );
        worker.postMessage(maxGraphStates);
        return;
      }
      clearTimeout(timer);
      if (data.kind === 'done') settle(String(data.json));
      else fail(new ProgramError(String(data.message), lineOf(String(data.stack), program)));
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      clearTimeout(timer);
      // What is not JavaScript at all is told by the worker's own start.
      const line = event.lineno - linesBefore;
      const isOurs = line >= 1 && line <= program.split('\n').length;
      const message = (event.message || 'The program is not JavaScript.').replace(/^Uncaught /, '');
      fail(new ProgramError(message, isOurs ? line : undefined));
    });
  });
}

/** Lines of the worker's text before the program's first. */
const linesBefore = 1;

const sourceName = 'your-program.js';

/** The worker's text. All that is not the program stands on one line before it, and behind it. */
export function workerOf(program: string): string {
  const before = [
    "'use strict';",
    'const answer = self.postMessage.bind(self);',
    'const hear = self.addEventListener.bind(self);',
    `for (const name of ${JSON.stringify(withheld)}) {`,
    '  for (let at = self; at; at = Object.getPrototypeOf(at)) try { delete at[name]; } catch {}',
    '  try { Object.defineProperty(self, name, { value: undefined }); } catch {}',
    '}',
    `const explore = ${String(exploreStates)};`,
    'const environmentOf = () => {',
  ].map((line) => line.trim().replace(/\s*\n\s*/g, '\n'));
  return [
    oneLine(before.join(' ')),
    program,
    '};',
    "hear('message', ({ data }) => {",
    '  try {',
    "    answer({ kind: 'done', json: JSON.stringify(explore(environmentOf(), data)) });",
    '  } catch (error) {',
    "    answer({ kind: 'failed', message: String(error?.message ?? error), stack: String(error?.stack ?? '') });",
    '  }',
    '});',
    "answer({ kind: 'ready' });",
    `//# sourceURL=${sourceName}`,
  ].join('\n');
}

/** A function's text on one line, its comments left out: a line comment would swallow what follows. */
function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^(?:\/\/|\/\*|\*)/.test(line))
    .join(' ');
}

/** The first line in which something stands. */
function lineWith(program: string, what: RegExp): number {
  return program.split('\n').findIndex((line) => what.test(line)) + 1;
}

/** The line of the program where an error was thrown; undefined where that is not in it. */
function lineOf(stack: string, program: string): number | undefined {
  for (const [, at] of stack.matchAll(/your-program\.js:(\d+)/g)) {
    const line = Number(at) - linesBefore;
    if (line >= 1 && line <= program.split('\n').length) return line;
  }
  return undefined;
}
