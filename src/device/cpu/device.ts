import type { CpuExports } from '../../plan/index.ts';
import type { Variable } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';
import { checkElementCount } from '../check-write.ts';
import type { Device } from '../device.ts';
import { createLife, destroyedByProgram, type Life } from '../life.ts';
import type { CpuDeviceOptions } from './cpu.ts';
import { type CpuState, copyNumbers, prepare } from './executable.ts';
import { createCpuMemory } from './memory.ts';
import { type LoadedKernels, loadKernels, loadSharedKernels } from './module.ts';
import { hasRelaxedSimd } from './relaxed-simd.ts';
import { type CompiledPrograms, compileRowPrograms } from './row-programs.ts';
import { oneThread, startThreads } from './threads.ts';
import { startWebWorker } from './web-worker.ts';

/**
 * A cpu device with this many threads, or with one if there cannot be several.
 * @param binary the kernels of kernels/cpu.assembly.ts
 * @throws if they have fused multiply-adds and this runtime has none
 */
export async function openOnThreads(binary: Uint8Array, threads: number, options: CpuDeviceOptions): Promise<Device> {
  const { fusedMultiplyAdd = false } = options;
  if (fusedMultiplyAdd && !hasRelaxedSimd()) {
    throw new Error(
      'cpu device: this runtime has no fused multiply-adds, since its WebAssembly lacks relaxed SIMD. Chrome and ' +
        'Node have it. Leave fusedMultiplyAdd out.',
    );
  }
  const life = createLife();
  const several = threads === 1 ? undefined : await openWithThreads(binary, threads, life, options);
  return createCpuDevice(several ?? (await openAlone(binary)), life, fusedMultiplyAdd);
}

type Opened = Pick<CpuState, 'wasm' | 'memory' | 'threads'>;

async function openAlone(binary: Uint8Array): Promise<Opened> {
  const { wasm, memory } = instantiate(await loadKernels(binary));
  return { wasm, memory, threads: oneThread(wasm, memory) };
}

/** Undefined if there cannot be several threads. */
async function openWithThreads(
  binary: Uint8Array,
  threads: number,
  life: Life,
  { startWorker = startWebWorker, minWork }: CpuDeviceOptions,
): Promise<Opened | undefined> {
  const kernels = await loadSharedKernels(binary);
  if (!kernels) return undefined;
  const { wasm, memory } = instantiate(kernels);
  const settings = { workers: threads - 1, startWorker, life, ...(minWork === undefined ? {} : { minWork }) };
  try {
    return { wasm, memory, threads: await startThreads(wasm, memory, kernels.module, settings) };
  } catch {
    // A page may forbid workers made from text, and a program may forbid workers altogether.
    return undefined;
  }
}

function instantiate({ module, memory, maxPages }: LoadedKernels) {
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CpuExports;
  return { wasm, memory: createCpuMemory(memory, wasm.heapBase(), maxPages) };
}

function createCpuDevice({ wasm, memory, threads }: Opened, life: Life, fusedMultiplyAdd: boolean): Device {
  const addresses = new Map<Variable, number>();
  const programs: CompiledPrograms = new Map();
  const counts = { launches: 0, submits: 0, bindGroups: 0, buffers: 0, pipelines: 0 };

  const addressOf = (variable: Variable): number => {
    const known = addresses.get(variable);
    if (known !== undefined) return known;
    const address = memory.allocate(4 * elementCount(variable.shape));
    counts.buffers++;
    addresses.set(variable, address);
    if (variable.initial) writeNumbers(variable, variable.initial);
    return address;
  };
  const writeNumbers = (variable: Variable, data: ArrayLike<number>) => {
    // The address first: allocating the variable may grow the memory, which detaches views.
    const address = addressOf(variable);
    (variable.dtype === 'f32' ? memory.f32() : memory.i32()).set(data, address / 4);
  };
  const forget = (variable: Variable) => {
    const address = addresses.get(variable);
    if (address === undefined) return;
    addresses.delete(variable);
    memory.free(address);
  };
  const holds = (variable: Variable) => addresses.has(variable);
  const state: CpuState = { wasm, memory, threads, life, holds, forget, addressOf, counts };

  return {
    kind: 'cpu',
    description: `WebAssembly with SIMD${fusedMultiplyAdd ? ' and fused multiply-adds' : ''}, ${threads.count === 1 ? 'one thread' : `${threads.count} threads`}`,
    fusedMultiplyAdd,
    get counts() {
      return { ...counts, bytes: memory.reserved };
    },
    async prepare(plan) {
      life.check();
      return prepare(plan, state, await compileRowPrograms(plan, memory, threads, programs));
    },
    write(variable, data) {
      life.check();
      checkElementCount(variable, data);
      writeNumbers(variable, data);
    },
    async read(variable) {
      life.check();
      return copyNumbers(memory, variable.dtype, addressOf(variable), elementCount(variable.shape));
    },
    holds,
    forget,
    finish: async () => life.check(),
    destroy() {
      life.end(destroyedByProgram('cpu'));
      threads.end();
      for (const address of addresses.values()) memory.free(address);
      addresses.clear();
    },
  };
}
