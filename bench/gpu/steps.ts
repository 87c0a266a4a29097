import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../measure/gpu.ts';
import { repositoryPath } from '../measure/root.ts';
import { stepEngines } from '../step/engines.ts';
import { largeStepProblem, type StepProblem, stepProblems } from '../step/problems.ts';
import { stepResults } from '../step/results.ts';
import { encodeStepData, makeStepData } from '../step/step-data.ts';
import { stepHeader, stepRow, stepTitle } from '../step/table.ts';
import type { Block, GpuContext, GpuPart, Item, ItemResult } from './part.ts';

/** The steps that every engine runs on the same card. */
const gpuStepProblems: readonly StepProblem[] = [...stepProblems, largeStepProblem];

/** Peers from npm, and the package that shows whether each is installed. */
const packages = [
  ['jax-js', '@jax-js/jax'],
  ['tfjs', '@tensorflow/tfjs-backend-webgpu'],
] as const;

export const stepPart: GpuPart = {
  name: 'step',
  title: 'A training step, beside jax-js and TensorFlow.js on the same adapter',
  seconds: 65,
  async items(context) {
    const there = packages.filter(([, name]) => existsSync(repositoryPath('bench', 'peers', 'node_modules', name)));
    const missing = packages.filter((each) => !there.includes(each));
    const peers = there.map(([name]) => name);
    const places: Place[] = ['webgpu', 'host', 'cpu'];
    const items: Item[] = [];
    for (const place of places) {
      for (const problem of problemsOf(context)) {
        // The host's time does not depend on sizes, and the large step is for GPUs.
        if (problem === largeStepProblem && place !== 'webgpu') continue;
        const task = { ...problem, data: await writeData(problem, context.folder) };
        for (const engine of stepEngines(place, peers)) {
          items.push({
            name: [problem.name, place, engine.name].join('/'),
            about: { problem: problem.name, place, engine: engine.name },
            program: engine.program(task, context.small ? 0.2 : 1),
            limitSeconds: context.small ? 120 : 20,
          });
        }
      }
    }
    return [...items, ...missing.map(missingItem)];
  },
  blocks: (results) => stepBlocks(results, gpuStepProblems),
};

function missingItem([name, packageName]: readonly [string, string]): Item {
  const missing = `left out: ${packageName} is not in bench/peers/node_modules (npm ci in bench/peers installs it)`;
  return { name, program: { missing }, limitSeconds: 1 };
}

export function problemsOf({ small }: GpuContext): readonly StepProblem[] {
  return small ? stepProblems.slice(0, 1) : gpuStepProblems;
}

/** Writes a step's inputs and starting parameters for engines of other languages to read. */
export async function writeData(problem: StepProblem, folder: string): Promise<string> {
  const file = join(folder, `${problem.name.replaceAll(/\W+/g, '-')}.bin`);
  await writeFile(file, encodeStepData(makeStepData(problem)));
  return file;
}

/** A table for each problem and place; ratios are relative to its first engine. */
export function stepBlocks(results: readonly ItemResult[], problems: readonly StepProblem[]): Block[] {
  const blocks: Block[] = [];
  for (const place of ['webgpu', 'host', 'cpu'] as const) {
    for (const problem of problems) {
      const here = results.filter(({ about }) => about.problem === problem.name && about.place === place);
      if (here.length === 0) continue;
      const found = stepResults(
        problem,
        place,
        here.map(({ about, measured }) => ({ name: String(about.engine), measured })),
      );
      blocks.push(stepTitle(found[0]), { header: stepHeader, rows: found.map(stepRow) });
    }
  }
  const left = results.filter(({ about }) => about.problem === undefined);
  return [...blocks, ...left.map(({ name, measured }) => `${name} ${'problem' in measured ? measured.problem : ''}`)];
}
