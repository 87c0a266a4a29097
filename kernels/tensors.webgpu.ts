/** Kernels that any plan may need: elementwise operations, sums, products, copies, updates. */
export { adam } from './adam/adam.webgpu.ts';
export { assign } from './assign/assign.webgpu.ts';
export { dense, denseInputGradient, denseWeightGradient } from './dense/dense.webgpu.ts';
export { fused } from './elementwise/elementwise.webgpu.ts';
export { reduce } from './reduce/reduce.webgpu.ts';
export { concat, pad, slice } from './slice/slice.webgpu.ts';
