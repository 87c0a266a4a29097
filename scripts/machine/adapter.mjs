// Prints the WebGPU adapter that this process finds, as a line of JSON; nothing when there is none.
// A program of its own because drivers are chosen when a process starts, and a broken one may crash it.
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
globalThis.keptFromCollection = create([]);
const gpu = globalThis.keptFromCollection;
const adapter =
  (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ??
  (await gpu.requestAdapter()) ??
  (await gpu.requestAdapter({ forceFallbackAdapter: true }));
if (adapter) {
  // An adapter that gives no device is of no use.
  await adapter.requestDevice();
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  console.log(JSON.stringify({ vendor, architecture, description, isFallbackAdapter }));
}
