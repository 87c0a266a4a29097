// node --import ./scripts/page/page-host.mjs PAGE: runs a page's modules in Node, with the browser features that they
// need. PAGE_GPU: `none`, `software` (the actual adapter), or `hardware`, which hides that it is software. PAGE_FILES:
// a file to which the name of every loaded module is appended, a line each.
import { register } from 'node:module';

const { PAGE_GPU = 'none', PAGE_FILES } = process.env;

if (PAGE_FILES) {
  const hooks = `
    import { appendFileSync } from 'node:fs';
    export function load(url, context, next) {
      appendFileSync(${JSON.stringify(PAGE_FILES)}, url + '\\n');
      return next(url, context);
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

const gpu = PAGE_GPU === 'none' ? undefined : await openGpu();
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });

async function openGpu() {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const opened = create([]);
  if (PAGE_GPU === 'software') return opened;
  const info = { vendor: 'some', architecture: 'gpu', device: '', description: '', isFallbackAdapter: false };
  const requestAdapter = async (wishes) => {
    const adapter = await opened.requestAdapter(wishes);
    const requestDevice = async (wanted) => {
      const device = await adapter.requestDevice(wanted);
      Object.defineProperty(device, 'adapterInfo', { value: info });
      return device;
    };
    return { limits: adapter.limits, features: adapter.features, info, requestDevice, opened };
  };
  return { requestAdapter };
}
