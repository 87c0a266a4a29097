/**
 * Checks of gradients, environments and devices, for your own tests.
 * @module flowtape/testing
 */
export { openReferenceDevice } from './device/reference.ts';
export {
  assertConformance,
  type ConformanceOptions,
  checkEnvironment,
  type Finding,
} from './environment/conformance.ts';
export * from './gradcheck/index.ts';
export { assertShaderConformance, type ShaderConformanceOptions } from './rollout/shader-conformance.ts';
