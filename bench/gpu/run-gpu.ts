import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { describeMachine, machineLine } from '../machine.ts';
import type { GpuFigures, GpuOptions } from './part.ts';
import { gpuPartsOf } from './parts.ts';
import { runGpuParts } from './run.ts';

/** `bench -- gpu`. Returns the exit code: 1 if a kernel computes anything wrong. */
export async function runGpu(options: GpuOptions): Promise<number> {
  const parts = gpuPartsOf(options.only);
  const start = await startOf(options);
  console.log(`${machineLine(start.machine)}\n`);
  const figures = await runGpuParts(parts, options, start, {
    print: (text) => console.log(text),
    async save(figures) {
      // Written as a whole or not at all: the run may be killed at any moment.
      await writeFile(`${options.json}.part`, `${JSON.stringify(figures)}\n`);
      await rename(`${options.json}.part`, options.json);
    },
  });
  console.log(`All of it is in ${options.json}; bench -- report ${options.json} makes tables of it.`);
  return hasFailed(figures) ? 1 : 0;
}

/** The figures of the previous run, or none. @throws if they are from another machine or other sizes */
async function startOf({ json, small, peak }: GpuOptions): Promise<GpuFigures> {
  const machine = await describeMachine();
  if (!existsSync(json)) return { date: new Date().toISOString(), machine, small, peak, gpu: {} };
  const before = JSON.parse(await readFile(json, 'utf8')) as GpuFigures;
  if (before.gpu === undefined || machineLine(before.machine) !== machineLine(machine) || before.small !== small) {
    throw new Error(`${json} is of another machine, or of other sizes: name another file (--json FILE).`);
  }
  return { ...before, peak: peak ?? before.peak };
}

function hasFailed({ gpu }: GpuFigures): boolean {
  return (gpu.correctness ?? []).some(({ measured }) => {
    return 'records' in measured && measured.records.some((record) => (record as { passed: boolean }).passed === false);
  });
}
