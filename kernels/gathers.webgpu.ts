/** Kernels for batches and sequences: gathering and scattering rows, running sums. */
export { gatherRows, scatterAddRows } from './gather/gather.webgpu.ts';
export { scan } from './scan/scan.webgpu.ts';
