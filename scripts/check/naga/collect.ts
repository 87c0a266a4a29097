// Makes every kernel for flowtape's problems and objectives on GPUs that compute nothing, and writes them to the file
// given first. The problems' data are in the folder given second. scripts/check/naga.mjs bundles and runs it.
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Device, webgpuDevice } from '../../../src/device/index.ts';
import { openNodeChemistry } from '../../../src/node/index.ts';
import { createObjective, objectives } from '../../../src/objective/index.ts';
import { makeProblem, problems } from '../../../src/problems/index.ts';
import { messageOf } from '../../../src/text/message-of.ts';
import { createTrainer } from '../../../src/train/index.ts';
import { type FakePipeline, fakeGpu, webgpuConstants } from '../../../test/setup/fake-gpu.ts';

Object.assign(globalThis, webgpuConstants);

/** Adapters of each kind by which kernels are chosen. */
const adapters = [
  { name: 'a GPU', features: [], emulated: false },
  { name: 'a GPU, step by step', features: [], emulated: false, wholeRollouts: false },
  { name: 'in software', features: [], emulated: true },
  { name: 'in software, with subgroups', features: ['subgroups'], emulated: true },
  { name: 'a GPU with subgroups', features: ['subgroups'], emulated: false },
  { name: 'a GPU, three runs at a time', features: [], emulated: false, together: 3 },
  { name: 'in software, three runs at a time', features: [], emulated: true, together: 3 },
];

const [output, data] = process.argv.slice(2);
/** A table of a user's own. */
const table = new TextEncoder().encode('sequence,score\nAC,1\nCA,2\nCC,3\n');
const read = async (file: string) => {
  if (data === undefined) throw new Error(`there is no folder with ${file}`);
  return readFile(join(data, file));
};

const pipelines = new Map<string, FakePipeline>();
let prepared = 0;
for (const entry of problems) {
  const { problem: definition } = await entry.load();
  const isTable = entry.name === 'table';
  const options = isTable ? { table: 'table.csv' } : {};
  const reader = isTable ? async () => table : entry.needs?.includes('data') ? read : undefined;
  const resources = { chemistry: openNodeChemistry, read: reader };
  const problem = await makeProblem(definition, options, resources).catch((error) => {
    console.log(`left out: ${entry.name} (${messageOf(error).split('\n')[0]})`);
  });
  if (!problem) continue;
  for (const { name, needsPrior } of objectives) {
    for (const { features, together, ...options } of adapters) {
      const { gpu } = fakeGpu({ features, onPipeline: (made) => pipelines.set(JSON.stringify(made), made) });
      const whole = webgpuDevice(gpu, 'fake', undefined, options);
      const device = together === undefined ? whole : await replicaOf(whole, together);
      try {
        const objective = await createObjective(name);
        const { kind } = problem.environment.observation;
        const network = kind === 'graph' ? { width: 16, layers: 1 } : {};
        const prior = needsPrior ? 'uniform' : undefined;
        await createTrainer({ device, problem, objective, steps: 1, batch: 4, network, prior });
        prepared++;
      } catch (error) {
        console.log(`left out: ${entry.name} with ${name} (${messageOf(error).split('\n')[0]})`);
        break;
      }
    }
  }
}

/** The first of `count` replicas of a device; the others take no part. */
async function replicaOf(device: Device, count: number): Promise<Device> {
  const replicas = await device.replicas?.(count);
  if (!replicas) throw new Error('The device has no replicas.');
  for (let other = 1; other < count; other++) replicas.leave(other);
  return replicas.open(0);
}

writeFileSync(output, JSON.stringify([...pipelines.values()]));
if (prepared === 0) throw new Error('Nothing was made: there is nothing to compile.');
console.log(`${prepared} trainers, ${pipelines.size} pipelines`);
