import type { Gpu } from '../host-types.ts';

/** What of a runtime tells which it is. */
interface Runtime {
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
  readonly process: { readonly versions: { readonly node: string } };
}

/** `Node 24.1.0`, `Deno 2.9.6`, `Bun 1.4.5`: both others also say which Node they stand in for. */
export function runtimeName({ Deno, Bun, process } = globalThis as unknown as Runtime): string {
  if (Deno) return `Deno ${Deno.version.deno}`;
  if (Bun) return `Bun ${Bun.version}`;
  return `Node ${process.versions.node}`;
}

/** WebGPU of the runtime's own. Deno has it; Node has none. */
export const runtimeGpu = (): Gpu | undefined =>
  (globalThis.navigator as { readonly gpu?: Gpu | undefined } | undefined)?.gpu;
