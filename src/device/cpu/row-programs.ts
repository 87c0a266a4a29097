import { rowCounts, rowOperands } from '../../../kernels/row-program/operands.ts';
import type { KernelStep, Plan } from '../../plan/index.ts';
import type { CpuMemory } from './memory.ts';
import type { Threads } from './threads.ts';

/** The row programs that a cpu device has compiled, by their modules' bytes, so that each is compiled once. */
export type CompiledPrograms = Map<string, Promise<string>>;

/**
 * Compiles the recorded programs of a plan that are new, and registers them with all threads.
 * @returns the name of a step's program for `CpuContext.parallel`
 */
export async function compileRowPrograms(
  plan: Plan,
  memory: CpuMemory,
  threads: Threads,
  compiled: CompiledPrograms,
): Promise<(step: KernelStep<'rowProgram'>) => string> {
  const steps = plan.steps
    .flatMap((entry) => (entry.kind === 'kernel' ? [entry.step] : entry.loop.body))
    .filter(isRecorded);
  const names = new Map<KernelStep, string>();
  if (steps.length > 0) {
    // The writer of WebAssembly is loaded only if there is a program to write.
    const { writeWasm, wasmExport } = await import('../../rows/write-wasm.ts');
    const sharedMemory = threads.count > 1;
    const compile = async (bytes: Uint8Array<ArrayBuffer>, name: string) => {
      const module = await WebAssembly.compile(bytes);
      const { exports } = await WebAssembly.instantiate(module, { env: { memory: memory.memory } });
      threads.add(name, exports[wasmExport] as (...numbers: number[]) => void, bytes);
      return name;
    };
    for (const step of steps) {
      const { program } = step.attributes;
      if (!program.program) continue;
      const bytes = writeWasm(program.program, {
        sharedMemory,
        rows: rowCounts(program, rowOperands(step).buffers),
      });
      const key = String.fromCharCode(...bytes);
      const known = compiled.get(key) ?? compile(bytes, `rows ${compiled.size}`);
      compiled.set(key, known);
      names.set(step, await known);
    }
  }
  return (step) => {
    const name = names.get(step);
    if (name === undefined) throw new Error('A row program was not compiled. This is a bug in flowtape.');
    return name;
  };
}

function isRecorded(step: KernelStep): step is KernelStep<'rowProgram'> {
  return step.kernel === 'rowProgram' && (step as KernelStep<'rowProgram'>).attributes.program.program !== undefined;
}
