import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimRun, refuseRunning } from '../../src/cli/claim.ts';
import { createRunFolder } from '../../src/cli/run-folder.ts';
import { claimTrial } from '../../src/cli/trial-folder.ts';
import { testWhere } from '../setup/needs.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

// A full disk still takes names, and files without contents.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (...words) => {
    const file = await real.open(...words);
    const { writeFile } = file;
    file.writeFile = async (contents, options) => {
      if (disk.isFull && contents !== '') throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      await writeFile.call(file, contents, options);
    };
    return file;
  };
  return { ...real, open };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowtape-claim-'));
});
afterEach(() => rm(folder, { recursive: true }));

const claimOf = (id: number, host = hostname()) =>
  writeFile(join(folder, 'running.json'), JSON.stringify({ process: id, host }));

describe('the claim of a folder', () => {
  test('keeps others out while its process is at work, and is gone when given back', async () => {
    const giveBack = await claimRun(folder);
    await giveBack();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of another process that took over is left alone', async () => {
    const giveBack = await claimRun(folder);
    await claimOf(process.pid, 'elsewhere');
    await giveBack();
    expect(await readdir(folder)).toEqual(['running.json']);
  });

  test('on a full disk is refused, and keeps nobody away when there is space again', async () => {
    const trial = join(folder, 'trial');
    disk.isFull = true;
    try {
      await expect(claimRun(folder)).rejects.toThrow('no space is left on that disk');
      await expect(claimTrial(trial)).rejects.toThrow('no space is left on that disk');
    } finally {
      disk.isFull = false;
    }
    expect(await readdir(folder)).toEqual([]);
    (await claimTrial(trial)).release();
    await expect(claimTrial(trial)).rejects.toThrow('is not empty');
  });

  test('of a process at work is respected', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await claimOf(Number(other.pid));
    await expect(refuseRunning(folder)).rejects.toThrow(`Process ${other.pid}`);
    await expect(claimRun(folder)).rejects.toThrow('is training in');
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    await (await claimRun(folder))();
  });

  test('of a process that has ended leaves its folder free for a run, with nothing else in it', async () => {
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    await claimOf(Number(ended.pid));
    expect((await createRunFolder(folder)).path).toBe(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(createRunFolder(folder)).rejects.toThrow('is not empty');
    await rm(join(folder, 'notes.txt'));
    await claimOf(process.ppid);
    await expect(createRunFolder(folder)).rejects.toThrow('is not empty');
  });

  test('of a process elsewhere is respected', async () => {
    await claimOf(1, 'another-machine');
    await expect(claimRun(folder)).rejects.toThrow('Process 1 on another-machine is training in');
  });

  // The shell leaves a process of its own behind, and turns into one that never asks what became of it.
  testWhere(process.platform === 'linux', 'only Linux says which listed processes have ended')(
    'of a process that has ended unnoticed is none',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
      try {
        const [ended] = await once(parent.stdout, 'data');
        await claimOf(Number(String(ended)));
        await expect.poll(() => refuseRunning(folder).then(() => 'free')).toBe('free');
        await (await claimRun(folder))();
      } finally {
        parent.kill('SIGKILL');
      }
    },
  );
});
