import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatherRuns } from '../../src/cli/compare/gather.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { readJson, readJsonLines } from '../../src/cli/json-files.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { flowtape, small } from '../cli/command-line.ts';
import { commandDevices } from '../cli/devices.ts';
import { altered, alteredBytes, alteredJson, long, parameters } from './outside.ts';

const config = makeRunConfig({ problem: 'hypergrid', given: new Map() });
const rows = [
  { step: 0, trajectories: 0, seconds: 0.1, trajectoriesPerSecond: 0, totalVariation: 0.5 },
  { step: 10, trajectories: 160, seconds: 0.2, trajectoriesPerSecond: 100, loss: 1, totalVariation: 0.25 },
];
const summary = {
  status: 'finished',
  version: '1.0.0',
  reward: 'hypergrid',
  device: { kind: 'cpu', description: 'one' },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of runs with one run, made of these texts. */
function runOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const parent = mkdtempSync(join(folder, 'runs-'));
  const run = join(parent, 'hypergrid-ent-ppo-seed0-1');
  mkdirSync(run);
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(run, name), contents);
  return parent;
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const whole = {
  'config.json': JSON.stringify({ version: '1.0.0', ...config }),
  'summary.json': JSON.stringify(summary),
  'metrics.jsonl': lines(rows),
};

describe('the files of a run from elsewhere', () => {
  test('are collected, or the run is left out with the reason', async () => {
    expect((await gatherRuns([runOf(whole)])).comparisons).toHaveLength(1);
    const files = fc.oneof(
      fc.record({
        name: fc.constant('config.json'),
        text: alteredJson({ ...config }).map((json) => JSON.stringify(json) ?? ''),
      }),
      fc.record({
        name: fc.constant('summary.json'),
        text: alteredJson(summary).map((json) => JSON.stringify(json) ?? ''),
      }),
      fc.record({
        name: fc.constant('metrics.jsonl'),
        text: alteredJson(rows).map((json) => lines(Array.isArray(json) ? json : [json])),
      }),
      fc.record({
        name: fc.constantFrom(...Object.keys(whole)),
        text: fc.oneof(fc.string(), altered(whole['metrics.jsonl'], ['{', '}', '\n', '"', 'null', '1e999'])),
      }),
    );
    await fc.assert(
      fc.asyncProperty(files, async ({ name, text }) => {
        const parent = runOf({ ...whole, [name]: text });
        try {
          const { comparisons } = await gatherRuns([parent]);
          for (const { curve } of comparisons.flatMap(({ methods }) => methods.flatMap(({ runs }) => runs))) {
            for (const row of curve) for (const value of Object.values(row)) expect(Number.isFinite(value)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { ...parameters, numRuns: 200 },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('are drawn with no markup of theirs in the report', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const parent = runOf({
      ...whole,
      'summary.json': JSON.stringify({
        ...summary,
        version: markup,
        reward: markup,
        device: { kind: markup, description: markup },
      }),
      'metrics.jsonl': lines(rows.map((row) => ({ ...row, [markup]: 1 }))),
    });
    expect(await flowtape(['compare', parent])).toMatchObject({ code: 0, stderr: '' });
    const drawn = readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) =>
      /html|svg/.test(entry.name),
    );
    expect(drawn.length).toBeGreaterThan(0);
    for (const entry of drawn) {
      expect(readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8')).not.toContain(markup);
    }
  });

  test('of JSON are read, or left out, whatever they hold', async () => {
    const path = join(folder, 'any.json');
    const bytes = fc.oneof(fc.uint8Array(), alteredBytes(new TextEncoder().encode(whole['metrics.jsonl'])));
    await fc.assert(
      fc.asyncProperty(bytes, async (contents) => {
        writeFileSync(path, contents);
        await readJson(path);
        for (const row of await readJsonLines(path)) expect(typeof row).toBe('object');
      }),
      { ...parameters, numRuns: 300 },
    );
    for (const text of ['[', '{"a":', '\n', '{}\n', '"']) {
      writeFileSync(path, long(text));
      await readJson(path);
      await readJsonLines(path);
    }
  });
});

describe('a checkpoint from elsewhere', () => {
  test.each([['sample'], ['eval']])(
    'that is altered makes %s end with one sentence, and no device is opened',
    async (command) => {
      const out = join(folder, `run-${command}`);
      const devices = commandDevices();
      expect((await flowtape(['train', 'hypergrid', ...small, '--out', out], devices)).code).toBe(0);
      const bytes = new Uint8Array(readFileSync(join(out, 'checkpoint.safetensors')));
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(alteredBytes(bytes), async (some) => {
          const path = mkdtempSync(join(folder, 'checkpoint-'));
          writeFileSync(join(path, 'checkpoint.safetensors'), some);
          const { code, stderr } = await flowtape([command, '--run', path], devices);
          if (code === 0) accepted++;
          if (code === 0) return;
          expect(code).toBe(2);
          expect(stderr).toMatch(/^flowtape: Cannot use .*\n$/s);
        }),
        { ...parameters, numRuns: 30 },
      );
      expect([devices.opened(), devices.open()]).toEqual([1 + accepted, 0]);
    },
  );
});
