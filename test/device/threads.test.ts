import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { createCpuMemory } from '../../src/device/cpu/memory.ts';
import { importSharedMemory, loadSharedKernels } from '../../src/device/cpu/module.ts';
import { startThreads } from '../../src/device/cpu/threads.ts';
import type { Device } from '../../src/device/device.ts';
import { createLife } from '../../src/device/life.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { openNodeCpuDevice, startNodeWorker } from '../../src/node/cpu.ts';
import * as ops from '../../src/ops/index.ts';
import { type CpuExports, compile } from '../../src/plan/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { prepareRerun, randomTape } from '../plan/random-tape.ts';
import { createDraw, drawn, given, seeds } from '../setup/arbitraries.ts';
import { windowOf } from '../setup/compare.ts';
import { objectiveNamed, objectiveNames, priorOf } from '../setup/objectives.ts';
import { patience } from '../setup/patience.ts';
import { segmentsOf, total } from '../setup/segments.ts';

/** One thread, which takes every kernel whole, and two and three, which cut it however small it is. */
const devices: Device[] = [];
beforeAll(async () => {
  for (const threads of [1, 2, 3]) devices.push(await openNodeCpuDevice({ threads, minWork: 1 }));
});
afterAll(() => {
  for (const device of devices) device.destroy();
});

/** Records the same on a tape for each device, and expects the same bits of all. */
async function expectSameBits(record: (tape: Tape) => Record<string, Tensor>): Promise<void> {
  const found = [];
  for (const device of devices) {
    const tape = createTape();
    const numbers = await evaluate(device, tape, record(tape));
    found.push(Object.fromEntries(Object.entries(numbers).map(([name, values]) => [name, bitsOf(values)])));
  }
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
}

const bitsOf = (values: { buffer: ArrayBufferLike }) => new Int32Array(values.buffer);

describe('the number of threads changes no bit', () => {
  test('of random computations', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 30 }), async (seed, length) => {
        const finished = [];
        for (const device of devices) {
          const rerun = await prepareRerun(device, randomTape(seed, length));
          finished.push(await rerun.run());
          rerun.release();
        }
        expect(finished[1]).toEqual(finished[0]);
        expect(finished[2]).toEqual(finished[0]);
      }),
      { seed: 20260101, numRuns: 40 },
    );
  });

  const rows = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 60, max: 140 }));
  const width = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 44, max: 150 }));
  const kinds = fc.constantFrom('none', 'relu', 'leakyRelu', 'tanh', 'sigmoid');

  test('of dense layers and their derivatives, cut by rows or by columns', async () => {
    await fc.assert(
      fc.asyncProperty(rows, width, width, kinds, seeds, async (n, i, o, activation, seed) => {
        await expectSameBits((tape) => {
          const draw = createDraw(seed);
          const [x, w, b] = [drawn(tape, [n + 3, i], draw), drawn(tape, [i, o], draw), drawn(tape, [o], draw)];
          const counted = { ...x, rows: windowOf(tape, { capacity: n + 3, start: 2, count: n }) };
          const y = ops.dense(counted, w, b, activation);
          const [dx, dw, db] = ops.gradient(ops.sum(ops.square(y)), [counted, w, b]);
          return { y, dx, dw, db };
        });
      }),
      { seed: 20260101, numRuns: 60 },
    );
  });

  test('of one-hot layers, policies, draws and their derivatives', async () => {
    await fc.assert(
      fc.asyncProperty(rows, width, seeds, async (n, a, seed) => {
        await expectSameBits((tape) => {
          const draw = createDraw(seed);
          const tokens = given(tape, [n, 3], draw.integers(3 * n, -1, 4));
          const [w, b] = [drawn(tape, [5, a], draw), drawn(tape, [a], draw)];
          const logits = ops.oneHotDense(tokens, w, b, 'tanh');
          const mask = given(tape, [n, a], draw.mask(n * a));
          const key = given(tape, [4], draw.integers(4, 0, 1000));
          const lane = given(tape, [n], draw.integers(n, 0, 99));
          const action = ops.sampleAction(logits, mask, key, lane, given(tape, [2], Float32Array.of(0.2, 1.5)));
          const policy = ops.categorical(logits, mask, action, drawn(tape, [n, a], draw));
          const all = ops.sum(ops.add(policy.logProbability, ops.multiply(policy.entropy, policy.divergence)));
          const [dw, db] = ops.gradient(ops.add(all, ops.sum(ops.logSoftmax(logits, mask))), [w, b]);
          return { action, ...policy, dw, db };
        });
      }),
      { seed: 20260101, numRuns: 30 },
    );
  });

  test('of norms, segments, gathers and reductions and their derivatives', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, width, seeds, async (lengths, c, seed) => {
        await expectSameBits((tape) => {
          const draw = createDraw(seed);
          const n = total(lengths);
          const x = drawn(tape, [n, c], draw);
          const segments = segmentsOf(tape, lengths);
          const sums = ops.segmentSum(ops.graphNorm(ops.layerNorm(x), segments), segments);
          const largest = ops.segmentMax(x, segments);
          const shares = ops.segmentSoftmax(x, segments);
          const index = given(tape, [7], draw.integers(7, -1, lengths.length - 1));
          const gathered = ops.gatherRows(ops.add(sums, largest), index);
          const columnSums = ops.sum(x, 0);
          const turned = ops.multiply(ops.max(ops.scan(gathered, 0.5), 1), 2);
          const loss = ops.add(ops.sum(ops.multiply(shares, x)), ops.sum(ops.square(gathered)));
          const [dx] = ops.gradient(loss, [x]);
          return { sums, shares, turned, columnSums, dx };
        });
      }),
      { seed: 20260101, numRuns: 30 },
    );
  });

  const size = { dimension: 2, side: 8 };
  const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  test.each(objectiveNames)('of training by %s', async (name) => {
    const trained = [];
    for (const device of devices) {
      const options = { steps: 3, batch: 8, seed: 5, network: { hidden: [72] } };
      const trainer = await createTrainer({
        device,
        problem,
        objective: objectiveNamed(name),
        ...priorOf(name),
        ...options,
      });
      for await (const _ of trainer);
      trained.push(arraysOf(await trainer.snapshot()).map(({ name, data }) => ({ name, data: Array.from(data) })));
    }
    expect(trained[1]).toEqual(trained[0]);
    expect(trained[2]).toEqual(trained[0]);
  });
});

describe('workers', () => {
  test('work on a memory that has grown since they started', async () => {
    const device = await openNodeCpuDevice({ threads: 2, minWork: 1 });
    const n = 600_000;
    const tape = createTape();
    const x = given(
      tape,
      [n, 4],
      Float32Array.from({ length: 4 * n }, (_, i) => i % 8),
    );
    const { y } = await evaluate(device, tape, { y: ops.add(x, x) });
    // 600,000 rows of 4 numbers, and as much again, where the memory began with 1 MiB.
    expect(device.counts.bytes).toBeGreaterThan(2 ** 20);
    expect(y.every((value, i) => value === 2 * (i % 8))).toBe(true);
    device.destroy();
  });

  test('leave nothing behind in memory: a thousand runs reserve not a byte', async () => {
    const [, , device] = devices;
    const tape = createTape();
    const draw = createDraw(1);
    const y = ops.dense(drawn(tape, [40, 60], draw), drawn(tape, [60, 70], draw));
    const executable = await device.prepare(compile(tape, { y: ops.tanh(y) }));
    const before = device.counts;
    executable.run(1000);
    expect(device.counts).toEqual({ ...before, launches: before.launches + 1000 * executable.launches });
    executable.release();
  });

  test('tell the caller of a kernel that fails in one of them, and go on afterwards', async () => {
    let places = 0;
    const { threads, kernels } = await teamOfTwo((kernel) => {
      // The calling thread is long about the part it takes, so that the worker takes the others.
      const slowly = (begin: number, end: number) => {
        places += end - begin;
        return sleep(50);
      };
      return kernel === 'gatherRows' ? slowly : undefined;
    });
    const beyond = kernels.heapBase() + 2 ** 31;
    const gather = threads.parallel('gatherRows', [4, beyond, kernels.heapBase(), beyond, 0], { work: 1 });
    const gatherOnce = () => {
      places = 0;
      gather(0, 8);
    };
    // On a busy machine the calling thread may take every part, long as it is about them.
    const gatherUntilWorkerTakesPart = () => {
      do gatherOnce();
      while (places === 8);
    };
    expect(gatherUntilWorkerTakesPart).toThrow(/a kernel failed in a worker: .*out of bounds/);
    const sum = threads.parallel('reduceSum', [1, 1, kernels.heapBase(), kernels.heapBase() + 4096], { work: 1 });
    expect(() => sum(0, 8, 0, 1)).not.toThrow();
    threads.end();
  });

  test('do not keep a failure of the calling thread from its caller', async () => {
    let calls = 0;
    const { threads, kernels } = await teamOfTwo((kernel) => {
      return kernel !== 'gatherRows'
        ? undefined
        : () => {
            calls++;
            throw new Error('in the calling thread');
          };
    });
    const free = kernels.heapBase() + 8192;
    const gather = threads.parallel('gatherRows', [0, free, free, free, 0], { work: 1 });
    // On a busy machine the worker may take every part before the calling thread takes one.
    while (calls === 0) {
      try {
        gather(0, 8);
        expect(calls).toBe(0);
      } catch (error) {
        expect(calls).toBeGreaterThan(0);
        expect(error).toEqual(new Error('in the calling thread'));
      }
    }
    threads.end();
  });
});

/** A team of the calling thread and one worker; kernels of the calling thread alone can be put in others' places. */
async function teamOfTwo(replace: (kernel: string) => ((begin: number, end: number) => number) | undefined) {
  const binary = new Uint8Array(await readFile('build/kernels.wasm'));
  const loaded = await loadSharedKernels(binary);
  if (!loaded) throw new Error('no shared memory here');
  const { module, memory } = loaded;
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CpuExports;
  const own = Object.fromEntries(Object.entries(kernels).map(([name, run]) => [name, replace(name) ?? run]));
  const shared = createCpuMemory(memory, kernels.heapBase() + 65_536, loaded.maxPages);
  const settings = { workers: 1, startWorker: startNodeWorker, minWork: 1, life: createLife() };
  return { kernels, threads: await startThreads(own, shared, module, settings) };
}

function sleep(milliseconds: number): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return 0;
}

describe('where threads cannot be had the device computes on one', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const oneThread = async (device: Device) => {
    expect(device.description).toBe('WebAssembly with SIMD, one thread');
    const tape = createTape();
    const { y } = await evaluate(device, tape, { y: ops.add(given(tape, [2], Float32Array.of(1, 2)), 1) });
    expect(Array.from(y)).toEqual([2, 3]);
    device.destroy();
  };

  test('in a page that is not isolated from other origins', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    await oneThread(await openNodeCpuDevice({ threads: 2 }));
  });

  test('in an engine without shared memory', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    await oneThread(await openNodeCpuDevice({ threads: 2 }));
  });

  test('in a page whose policy forbids its workers', async () => {
    const startWorker = () => Promise.reject(new Error('refused by the Content-Security-Policy'));
    await oneThread(await openCpuDevice({ threads: 2, startWorker }));
  });

  test('in Node without its workers', async () => {
    await oneThread(await openCpuDevice());
  });
});

test('threads are a whole number of at least 1', async () => {
  for (const threads of [0, -1, 1.5, Number.NaN]) {
    await expect(openNodeCpuDevice({ threads })).rejects.toThrow(/number of threads has to be a whole number/);
  }
});

test('a device says how many threads it has', () => {
  expect(devices.map(({ description }) => description)).toEqual([
    'WebAssembly with SIMD, one thread',
    'WebAssembly with SIMD, 2 threads',
    'WebAssembly with SIMD, 3 threads',
  ]);
});

test('one bit of the binary tells whether the memory is shared; a binary without a memory is refused', async () => {
  const binary = new Uint8Array(await readFile('build/kernels.wasm'));
  const shared = importSharedMemory(binary);
  const changed = Array.from(binary, (byte, i) => (byte === shared[i] ? [] : [byte, shared[i]])).flat();
  expect(changed).toEqual([1, 3]);
  expect(() => importSharedMemory(binary.slice(0, 8))).toThrow(/not a memory with a maximum/);
});

describe('a Node process with workers', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowtape-threads-'));
    await build({
      entryPoints: ['src/node/cpu.ts'],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      // Names as a bundler may change them: the worker's text has to bear it.
      minify: true,
      keepNames: true,
      loader: { '.wgsl': 'text', '.wasm': 'binary' },
      outfile: join(folder, 'cpu.mjs'),
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['the device open', ''],
    ['the device destroyed', 'device.destroy();'],
    ['a device opened and destroyed before', 'device.destroy(); await openNodeCpuDevice({ threads: 3 });'],
  ])('ends by itself with %s', (_, program) => {
    // A process that does not end by itself is killed, and has no exit status. Ending takes well under a second.
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-'], {
      input: `
        import { openNodeCpuDevice } from './cpu.mjs';
        const device = await openNodeCpuDevice({ threads: 3 });
        ${program}
        console.log(device.description);`,
      cwd: folder,
      encoding: 'utf8',
      timeout: patience,
    });
    const output = 'WebAssembly with SIMD, 3 threads';
    expect({ output: stdout.trim(), errors: stderr, status }).toEqual({ output, errors: '', status: 0 });
  });
});
