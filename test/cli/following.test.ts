import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMetricsLog, rowsOf } from '../../src/cli/follow/metrics-log.ts';
import { crc32c, eventFile, eventHead, eventRecord } from '../../src/cli/follow/tensorboard.ts';
import { openFolder } from '../../src/cli/run-folder.ts';
import { flowtape } from './command-line.ts';

const home = process.cwd();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-follow-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe('an event file', () => {
  test('has checksums of the Castagnoli polynomial', () => {
    // The check value of CRC-32C, and 32 bytes of zeros, as RFC 3720 gives them.
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  test('is what TensorBoard’s own writer makes, byte for byte', () => {
    // Made by tensorboard 2.21 (RecordWriter) of Event(wall_time=1.5, file_version='brain.Event:2') and
    // Event(wall_time=2.5, step=300, summary with elbo = -1.25 and a = 3).
    expect(Buffer.from(eventHead(1.5)).toString('hex')).toBe(
      '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c',
    );
    const row = { step: 300, time: 2.5, values: { elbo: -1.25, a: 3 } };
    expect(Buffer.from(eventRecord(row)).toString('hex')).toBe(
      '2500000000000000eabc36f309000000000000044010ac022a170a0b0a04656c626f150000a0bf0a080a01611500004040b71a257d',
    );
  });
});

test('figures form a table whose columns may grow, and rows made again replace the old ones', async () => {
  const rows = rowsOf('{"step":0,"seconds":0,"elbo":1}\n{"step":5,"seconds":1,"elbo":2}\n');
  const log = await openMetricsLog(openFolder(folder), rows, { tensorboard: true });
  const table = () => readFileSync('metrics.csv', 'utf8');
  expect(table()).toBe('step,seconds,elbo\n0,0,1\n5,1,2\n');
  await log.add({ step: 10, seconds: 2, elbo: 3 });
  expect(table()).toBe('step,seconds,elbo\n0,0,1\n5,1,2\n10,2,3\n');
  const { length } = readFileSync(eventFile);
  await log.add({ step: 5, seconds: 1, elbo: 4, loss: 0.5 });
  expect(table()).toBe('step,seconds,elbo,loss\n0,0,1,\n5,1,4,0.5\n');
  expect(readFileSync(eventFile).length).toBeLessThan(length);
});

const small = [
  '--side',
  '3',
  '--steps',
  '2',
  '--batch',
  '4',
  '--evaluate-every',
  '1',
  '--device',
  'cpu',
  '--threads',
  '1',
];

test('flowtape train --json reports a run in lines of JSON alone, and runs list lists it', async () => {
  const words = ['train', 'hypergrid', ...small, '--out', 'runs/run', '--json', '--tensorboard'];
  const { code, stdout, stderr } = await flowtape(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ event: 'start', problem: 'hypergrid', objective: 'ent-ppo', seed: 0, steps: 2 });
  const evaluations = events.filter(({ event }) => event === 'evaluation');
  expect(evaluations.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(evaluations[2].totalVariation).toBeGreaterThan(0);
  expect(events.at(-1)).toMatchObject({ event: 'end', status: 'finished', step: 2 });
  const table = readFileSync('runs/run/metrics.csv', 'utf8').trimEnd().split('\n');
  expect(table).toHaveLength(4);
  expect(table[0]).toMatch(/^step,trajectories,seconds,.*totalVariation/);
  expect(readFileSync(join('runs/run', eventFile)).length).toBeGreaterThan(3 * 100);

  writeFileSync('runs/notes', '');
  const list = await flowtape(['runs', 'list']);
  expect(list).toMatchObject({ code: 0, stderr: '' });
  expect(list.stdout).toMatch(/^runs.run +hypergrid, ent-ppo, seed 0 +2 of 2 +finished +total variation /m);
  const json = await flowtape(['runs', 'list', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ problem: 'hypergrid', step: 2, status: 'finished' });
  expect((await flowtape(['runs', 'list', 'none'])).stderr).toContain('Cannot read none');
  expect((await flowtape(['train', 'hypergrid', '--json', '--quiet'])).stderr).toContain('give one of the two');
});

test('flowtape completion prints scripts that a shell takes', async () => {
  const { stdout } = await flowtape(['completion', 'bash']);
  const script = `${stdout}\nCOMP_WORDS=(flowtape train --clip-r); COMP_CWORD=2; _flowtape; echo "\${COMPREPLY[@]}"
COMP_WORDS=(flowtape sw); COMP_CWORD=1; _flowtape; echo "\${COMPREPLY[@]}"`;
  if (process.platform !== 'win32') {
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('--clip-range\nsweep\n');
  }
  expect((await flowtape(['completion', 'fish'])).stdout).toContain('__fish_seen_subcommand_from train');
  expect((await flowtape(['completion', 'tcsh'])).stderr).toMatch(/must be one of bash, zsh, fish/);
});
