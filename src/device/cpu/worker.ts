import type { WasmMemory, WasmModule } from '../../host-types.ts';

/**
 * Where main thread and workers meet: words (int32) and numbers (float64) at one address of the shared memory. Words
 * that are written all the time by different threads are cache lines apart.
 */
export const meetingPlace = {
  /** Word: parts of the present command that no thread has taken yet. Workers sleep on it while it is 0. */
  untaken: 0,
  /** Word: parts that are not done yet. */
  unfinished: 32,
  /** Word: how many workers sleep. */
  sleeping: 64,
  /** Word: 0, or the length of the message of a failure, whose UTF-16 units begin at the next word. */
  failure: 96,
  maxFailureUnits: 256,
  /** Number: the command. Which function; where its range begins and ends; the size of a part; how many arguments. */
  command: 192,
  /** Number: address of the first thread's scratch space, and how many bytes further the next one's is. */
  scratch: 197,
  /** Number: address of the module of a kernel that was added when the workers had started, and its length in bytes. */
  added: 199,
  /** Number: the arguments behind the part's own two. */
  arguments: 201,
  maxArguments: 24,
  bytes: 8 * (201 + 24),
} as const;

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  /** The kernels, in the order in which commands number them. */
  readonly names: readonly string[];
  /** Byte address of the meeting place in the memory. */
  readonly place: number;
  readonly layout: typeof meetingPlace;
  /** The main thread is 0. */
  readonly thread: number;
  /** Milliseconds that it looks out for work before it sleeps. */
  readonly patience: number;
}

/**
 * What a worker does, for ever: takes a part of a command whenever there is one.
 *
 * Its text is sent to the worker, which is how one file serves Node, pages and every bundler. So it uses nothing from
 * outside, has no functions inside, and no syntax that a bundler may want a helper for.
 */
export function serveThread(start: WorkerStart, ready: () => void): void {
  const layout = start.layout;
  const memory = start.memory;
  const kernels = new WebAssembly.Instance(start.module, { env: { memory } }).exports as Record<string, unknown>;
  const functions = start.names.map((name) => kernels[name] as (...numbers: number[]) => unknown);
  const words = new Int32Array(memory.buffer, start.place, layout.bytes / 4);
  const numbers = new Float64Array(memory.buffer, start.place, layout.bytes / 8);
  ready();
  let awake = performance.now();
  let looks = 0;
  while (true) {
    const untaken = Atomics.load(words, layout.untaken);
    if (untaken === 0) {
      // The clock takes as long as a dozen looks.
      looks = looks + 1;
      if (looks < 100) continue;
      looks = 0;
      if (performance.now() - awake < start.patience) continue;
      // Whoever gives out work first counts it, then looks for sleepers; this first is counted, then looks for work.
      Atomics.add(words, layout.sleeping, 1);
      Atomics.wait(words, layout.untaken, 0);
      Atomics.sub(words, layout.sleeping, 1);
      awake = performance.now();
      continue;
    }
    // A part taken is a part of the present command, whichever it is by now: its numbers are read afterwards, and stay
    // until the part is done.
    if (Atomics.compareExchange(words, layout.untaken, untaken, untaken - 1) !== untaken) continue;
    try {
      const number = numbers[layout.command];
      let kernel = functions[number];
      if (kernel === undefined) {
        // Compiled here and now: a thread that only ever waits for work hears of nothing else.
        const address = numbers[layout.added];
        const bytes = new Uint8Array(memory.buffer, address, numbers[layout.added + 1]).slice();
        const added = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
        kernel = Object.values(added.exports)[0] as (...numbers: number[]) => unknown;
        functions[number] = kernel;
      }
      const size = numbers[layout.command + 3];
      const begin = numbers[layout.command + 1] + (untaken - 1) * size;
      const call = [begin, Math.min(begin + size, numbers[layout.command + 2])];
      const count = numbers[layout.command + 4];
      for (let i = 0; i < count; i++) call.push(numbers[layout.arguments + i]);
      call.push(numbers[layout.scratch] + start.thread * numbers[layout.scratch + 1]);
      kernel.apply(undefined, call);
    } catch (error) {
      const message = String(error).slice(0, layout.maxFailureUnits);
      for (let i = 0; i < message.length; i++) words[layout.failure + 1 + i] = message.charCodeAt(i);
      Atomics.store(words, layout.failure, message.length);
    }
    Atomics.sub(words, layout.unfinished, 1);
    awake = performance.now();
    looks = 0;
  }
}
