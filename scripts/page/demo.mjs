// npm run demo [-- --port N]: builds the page and serves it on this machine.
// npm run demo:build: builds the page into build/demo, which any host can serve.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildDemo, demoSizes } from './demo-build.mjs';
import { serveDemo } from './demo-server.mjs';

const usage = 'usage: npm run demo [-- --port N]   or   npm run demo:build';
const folder = fileURLToPath(new URL('../../build/demo', import.meta.url));
process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  let options;
  try {
    options = parseArgs({
      args,
      options: { port: { type: 'string' }, 'build-only': { type: 'boolean' }, site: { type: 'boolean' } },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    return 2;
  }
  const port = options.port === undefined ? 8017 : Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error(
      `--port takes a whole number from 0 to 65535 (0 for any that is free), not "${options.port}".\n${usage}`,
    );
    return 2;
  }
  if (options['build-only']) {
    await build(options.site);
    console.log('The page is in build/demo: put that folder on any host, under any path.');
    return 0;
  }
  try {
    const { address } = await serveDemo(folder, { port });
    await build();
    console.log(`The page is at ${address} (Ctrl-C ends it)`);
    return 0;
  } catch (error) {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const why = error.code === 'EACCES' ? 'may not be opened by you' : 'is taken by another program';
    console.error(`Port ${port} ${why}. Take another: npm run demo -- --port ${port < 1024 ? 8017 : port + 1}`);
    return 1;
  }
}

/** @param isInSite whether it is to be part of the site (npm run site) */
async function build(isInSite = false) {
  await buildDemo(folder, undefined, { isInSite });
  const sizes = await demoSizes(folder);
  const print = (part, isMeant) => {
    const bytes = sizes.filter(({ name }) => isMeant(name)).reduce((sum, { gzipped }) => sum + gzipped, 0);
    console.log(`${part.padEnd(48)}${(bytes / 1024).toFixed(1)} KiB compressed`);
  };
  print('page (HTML, CSS, JavaScript)', (name) => /^(index|page)\./.test(name));
  print('training worker, kernels for GPUs included', (name) => name.startsWith('worker'));
  print('kernels in WebAssembly', (name) => name.endsWith('.wasm'));
  print('font', (name) => name.endsWith('.woff2'));
}
