// node scripts/machine/with-gpu.mjs COMMAND...: runs a command so that WebGPU finds an adapter, as in the tests.
import { spawnSync } from 'node:child_process';
import { findGpu } from './gpu.mjs';

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('usage: node scripts/machine/with-gpu.mjs COMMAND [ARGUMENT...]');
  process.exit(2);
}
// On standard error, since a program may read the command's output.
const gpu = await findGpu().catch((error) => ({ env: process.env, adapter: `none. ${error.message}` }));
console.error(`WebGPU adapter: ${gpu.adapter}`);
const { status, error } = spawnSync(command, args, { env: gpu.env, stdio: 'inherit' });
if (error) console.error(`${command}: ${error.message}`);
process.exit(status ?? 1);
