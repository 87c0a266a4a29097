import { describe, expect, test } from 'vitest';
import { gpuChecks } from '../../bench/gpu/checks.ts';
import { watched } from '../../bench/gpu/correctness.ts';
import type { GpuFigures, GpuPart, Item } from '../../bench/gpu/part.ts';
import { gpuParts, gpuPartsOf } from '../../bench/gpu/parts.ts';
import { gpuSections } from '../../bench/gpu/report.ts';
import { runGpuParts } from '../../bench/gpu/run.ts';
import { leftOut, pairs, trainingTask } from '../../bench/gpu/training-tasks.ts';
import type { Measured } from '../../bench/measure/child.ts';
import { openReferenceDevice } from '../../src/device/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { problems } from '../../src/problems/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';

const start: GpuFigures = {
  date: '2026-11-25T12:00:00.000Z',
  machine: { processor: 'P', cores: 2, gibibytes: 24, system: 'Linux', node: 'v20.1.0' },
  small: false,
  gpu: {},
};
const options = { json: 'gpu.json', small: false, python: 'python3' };

function partOf(items: readonly Item[], seconds = 10): GpuPart {
  return { name: 'part', title: 'A part', seconds, items: async () => items, blocks: () => [] };
}

const item = (name: string): Item => ({ name, program: { command: name, args: [] }, limitSeconds: 4 });

/** Runs parts on a clock of its own, on which a program takes 3 seconds. */
async function run(part: GpuPart, figures: GpuFigures, measured: (command: string) => Measured) {
  let clock = 0;
  const ran: [string, number][] = [];
  const saved: GpuFigures[] = [];
  const end = await runGpuParts([part], options, figures, {
    print: () => {},
    save: async (found) => void saved.push(found),
    now: () => clock,
    async run({ command }, limit) {
      ran.push([command, limit]);
      clock += 3;
      return measured(command);
    },
  });
  return { end, ran, saved };
}

describe('a run', () => {
  const records = { records: [{ x: 1 }] };

  test('keeps what it measures after every item, and gives each no more than is left of its part', async () => {
    const { end, ran, saved } = await run(partOf(['a', 'b', 'c', 'd'].map(item), 8), start, () => records);
    expect(ran).toEqual([
      ['a', 4],
      ['b', 4],
      ['c', 2],
    ]);
    expect(saved).toHaveLength(4);
    expect(saved[0].gpu.part.map(({ name }) => name)).toEqual(['a']);
    expect(end.gpu.part[3].measured).toEqual({ problem: expect.stringContaining("the part's time was over") });
  });

  test('leaves out what was measured before, and tries again what failed', async () => {
    const first = await run(partOf([item('a'), item('b')]), start, (name) =>
      name === 'a' ? records : { problem: 'no' },
    );
    const { ran, end } = await run(partOf([item('a'), item('b')]), first.end, () => records);
    expect(ran.map(([name]) => name)).toEqual(['b']);
    expect(end.gpu.part.map(({ name, measured }) => [name, measured])).toEqual([
      ['a', records],
      ['b', records],
    ]);
  });

  test('says why something cannot be measured, without a process', async () => {
    const missing = { name: 'peer', program: { missing: 'left out: not installed' }, limitSeconds: 1 };
    const { end, ran } = await run(partOf([missing]), start, () => records);
    expect([ran, end.gpu.part[0].measured]).toEqual([[], { problem: 'left out: not installed' }]);
  });
});

test('all parts together take less than eight minutes', () => {
  expect(gpuParts.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(8 * 60);
});

test('a part is chosen by name, and an unknown one is refused with the list of parts', () => {
  expect(gpuPartsOf('dense').map(({ name }) => name)).toEqual(['dense']);
  expect(() => gpuPartsOf('denes')).toThrow('There is no part denes of gpu; there are adapter, correctness, costs');
});

test('parts whose items all failed still make tables', () => {
  const failed = (about: Record<string, string | number>) => ({
    ...{ name: 'x', about, seconds: 1 },
    measured: { problem: 'no adapter' },
  });
  const about = { problem: 'MLP 64-256-256-32, batch 256', place: 'webgpu', engine: 'e', title: 't', batch: 16 };
  const gpu = Object.fromEntries(gpuParts.map(({ name }) => [name, [failed(about)]]));
  const text = gpuSections({ ...start, gpu }).get('gpu') ?? '';
  expect(text.match(/no adapter/g)).toHaveLength(gpuParts.length);
  expect(text).toContain('### A training step, beside jax-js and TensorFlow.js on the same adapter');
});

test('every problem is either trained or listed as left out', () => {
  const timed = new Set(pairs().map(([problem]) => problem));
  const missing = problems.map(({ name }) => name).filter((name) => !timed.has(name) && !(name in leftOut));
  // It has a part of its own.
  expect(missing).toEqual(['seh']);
  expect(trainingTask('hypergrid', 'ent-ppo', 4096)).toMatchObject({
    batch: 4096,
    objectiveOptions: { policyUpdates: 4 },
  });
});

test('a device that is watched names the kernels of the plans prepared on it', async () => {
  const kernels = new Set<string>();
  const device = watched(openReferenceDevice(), kernels);
  const tape = createTape();
  await device.prepare(
    compile(tape, { y: ops.gatherRows(tape.constant('f32', [2], [1, 2]), tape.read(variable('index', 'i32', [1]))) }),
  );
  expect([...kernels]).toEqual(['gatherRows']);
});

test('the names of checks tell them apart', () => {
  const names = gpuChecks(false).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
