/** Distributions over actions, their derivatives, and draws from them. */
export { categorical, categoricalGradient, logSoftmax, logSoftmaxGradient } from './categorical/categorical.webgpu.ts';
export { randomBits, sampleAction } from './random/random.webgpu.ts';
