import type { WasmModule } from '../../host-types.ts';
import type { CpuExports, CpuParallel, Cut } from '../../plan/index.ts';
import { DeviceLostError } from '../errors.ts';
import type { Life } from '../life.ts';
import type { CpuMemory } from './memory.ts';
import { meetingPlace, serveThread, type WorkerStart } from './worker.ts';

/** A running worker. */
export interface CpuWorker {
  /** Terminates it at once. */
  end(): void;
}

/**
 * Starts a worker that calls `source`, the text of a function of (start, ready), and resolves once it calls `ready`. An
 * idle worker must not keep the program from ending.
 */
export type StartWorker = (source: string, start: WorkerStart) => Promise<CpuWorker>;

/** The threads that run kernels: the calling one, and the workers. */
export interface Threads {
  readonly count: number;
  readonly parallel: CpuParallel;
  /**
   * Registers another kernel with all threads.
   * @param bytes its module, which exports it alone and imports the memory; workers compile it when they first need it
   */
  add(name: string, kernel: (...numbers: number[]) => void, bytes: Uint8Array): void;
  end(): void;
}

/**
 * The smallest part for a thread, in operations of a dense product; less than twice this is not split. A command costs
 * the calling thread 0.6 microseconds until the last awake worker has answered, enough for 38,000 operations of its own
 * (both measured on a 4 GHz Zen 5). A layer of 256 by 256 with one row, 131,000 operations, takes 2.7 microseconds on
 * one thread and 1.7 on two.
 */
const worthCutting = 65_536;

/**
 * The maximum number of parts per thread for large work. Threads take the next part when they finish one, so a thread
 * that is held up by other programs, or had to be woken, leaves more to the others.
 */
const maxPartsPerThread = 4;

/** Parts of this size, about 16 microseconds each, justify more than one per thread. */
const goodPart = 1_048_576;

/**
 * Milliseconds for which a worker spins before it sleeps. Waking one up costs the calling thread 10 microseconds, and
 * the worker arrives after 30; between two products of a rollout lie 10 to 100 of the environment's.
 */
const patience = 0.25;

/**
 * If no part is finished for this many milliseconds, a worker is taken to have stopped in the middle of one. A part
 * takes microseconds to milliseconds, and a machine short of cores may suspend a thread for a second or two.
 */
const longestPart = 60_000;

/** Milliseconds that a worker may take to start. */
const longestStart = 30_000;

/** While it waits for workers, the calling thread checks the clock once in this many looks at their word. */
const looksAtClock = 65_536;

export interface ThreadSettings {
  readonly workers: number;
  readonly startWorker: StartWorker;
  /** Ended when a worker stops in the middle of its work. */
  readonly life: Life;
  /** See `longestPart` and `longestStart`; other limits are for tests. */
  readonly longestPart?: number;
  readonly longestStart?: number;
  /** Kernels with less work are not split. */
  readonly minWork?: number;
}

/** A kernel's function: see `CpuParallel`. */
type Kernel = (...numbers: number[]) => unknown;

/** Runs everything on the calling thread. */
export function oneThread(kernels: CpuExports, memory: CpuMemory): Threads {
  const scratch = createScratch(memory, 1);
  const functions: Record<string, Kernel> = { ...kernels };
  return {
    count: 1,
    parallel: (name, numbers, cut) => callDirectly(functions[name], numbers, cut, scratch),
    add(name, kernel) {
      functions[name] = kernel;
    },
    end() {},
  };
}

/**
 * The calling thread and `workers` more on the same memory. Results do not depend on which thread computes them, to the
 * bit.
 *
 * @throws if a worker does not start
 */
export async function startThreads(
  kernels: CpuExports,
  memory: CpuMemory,
  module: WasmModule,
  settings: ThreadSettings,
): Promise<Threads> {
  const { workers, startWorker, life, minWork = worthCutting } = settings;
  const { longestPart: maxMilliseconds = longestPart } = settings;
  const functions: Record<string, Kernel> = { ...kernels };
  const names = Object.keys(kernels);
  /** The modules of kernels added later, by kernel number. */
  const modules = new Map<number, { address: number; bytes: number }>();
  const place = memory.allocate(meetingPlace.bytes);
  const common = { module, memory: memory.memory, names: [...names], place, layout: meetingPlace, patience };
  const starting = Array.from({ length: workers }, (_, i) =>
    within(settings.longestStart ?? longestStart, startWorker(String(serveThread), { ...common, thread: i + 1 })),
  );
  const settled = await Promise.allSettled(starting);
  const started = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const end = () => {
    for (const worker of started) worker.end();
  };
  if (started.length < workers) {
    end();
    throw settled.find((result) => result.status === 'rejected')?.reason;
  }

  const count = workers + 1;
  const scratch = createScratch(memory, count);
  const { buffer } = memory.memory;
  const words = new Int32Array(buffer, place, meetingPlace.bytes / 4);
  const command = new Float64Array(buffer, place, meetingPlace.bytes / 8);
  const { untaken, unfinished, sleeping, failure } = meetingPlace;

  /** Returns when all parts are done, or ends the device if a worker stopped in the middle of one. */
  const waitForWorkers = () => {
    let left = Atomics.load(words, unfinished);
    let since: number | undefined;
    for (let looks = 1; left > 0; looks++) {
      const now = Atomics.load(words, unfinished);
      if (now !== left) since = undefined;
      left = now;
      if (looks % looksAtClock !== 0) continue;
      since ??= performance.now();
      if (performance.now() - since < maxMilliseconds) continue;
      const seconds = maxMilliseconds / 1000;
      const lost = new DeviceLostError(
        `cpu device: a thread has stopped in the middle of its work: ${left} parts of a kernel were not done within ` +
          `${seconds} seconds. Open another device; with one thread (threads: 1) there is none to stop.`,
        'thread',
      );
      life.end(lost);
      throw lost;
    }
  };

  /** Issues the command at the meeting place in `parts` parts, and takes parts itself until all are done. */
  const run = (
    parts: number,
    part: (begin: number, end: number) => void,
    begin: number,
    size: number,
    last: number,
  ) => {
    Atomics.store(words, unfinished, parts);
    Atomics.store(words, untaken, parts);
    if (Atomics.load(words, sleeping) > 0) Atomics.notify(words, untaken);
    let failed: unknown;
    while (true) {
      const left = Atomics.load(words, untaken);
      if (left === 0) break;
      if (Atomics.compareExchange(words, untaken, left, left - 1) !== left) continue;
      const from = begin + (left - 1) * size;
      try {
        part(from, Math.min(from + size, last));
      } catch (error) {
        failed = error;
      }
      Atomics.sub(words, unfinished, 1);
    }
    // A page's main thread may not sleep, and a part is short.
    waitForWorkers();
    const length = Atomics.exchange(words, failure, 0);
    if (failed !== undefined) throw failed;
    if (length > 0) {
      const message = String.fromCharCode(...words.subarray(failure + 1, failure + 1 + length));
      throw new Error(`cpu device: a kernel failed in a worker: ${message}`);
    }
  };

  const parallel: CpuParallel = (name, numbers, cut) => {
    const direct = callDirectly(functions[name], numbers, cut, scratch);
    const { work, multiple = 1 } = cut;
    const kernel = names.indexOf(name);
    const added = modules.get(kernel);
    return (begin, last, firstRow, lastRow = 0) => {
      const places = last - begin;
      const perPlace = firstRow === undefined ? work : work * (lastRow - firstRow);
      const total = perPlace * places;
      const takers = Math.min(count, Math.floor(total / minWork));
      if (takers < 2 || places <= multiple) {
        if (firstRow === undefined) direct(begin, last);
        else direct(begin, last, firstRow, lastRow);
        return;
      }
      const partsEach = Math.max(1, Math.min(maxPartsPerThread, Math.floor(total / (takers * goodPart))));
      const size = Math.ceil(places / (takers * partsEach * multiple)) * multiple;
      command[meetingPlace.command] = kernel;
      command[meetingPlace.command + 1] = begin;
      command[meetingPlace.command + 2] = last;
      command[meetingPlace.command + 3] = size;
      if (added) {
        command[meetingPlace.added] = added.address;
        command[meetingPlace.added + 1] = added.bytes;
      }
      command[meetingPlace.scratch] = scratch.address;
      command[meetingPlace.scratch + 1] = scratch.stride;
      let at: number = meetingPlace.arguments;
      if (firstRow !== undefined) {
        command[at++] = firstRow;
        command[at++] = lastRow;
      }
      for (const number of numbers) command[at++] = number;
      command[meetingPlace.command + 4] = at - meetingPlace.arguments;
      const part = firstRow === undefined ? direct : (from: number, to: number) => direct(from, to, firstRow, lastRow);
      run(Math.ceil(places / size), part, begin, size, last);
    };
  };
  const add: Threads['add'] = (name, kernel, bytes) => {
    functions[name] = kernel;
    const address = memory.allocate(bytes.length);
    new Uint8Array(memory.memory.buffer, address, bytes.length).set(bytes);
    modules.set(names.push(name) - 1, { address, bytes: bytes.length });
  };
  return { count, parallel, add, end };
}

/** @throws if the worker has not started within this many milliseconds; one that starts later is ended */
function within(milliseconds: number, starting: Promise<CpuWorker>): Promise<CpuWorker> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`cpu device: a worker has not started within ${milliseconds / 1000} seconds.`));
    }, milliseconds);
    starting.then(
      (worker) => {
        clearTimeout(timer);
        if (isLate) worker.end();
        else resolve(worker);
      },
      (cause: unknown) => {
        clearTimeout(timer);
        reject(cause);
      },
    );
  });
}

/** One area for each thread. Kernels run one after another, so they all share it. */
interface Scratch {
  address: number;
  stride: number;
  /** Makes each area at least this large. */
  reserve(bytes: number): void;
}

function createScratch(memory: CpuMemory, threads: number): Scratch {
  return {
    address: 0,
    stride: 0,
    reserve(bytes) {
      if (bytes <= this.stride) return;
      // Areas are whole cache lines, so that no two threads write to the same line.
      const stride = Math.ceil(bytes / 256) * 256;
      // The old area is freed last: if there is no room for the new one, prepared plans still need it.
      const address = memory.allocate(threads * stride);
      if (this.stride > 0) memory.free(this.address);
      this.stride = stride;
      this.address = address;
    },
  };
}

function callDirectly(
  kernel: Kernel,
  numbers: readonly number[],
  { scratch: bytes = 0 }: Cut,
  scratch: Scratch,
): ReturnType<CpuParallel> {
  if (bytes > 0) scratch.reserve(bytes);
  return (begin, end, first, last = 0) => {
    if (first === undefined) kernel(begin, end, ...numbers, scratch.address);
    else kernel(begin, end, first, last, ...numbers, scratch.address);
  };
}
