import type { WasmMemory, WasmModule } from '../../host-types.ts';

/**
 * Where the calling thread and the workers communicate: words (int32) and numbers (float64) at one address of the
 * shared memory. Words that different threads write often are on separate cache lines.
 */
export const meetingPlace = {
  /** Word: parts of the current command that no thread has taken yet. Workers sleep on it while it is 0. */
  untaken: 0,
  /** Word: parts that are not finished. */
  unfinished: 32,
  /** Word: how many workers sleep. */
  sleeping: 64,
  /** Word: 0, or the length of the message of a failure, whose UTF-16 units begin at the next word. */
  failure: 96,
  maxFailureUnits: 256,
  /** Number: the command: the function, the begin and end of its range, the size of a part, the number of arguments. */
  command: 192,
  /** Number: address of the first thread's scratch space, and the distance in bytes to the next thread's. */
  scratch: 197,
  /** Number: address and length in bytes of the module of a kernel that was added after the workers had started. */
  added: 199,
  /** Number: the arguments after the part's own two. */
  arguments: 201,
  maxArguments: 24,
  bytes: 8 * (201 + 24),
} as const;

/** The message that starts a worker. */
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
  /** Milliseconds for which it spins before it sleeps. */
  readonly patience: number;
}

/**
 * The endless loop of a worker: takes a part of a command whenever there is one.
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
      // Reading the clock takes as long as a dozen looks.
      looks = looks + 1;
      if (looks < 100) continue;
      looks = 0;
      if (performance.now() - awake < start.patience) continue;
      // Whoever issues work first counts it, then looks for sleepers; a worker first counts itself as asleep, then
      // looks for work.
      Atomics.add(words, layout.sleeping, 1);
      Atomics.wait(words, layout.untaken, 0);
      Atomics.sub(words, layout.sleeping, 1);
      awake = performance.now();
      continue;
    }
    // A taken part always belongs to the current command: its numbers are read afterwards, and stay until the part is
    // done.
    if (Atomics.compareExchange(words, layout.untaken, untaken, untaken - 1) !== untaken) continue;
    try {
      const number = numbers[layout.command];
      let kernel = functions[number];
      if (kernel === undefined) {
        // Compiled synchronously: a thread that only waits for work receives no events.
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
