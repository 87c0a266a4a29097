import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { entPpo, hypergrid, hypergridReward } from '../../src/index.ts';
import { loadSampler } from '../../src/run/load.ts';
import { createRun } from '../../src/run/run.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { testWhere } from '../setup/needs.ts';
import { readPage } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'flowtape-numpy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = spawnSync('python3', ['-c', 'import numpy']);
const withNumpy = testWhere(python.status === 0, 'it needs python3 with numpy');

withNumpy("the guide's NumPy program computes the logits and draws the objects that the library does", async () => {
  const device = await openTestCpuDevice();
  const size = { dimension: 2, side: 8 };
  const own = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const run = await createRun({ device, ...own, objective: entPpo(), steps: 5, batch: 16 });
  await run.step(5);
  const [file, program] = [join(folder, 'checkpoint.safetensors'), join(folder, 'logits.py')];
  writeFileSync(file, await run.save());
  writeFileSync(program, readPage('docs/guide/saved-run.md').block('python') ?? '');
  const [numbers, drawn] = execFileSync('python3', [program, file], { encoding: 'utf8' }).split(/\r?\n/);
  const found = numbers.split(' ').map(Number);
  const sampler = await loadSampler(readFileSync(file), { device, ...own });
  const expected = Array.from(await sampler.logits(Int32Array.of(0, 0, 0, 3, 5, 0)));
  expect(found).toHaveLength(expected.length);
  for (const [i, logit] of expected.entries()) {
    // Printed to three digits; products of 256 numbers in float32 differ by the order of their sums, at most about
    // 256 * 2^-24 of what is summed, whose magnitudes stay below 16.
    expect(Math.abs(found[i] - logit)).toBeLessThanOrEqual(0.5e-3 + 256 * 2 ** -24 * 16);
  }
  expect(drawn.split(/(?<=\.) /)).toEqual((await sampler.sample(8, { seed: 7 })).map(({ text }) => text));
  device.destroy();
});
