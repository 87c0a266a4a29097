// The numbers of activations, shared by dense.cpu.ts and the kernels.

export const none = 0;
export const relu = 1;
export const leakyRelu = 2;
export const tanh = 3;
export const sigmoid = 4;
