type Compiler = typeof import('./wasm-host.ts');

/** The compiler of programs for the host, once loaded. It only affects speed. */
let compiler: Compiler | undefined;

/** The compiler of programs for the host, if it is loaded. */
export const hostCompiler = (): Compiler | undefined => compiler;

/**
 * Loads the compiler of programs for the host, so that frequent calls are compiled immediately and not a while later:
 * for work that makes many calls without awaiting anything in between.
 */
export async function loadHostCompiler(): Promise<void> {
  compiler ??= await import('./wasm-host.ts');
}
