import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseMethods } from '../../src/cli/methods.ts';
import { trialState, unfinishedRun } from '../../src/cli/trial-folder.ts';
import { makeTrials } from '../../src/cli/trials.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('trial-folder');

test('a folder in which another process tries whether it can write holds nothing, until it claims it', async () => {
  const [trial] = makeTrials({
    ...{ problem: 'hypergrid', seeds: [0], budget: 1, device: 'cpu' },
    methods: parseMethods('tb'),
  });
  const state = () => trialState('trial', trial, undefined);
  expect(await state()).toEqual({ kind: 'absent' });
  mkdirSync('trial');
  for (const name of ['.writable-12', '.writable-12.12.unfinished']) {
    writeFileSync(`trial/${name}`, '');
    expect(await state()).toEqual({ kind: 'absent' });
  }
  writeFileSync('trial/trial.json', JSON.stringify({ process: 12, host: 'elsewhere' }));
  expect(await state()).toMatchObject({ kind: 'running' });
  mkdirSync('other');
  writeFileSync('other/notes', '');
  expect(await trialState('other', trial, undefined)).toMatchObject({ kind: 'foreign' });
});

test('a checkpoint that is damaged is begun anew, one that cannot be read is left alone', async () => {
  const [trial] = makeTrials({
    ...{ problem: 'hypergrid', seeds: [0], budget: 1, device: 'cpu' },
    methods: parseMethods('tb'),
  });
  mkdirSync('damaged');
  writeFileSync('damaged/checkpoint.safetensors', 'cut');
  expect(await unfinishedRun('damaged', trial)).toBeUndefined();
  mkdirSync('unreadable/checkpoint.safetensors', { recursive: true });
  await expect(unfinishedRun('unreadable', trial)).rejects.toThrow(/Cannot read .*checkpoint\.safetensors/);
});
