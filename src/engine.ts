/**
 * Tapes, their operations and derivatives, plans, devices, networks and optimisers. All of it is in `flowtape` too.
 * @module flowtape/engine
 */
export * from './device/index.ts';
export * from './nn/index.ts';
export * from './ops/index.ts';
export { type CompileOptions, compile, kernelSteps, type Plan, planBytes } from './plan/index.ts';
export * from './tape/index.ts';
