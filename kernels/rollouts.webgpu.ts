/** Loops over environments, and rows counted on the device. */
export { compact } from './compact/compact.webgpu.ts';
export { distinctRows } from './distinct/distinct.webgpu.ts';
export { beginRows, nextRows } from './rollout/rollout.webgpu.ts';
export { wholeRollout } from './rollout/whole-rollout.webgpu.ts';
export { rowProgram } from './row-program/row-program.webgpu.ts';
