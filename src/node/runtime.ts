import type { Gpu } from '../host-types.ts';

/** The properties that identify a runtime. */
interface Runtime {
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
  readonly process: { readonly versions: { readonly node: string } };
}

/** `Node 24.1.0`, `Deno 2.9.6`, `Bun 1.4.5`: the others also report the Node version they emulate. */
export function runtimeName({ Deno, Bun, process } = globalThis as unknown as Runtime): string {
  if (Deno) return `Deno ${Deno.version.deno}`;
  if (Bun) return `Bun ${Bun.version}`;
  return `Node ${process.versions.node}`;
}

/** Whether this is Node itself, not a runtime that emulates it. */
export const isNode = (): boolean => {
  const { Deno, Bun } = globalThis as unknown as Partial<Runtime>;
  return Deno === undefined && Bun === undefined;
};

/** The runtime's own WebGPU. Deno has it; Node does not. */
export const runtimeGpu = (): Gpu | undefined =>
  (globalThis.navigator as { readonly gpu?: Gpu | undefined } | undefined)?.gpu;
