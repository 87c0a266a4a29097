import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventFile, eventHead } from '../../src/cli/follow/tensorboard.ts';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { encodeSafetensors } from '../../src/train/index.ts';
import { fakeTerminal, flowtape, small } from './command-line.ts';
import { commandDevices } from './devices.ts';

// Drawings are tested in test/plot, and by test/cli/train.test.ts: here they would take most of the time.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));
vi.mock('../../src/plot/learning-curve.ts', () => ({ learningCurvePlot: async () => '<svg/>' }));
vi.mock('../../src/plot/distribution.ts', () => ({ distributionPlot: async () => '<svg/>' }));

const home = process.cwd();
const made = mkdtempSync(join(tmpdir(), 'flowtape-resume-made-'));
let folder: string;

/**
 * Saved after iterations 0, 2, 4, 6 and 8, evaluated after 0, 3, 6 and 8. Between those a run may report or not, so that
 * it is stopped and killed at them.
 */
const settings = ['hypergrid', ...small, '--objective', 'tb', '--seed', '3'];
const words = [...settings, '--checkpoint-every', '2'];

/** What Ctrl-C in iteration 4 tells. */
let stopped: { code: number; stdout: string };

// Drawing a run's pictures is what takes time here, so that runs many tests begin from are made once.
beforeAll(async () => {
  process.chdir(made);
  await flowtape(['train', ...words, '--out', 'whole']);
  const terminal = fakeTerminal();
  const devices = commandDevices({ beforeRun: ({ step }) => step === 4 && terminal.interrupt(2) });
  stopped = await flowtape(['train', ...words, '--out', 'run'], devices, { terminal });
});

afterAll(() => {
  process.chdir(home);
  rmSync(made, { recursive: true });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-resume-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Puts the run of all iterations, or the one that was stopped in its 4th, into this test's folder, under its own name. */
function take(name: 'whole' | 'run'): void {
  cpSync(join(made, name), name, { recursive: true });
}

/** Ends a run in `run` as SIGKILL would ahead of an iteration: what was written until then is all that there is. */
async function killAhead(iteration: number, every = '2') {
  const frozen = { checkpoint: Buffer.alloc(0), metrics: Buffer.alloc(0) };
  const devices = commandDevices({
    beforeRun({ trains, step }) {
      if (!trains || step !== iteration) return;
      frozen.checkpoint = readFileSync('run/checkpoint.safetensors');
      frozen.metrics = readFileSync('run/metrics.jsonl');
    },
  });
  await flowtape(['train', ...settings, '--checkpoint-every', every, '--out', 'run'], devices);
  for (const name of readdirSync('run')) if (name !== 'config.json') rmSync(`run/${name}`);
  writeFileSync('run/checkpoint.safetensors', frozen.checkpoint);
  writeFileSync('run/metrics.jsonl', frozen.metrics);
}

/** Every file of a folder. */
function contentsOf(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'latin1')]));
}

const checkpoint = (path: string) => readFileSync(`${path}/checkpoint.safetensors`);
const rowsOf = (path: string): Record<string, number>[] =>
  readFileSync(`${path}/metrics.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const stepsOf = (path: string) => rowsOf(path).map(({ step }) => step);
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('flowtape train --resume', () => {
  test('continues from the last checkpoint, to the same files', async () => {
    take('whole');
    await killAhead(4);
    expect(stepsOf('run')).toEqual([0, 3]);
    const steps: number[] = [];
    const devices = commandDevices({ beforeRun: ({ trains, step }) => trains && steps.push(step) });
    const { code, stdout, stderr } = await flowtape(['train', '--resume', 'run'], devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('going on in run with hypergrid, tb, 2 of 8 iterations behind it');
    // The third iteration is the first that is made.
    expect(steps[0]).toBe(3);
    expect(readJson('run/config.json')).toMatchObject({ seed: 3, checkpointEvery: 2 });
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
    expect(stepsOf('run')).toEqual([0, 3, 6, 8]);
    expect(readJson('run/config.json')).toEqual(readJson('whole/config.json'));
    expect(readdirSync('run')).toEqual(readdirSync('whole'));
    // What else the machine did before it was killed is not known.
    expect(readJson('run/summary.json')).not.toHaveProperty('otherCores');
    expect(devices.open()).toBe(0);
  });

  test('repeats the evaluations after the checkpoint, and counts their time once', async () => {
    await killAhead(8, '4');
    // An evaluation more than the checkpoint after iteration 4 knows of, times of our own, and a line that was cut.
    const [start, third, sixth] = rowsOf('run');
    const told = [{ ...start, seconds: 100 }, { ...third, seconds: 1000, trajectoriesPerSecond: 0.04 }, sixth];
    const lines = told.map((row) => JSON.stringify(row)).join('\n');
    writeFileSync('run/metrics.jsonl', `${lines}\n{"step":8,"traj`);
    await flowtape(['train', '--resume', 'run']);
    expect(stepsOf('run')).toEqual([0, 3, 6, 8]);
    // By the pace of iteration 3 the fourth took 100 s more; what is made again takes a moment, and no 300 s.
    const seconds = rowsOf('run').map((row) => row.seconds);
    expect(seconds.slice(0, 2)).toEqual([100, 1000]);
    for (const later of seconds.slice(2)) expect(Math.floor((later - 1100) / 300)).toBe(0);
  });

  test('after Ctrl-C, which says how, leaves out the evaluation that was not due', async () => {
    take('whole');
    take('run');
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('to go on:\n  flowtape train --resume run\n');
    expect(stepsOf('run')).toEqual([0, 3, 4]);
    await flowtape(['train', '--resume', 'run']);
    expect(stepsOf('run')).toEqual([0, 3, 6, 8]);
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
    expect(readJson('run/summary.json')).toMatchObject({ status: 'finished', steps: 8 });
  });

  test('goes further with --steps, to the checkpoint of a run that was asked for all of them', async () => {
    // Of rates that stay: those that fall do so over the iterations that were asked for first.
    const steady = ['train', ...words, '--learning-rate-end', '1'];
    await flowtape([...steady, '--out', 'run', '--steps', '4']);
    await flowtape([...steady, '--out', 'whole', '--steps', '7']);
    expect(stepsOf('run')).toEqual([0, 3, 4]);
    expect((await flowtape(['train', '--resume', 'run', '--steps', '7'])).code).toBe(0);
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
    expect(stepsOf('run')).toEqual([0, 3, 6, 7]);
    expect(readJson('run/config.json').steps).toBe(7);
  });

  test.each(['rtb', 'trust-pcl'])('measures against the target of the prior that %s began with', async (objective) => {
    take('whole');
    const given = ['hypergrid', ...small, '--objective', objective, '--prior', 'whole', '--learning-rate-end', '1'];
    const words = ['train', ...given, '--evaluate-every', '1'];
    await flowtape([...words, '--steps', '2', '--out', 'run']);
    await flowtape([...words, '--steps', '3', '--out', 'longer']);
    expect((await flowtape(['train', '--resume', 'run', '--steps', '3'])).code).toBe(0);
    expect(checkpoint('run')).toEqual(checkpoint('longer'));
    const measured = (path: string) => rowsOf(path).map(({ totalVariation, elboGap }) => ({ totalVariation, elboGap }));
    expect(measured('run')).toEqual(measured('longer'));
  });

  test('with --steps is that longer run from its first moment on, also if it is killed then', async () => {
    take('whole');
    const config = () => JSON.parse(metadataOf(checkpoint('whole')).config);
    const steps: number[] = [];
    const devices = commandDevices({ beforeRun: ({ trains }) => trains && steps.push(config().steps) });
    expect(config().steps).toBe(8);
    await flowtape(['train', '--resume', 'whole', '--steps', '12'], devices);
    expect(steps.length).toBeGreaterThanOrEqual(2);
    expect(new Set(steps)).toEqual(new Set([12]));
  });

  test('says that a finished run is finished, and how to go further', async () => {
    take('whole');
    const before = contentsOf('whole');
    const devices = commandDevices();
    const { code, stdout } = await flowtape(['train', '--resume', 'whole'], devices);
    expect(code).toBe(0);
    expect(stdout).toContain('finished: it has all of its 8 iterations behind it');
    expect(stdout).toContain('flowtape train --resume whole --steps 16');
    expect(devices.opened()).toBe(0);
    expect(contentsOf('whole')).toEqual(before);
  });

  test('finishes a run that was killed between its last checkpoint and its summary', async () => {
    take('whole');
    const whole = contentsOf('whole');
    for (const name of ['summary.json', 'report.html', 'curve.svg']) rmSync(`whole/${name}`);
    const { code } = await flowtape(['train', '--resume', 'whole']);
    expect(code).toBe(0);
    expect(readdirSync('whole')).toEqual(Object.keys(whole));
    expect(stepsOf('whole')).toEqual([0, 3, 6, 8]);
    expect(checkpoint('whole').toString('latin1')).toBe(whole['checkpoint.safetensors']);
  });

  test('begins a run that was killed before its first checkpoint', async () => {
    take('whole');
    mkdirSync('run');
    cpSync('whole/config.json', 'run/config.json');
    expect((await flowtape(['train', '--resume', 'run'])).code).toBe(0);
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
    expect(stepsOf('run')).toEqual([0, 3, 6, 8]);
  });

  test('needs only the checkpoint, as a page saves it', async () => {
    take('whole');
    take('run');
    for (const name of readdirSync('run')) if (name !== 'checkpoint.safetensors') rmSync(`run/${name}`);
    expect((await flowtape(['train', '--resume', 'run'])).code).toBe(0);
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
    expect(stepsOf('run')).toEqual([6, 8]);
  });

  test('removes rows beyond the checkpoint from an event file too, also without --tensorboard', async () => {
    take('run');
    writeFileSync(`run/${eventFile}`, 'the head, and rows beyond the checkpoint');
    expect((await flowtape(['train', '--resume', 'run'])).code).toBe(0);
    const events = readFileSync(`run/${eventFile}`);
    const records: number[] = [];
    // Each has its length in 8 bytes, and checksums of 4 bytes around it.
    for (let at = 0; at < events.length; at += 16 + events.readUInt32LE(at)) records.push(at);
    expect(records).toHaveLength(1 + stepsOf('run').length);
    expect(events.subarray(8, 12)).toEqual(Buffer.from(eventHead(0)).subarray(8, 12));
  });

  test('removes the unfinished files of a killed process, and nothing else', async () => {
    take('run');
    writeFileSync('run/checkpoint.safetensors.1234.unfinished', 'half');
    writeFileSync('run/notes.unfinished', 'mine');
    await flowtape(['train', '--resume', 'run']);
    expect(existsSync('run/checkpoint.safetensors.1234.unfinished')).toBe(false);
    expect(readFileSync('run/notes.unfinished', 'utf8')).toBe('mine');
  });

  test('continues on another device, and says that the result is not the same bit for bit', async () => {
    take('run');
    const { code, stderr } = await flowtape(
      ['train', '--resume', 'run', '--device', 'webgpu'],
      commandDevices({ kind: 'webgpu' }),
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/until here the run was on cpu; on webgpu it continues, but not bit for bit/);
    expect(readJson('run/config.json').device).toBe('webgpu');
  });

  test('keeps fused multiply-adds, for the run and its samples, and refuses a device without them', async () => {
    const asked: unknown[] = [];
    const devices = {
      async openDevice(_: unknown, options = {}) {
        asked.push(options);
        return { device: await openNodeCpuDevice({ ...options, threads: 1 }), why: 'this is a test' };
      },
    };
    const fused = { threads: undefined, fusedMultiplyAdd: true };
    await flowtape(['train', ...settings, '--fused-multiply-add', '--out', 'fused'], devices);
    expect(readJson('fused/config.json')).toMatchObject({ device: 'cpu', fusedMultiplyAdd: true });
    expect(readJson('fused/summary.json').device.description).toContain('fused multiply-adds');
    await flowtape(['train', '--resume', 'fused', '--steps', '10'], devices);
    await flowtape(['sample', '--run', 'fused'], devices);
    expect(asked).toEqual([fused, fused, fused]);
    expect(readJson('fused/config.json')).toMatchObject({ steps: 10, fusedMultiplyAdd: true });
    const gpu = commandDevices({ kind: 'webgpu' });
    const { code, stderr } = await flowtape(['train', '--resume', 'fused', '--steps', '12'], gpu);
    expect({ code, opened: gpu.opened(), open: gpu.open() }).toEqual({ code: 2, opened: 1, open: 0 });
    expect(stderr).toContain(
      'which only the cpu device has, and this is webgpu, because this is a test. Give --device cpu',
    );
    // A run without the flag says nothing of it.
    await flowtape(['train', ...settings, '--out', 'apart']);
    expect(readJson('apart/config.json').fusedMultiplyAdd).toBeUndefined();
  });

  test('takes only the file of data that the run began with, wherever that is now', async () => {
    const table = (scores: readonly number[]) => ['aa', 'ab', 'ba', 'bb'].map((word, i) => `${word},${scores[i]}`);
    const write = (path: string, ...scores: number[]) => writeFileSync(path, table(scores).join('\n'));
    write('t.csv', 1, 2, 3, 4);
    const settings = ['--steps', '2', '--batch', '4', '--network-hidden', '8', '--device', 'cpu'];
    expect((await flowtape(['train', 'table', '--table', 't.csv', ...settings, '--out', 'run'])).code).toBe(0);
    write('t.csv', 4, 3, 2, 1);
    const before = contentsOf('run');
    for (const words of [
      ['train', '--resume', 'run', '--steps', '4'],
      ['sample', '--run', 'run'],
      ['eval', '--run', 'run'],
      ['export', 'run', '--onnx', 'model.onnx'],
    ]) {
      const { code, stdout, stderr } = await flowtape(words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /t\.csv is not the file that the run in run began with, or has changed since .* Give the original with --data/,
      );
    }
    expect(contentsOf('run')).toEqual(before);
    expect(existsSync('model.onnx')).toBe(false);
    write('moved.csv', 1, 2, 3, 4);
    const moved = ['train', '--resume', 'run', '--steps', '4', '--data', 'moved.csv'];
    expect((await flowtape(moved)).code).toBe(0);
    // Its full path is kept, so that the next one can start from anywhere.
    expect(readJson('run/config.json').data).toBe(resolve('moved.csv'));
  });

  test('keeps the last sound state of training that fails, and says how to continue', async () => {
    const devices = commandDevices({
      beforeRun({ step }) {
        if (step > 4) throw new Error('The docking program has gone away.');
      },
    });
    const { code, stderr } = await flowtape(['train', ...words, '--out', 'run'], devices);
    expect(code).toBe(1);
    expect(stderr).toContain('after iteration 4: The docking program has gone away. What was learnt until then is in');
    expect(stderr).toContain('To resume from there: flowtape train --resume run');
    take('whole');
    await flowtape(['train', '--resume', 'run']);
    expect(checkpoint('run')).toEqual(checkpoint('whole'));
  });
});

describe('flowtape train --checkpoint-every', () => {
  test('keeps the checkpoint of the last multiple in the folder at any moment, from the start', async () => {
    const seen: [step: number, saved: number][] = [];
    const devices = commandDevices({
      beforeRun({ trains, step }) {
        if (trains) seen.push([step, JSON.parse(metadataOf(checkpoint('run')).step)]);
      },
    });
    await flowtape(['train', ...words, '--out', 'run'], devices);
    for (const [step, saved] of seen) expect(saved).toBe(2 * Math.floor((step - 1) / 2));
    expect(seen.at(-1)).toEqual([8, 6]);
  });

  test('is not stored in the checkpoint', async () => {
    take('whole');
    await flowtape(['train', ...words, '--checkpoint-every', '8', '--out', 'seldom']);
    await flowtape(['train', ...settings, '--out', 'by-time']);
    expect(checkpoint('whole')).toEqual(checkpoint('seldom'));
    expect(checkpoint('whole')).toEqual(checkpoint('by-time'));
  });

  test('is refused out of its bounds', async () => {
    const { code, stderr } = await flowtape(['train', ...words, '--checkpoint-every', '0']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/--checkpoint-every must be an integer from 1/),
    });
  });
});

describe('flowtape train --resume refuses, and leaves the folder as it was, byte for byte,', () => {
  async function refused(more: readonly string[] = []) {
    const before = contentsOf('run');
    const devices = commandDevices();
    const { code, stdout, stderr } = await flowtape(['train', '--resume', 'run', ...more], devices);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(contentsOf('run')).toEqual(before);
    expect(devices.opened()).toBe(0);
    return stderr;
  }

  test.each([
    ['a problem', ['hypergrid'], /leave out hypergrid/],
    ['settings', ['--seed', '3', '--side', '7'], /leave out --side and --seed\. --resume takes only --steps, --data/],
    ['settings even if they are the same', ['--objective', 'tb'], /leave out --objective/],
    ['another folder', ['--out', 'other'], /leave out --out/],
    ['fewer iterations than it has', ['--steps', '3'], /has 4 iterations behind it: --steps takes as many or more/],
    ['no iterations', ['--steps', '0'], /--steps must be an integer from 1/],
    ['an unknown device', ['--device', 'tpu'], /--device must be one of/],
    ['no thread', ['--threads', '0'], /--threads/],
  ])('%s', async (_, more, reason) => {
    take('run');
    expect(await refused(more)).toMatch(reason);
  });

  test('a folder without a run', async () => {
    mkdirSync('run');
    writeFileSync('run/notes', 'mine');
    expect(await refused()).toMatch(/There is no run in .*run: neither checkpoint\.safetensors nor config\.json/);
    expect((await flowtape(['train', '--resume', 'none'])).stderr).toMatch(/There is no run in .*none/);
  });

  test('a run that another process is making, until that has ended', async () => {
    take('run');
    writeFileSync('run/running.json', JSON.stringify({ process: process.ppid, host: hostname() }));
    expect(await refused()).toMatch(
      new RegExp(`Process ${process.ppid} on .* is training in run, and two would overwrite`),
    );
    writeFileSync('run/running.json', JSON.stringify({ process: 2 ** 30, host: hostname() }));
    expect((await flowtape(['train', '--resume', 'run'])).code).toBe(0);
    expect(existsSync('run/running.json')).toBe(false);
  });

  test('a run that another process begins at the same time', async () => {
    take('run');
    const devices = commandDevices({
      beforePreparing() {
        writeFileSync('run/running.json', JSON.stringify({ process: process.ppid, host: hostname() }));
      },
    });
    const { code, stderr } = await flowtape(['train', '--resume', 'run'], devices);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is training in run/) });
    expect(readJson('run/running.json').process).toBe(process.ppid);
  });

  test('a checkpoint that another process has gone on from meanwhile', async () => {
    take('run');
    cpSync('run', 'other', { recursive: true });
    await flowtape(['train', '--resume', 'other']);
    const devices = commandDevices({
      beforePreparing: () => cpSync('other/checkpoint.safetensors', 'run/checkpoint.safetensors'),
    });
    const { code, stderr } = await flowtape(['train', '--resume', 'run'], devices);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/just continued the run in run/),
    });
    expect(checkpoint('run')).toEqual(checkpoint('other'));
  });

  test('any cut, flipped bit or foreign file in place of a checkpoint, with the reason', async () => {
    take('run');
    const bytes = checkpoint('run');
    const cut = fc.nat({ max: bytes.length - 1 }).map((length) => bytes.subarray(0, length));
    const flipped = fc.nat({ max: 8 * bytes.length - 1 }).map((bit) => {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] ^= 1 << (bit & 7);
      return altered;
    });
    const foreign = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.constant(encodeSafetensors([{ name: 'weight', dtype: 'F32', shape: [1], data: Float32Array.of(1) }])),
      fc.constant(Buffer.from('{"a":1}')),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, flipped, foreign), async (file) => {
        writeFileSync('run/checkpoint.safetensors', file);
        expect(await refused()).toMatch(/^flowtape: Cannot use .*checkpoint\.safetensors: .+[.?]\n$/);
      }),
      { numRuns: 100 },
    );
  });
});

function metadataOf(file: Buffer): Record<string, string> {
  return JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString()).__metadata__;
}
