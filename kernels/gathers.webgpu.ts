/** Kernels of batches and sequences: rows taken by their numbers, rows added up, running sums. */
export { gatherRows, scatterAddRows } from './gather/gather.webgpu.ts';
export { scan } from './scan/scan.webgpu.ts';
