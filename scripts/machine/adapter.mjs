// Prints the WebGPU adapter that this process finds, as a line of JSON; nothing if there is none. It is a separate
// program because drivers are chosen when a process starts, and a broken one may crash it.
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
globalThis.keptFromCollection = create([]);
const gpu = globalThis.keptFromCollection;
const adapter =
  (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ??
  (await gpu.requestAdapter()) ??
  (await gpu.requestAdapter({ forceFallbackAdapter: true }));
if (adapter) {
  // An adapter that does not provide a device is useless.
  await adapter.requestDevice();
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  console.log(JSON.stringify({ vendor, architecture, description, isFallbackAdapter }));
}
