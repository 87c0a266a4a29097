// deno run --allow-read compile.mjs FILE [--pipelines]: compiles collect.ts's kernels in a file with naga, the compiler
// of wgpu. Prints each refused module with its line, and exits with 1 if there is one. --pipelines also makes pipelines
// with their constants, which takes many minutes on a software driver.
import { readFileSync } from 'node:fs';

const pipelines = JSON.parse(readFileSync(Deno.args[0], 'utf8'));
const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) throw new Error('There is no WebGPU adapter here: node scripts/machine/with-gpu.mjs deno ... finds one.');
const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = adapter.limits;
const device = await adapter.requestDevice({
  requiredLimits: { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize },
});
console.log(`adapter: ${adapter.info.description || adapter.info.vendor}`);

const usesSubgroups = (code) => code.startsWith('enable subgroups;');

/** The result of `make`, and the error caught meanwhile, if any. */
async function attempt(make) {
  device.pushErrorScope('validation');
  const made = await Promise.resolve(make()).catch((error) => error);
  const error = await device.popErrorScope();
  return { made, problem: error?.message ?? (made instanceof Error ? made.message : undefined) };
}

const modules = new Map();
const refused = { modules: 0, pipelines: 0 };
let subgroups = 0;
for (const { label, code } of pipelines) {
  if (modules.has(code)) continue;
  const { made: module, problem } = await attempt(() => device.createShaderModule({ label, code }));
  if (problem !== undefined && usesSubgroups(code)) {
    // Known: naga does not support `enable subgroups` yet, and flowtape then uses the kernel without it, which is
    // compiled here too.
    modules.set(code, undefined);
    subgroups++;
    continue;
  }
  modules.set(code, problem === undefined ? module : undefined);
  if (problem === undefined) continue;
  refused.modules++;
  console.log(`REFUSED module ${label}\n${problem}\n`);
}
let made = 0;
for (const { label, code, constants, bindings } of Deno.args.includes('--pipelines') ? pipelines : []) {
  const module = modules.get(code);
  if (!module) continue;
  const entries = Array.from({ length: bindings }, (_, binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: 'storage' },
  }));
  const { problem } = await attempt(() => {
    const layout = device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] });
    return device.createComputePipelineAsync({ label, layout, compute: { module, entryPoint: 'main', constants } });
  });
  if (problem === undefined) {
    made++;
    continue;
  }
  refused.pipelines++;
  console.log(`REFUSED pipeline ${label} ${JSON.stringify(constants)}\n${problem}\n`);
}
console.log(
  `${modules.size} modules, ${refused.modules} refused, ${subgroups} left to the kernels without subgroups; ` +
    `${made} pipelines made, ${refused.pipelines} refused`,
);
Deno.exit(refused.modules + refused.pipelines === 0 ? 0 : 1);
