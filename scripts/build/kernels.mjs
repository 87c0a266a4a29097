import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Compiles AssemblyScript to one WebAssembly module on a memory that its user provides, without a runtime.
 * @param {string} entry
 * @param {string} output
 * @param {string[]} features of WebAssembly besides SIMD
 * @throws Error with the compiler's messages
 */
export async function compileKernels(entry, output, features = []) {
  const { default: asc } = await import('assemblyscript/asc');
  const unfinished = `${output}.unfinished`;
  const { error, stderr } = await asc.main([
    entry,
    ...['--outFile', unfinished],
    ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert'],
    ...['--runtime', 'stub', '--use', 'abort='],
    // The maximum is given because a shared memory must have one; see src/device/cpu/module.ts.
    ...['--importMemory', '--maximumMemory', '65536'],
    ...['simd', ...features].flatMap((feature) => ['--enable', feature]),
  ]);
  if (error) throw new Error(`${entry} does not compile\n${stderr}`);
  // Replaced as a whole, since a running test may be reading the file.
  await rename(unfinished, output);
}

/** The same kernels with fused multiply-adds, from relaxed SIMD. */
export const compileFusedKernels = (entry, output) => compileKernels(entry, output, ['relaxed-simd']);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await compileKernels('kernels/cpu.assembly.ts', 'build/kernels.wasm');
  await compileFusedKernels('kernels/cpu.assembly.ts', 'build/fused-kernels.wasm');
}
