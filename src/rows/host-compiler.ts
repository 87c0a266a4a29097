type Compiler = typeof import('./wasm-host.ts');

/** What compiles programs for the host, from when it is first loaded. Nothing but speed depends on it. */
let compiler: Compiler | undefined;

/** What compiles programs for the host, where it is loaded. */
export const hostCompiler = (): Compiler | undefined => compiler;

/**
 * Loads what compiles programs for the host, so that those called often are compiled at once and not a while later: for
 * work that makes many calls without waiting for anything in between.
 */
export async function loadHostCompiler(): Promise<void> {
  compiler ??= await import('./wasm-host.ts');
}
