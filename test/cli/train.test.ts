import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeCheckpoint } from '../../src/checkpoint/checkpoint-file.ts';
import { defaultsOf } from '../../src/options/index.ts';
import { NotFiniteError } from '../../src/train/index.ts';
import { sharedTrainingOptions } from '../../src/train/options.ts';
import { flowtapeVersion } from '../../src/version.ts';
import { smallState } from '../setup/states.ts';
import { fakeEngine, fakeTerminal, flowtape } from './fake-engine.ts';

// Pixels are tested in test/plot, and of the built program in test/package: here they would take most of the time.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));

const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-cli-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe('flowtape train', () => {
  test('leaves a run folder with configuration, figures, checkpoint and pictures', async () => {
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--side', '6', '--seed', '3', '--out', 'mine']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync('mine').sort()).toEqual([
      'checkpoint.safetensors',
      'config.json',
      'curve.png',
      'curve.svg',
      'distribution.png',
      'distribution.svg',
      'metrics.csv',
      'metrics.jsonl',
      'report.html',
      'summary.json',
    ]);
    expect(readJson('mine/config.json')).toEqual({
      version: '1.2.3',
      problem: 'hypergrid',
      problemOptions: { dimension: 2, side: 6, reward: 'easy' },
      objective: 'ent-ppo',
      objectiveOptions: { learningRate: 1e-3, policyUpdates: 4, lambda: 0.7 },
      device: 'cpu',
      seed: 3,
      steps: 40,
      batch: 16,
      evaluateEvery: 10,
      trainingOptions: defaultsOf(sharedTrainingOptions),
    });
    expect(readJson('mine/summary.json')).toEqual({
      version: '1.2.3',
      status: 'finished',
      host: hostname(),
      ended: expect.stringMatching(/^20\d\d-.*Z$/),
      problem: 'hypergrid',
      problemOptions: { dimension: 2, side: 6, reward: 'easy' },
      objective: 'ent-ppo',
      objectiveOptions: { learningRate: 1e-3, policyUpdates: 4, lambda: 0.7 },
      reward: 'easy',
      device: { kind: 'cpu', description: 'a fake of 1 thread' },
      seed: 3,
      batch: 16,
      steps: 40,
      trajectories: 640,
      seconds: 0.4,
      iterationsPerSecond: 100,
      parameters: 1234,
      metrics: { totalVariation: 1 / 41, elboGap: -2 / 41, logPartition: 5 },
    });
    const rows = readFileSync('mine/metrics.jsonl', 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40]);
    expect(rows[1]).toEqual({
      step: 10,
      trajectories: 160,
      seconds: 0.1,
      trajectoriesPerSecond: 1600,
      loss: 1 / 11,
      totalVariation: 1 / 11,
      elboGap: -2 / 11,
      logPartition: 5,
    });
    const checkpoint = decodeCheckpoint(readFileSync('mine/checkpoint.safetensors'));
    expect(checkpoint).toMatchObject({ version: flowtapeVersion, trajectories: 640 });
    expect(checkpoint.state).toEqual(smallState(40, 3));
  });

  test('says which device it uses and why, and shows iteration, pace, time left and total variation', async () => {
    const { stdout } = await flowtape(['train', 'hypergrid', '--verbose']);
    expect(stdout).toContain('device: cpu, a fake of 1 thread, because this is a test');
    expect(stdout).toContain(
      "training takes 5.5 MB of the device's memory, reserved before it begins: 98 kB of variables (1,234 parameters), " +
        '5.4 MB of results on the way',
    );
    expect(stdout).toContain('iteration 20/40  1,600 trajectories/s  0 s left  total variation 0.04762');
    expect(stdout).toMatch(/exact total variation +0\.02439/);
    expect(stdout).toContain('flowtape sample --run runs/hypergrid-ent-ppo-seed0-1 -n 10');
  });

  test('without a command trains a Hypergrid with its defaults', async () => {
    const engine = fakeEngine();
    const { code, stdout } = await flowtape([], engine);
    expect(code).toBe(0);
    expect(engine.trained.map(({ config }) => config.problem)).toEqual(['hypergrid']);
    expect(stdout).toContain('no command given, so this is: flowtape train hypergrid');
  });

  test('takes the next free folder under runs', async () => {
    mkdirSync('runs/hypergrid-ent-ppo-seed7-1', { recursive: true });
    await flowtape(['train', 'hypergrid', '--seed', '7']);
    await flowtape(['train', 'hypergrid', '--seed', '7']);
    expect(readdirSync('runs').sort()).toEqual([1, 2, 3].map((number) => `hypergrid-ent-ppo-seed7-${number}`));
    expect(readdirSync('runs/hypergrid-ent-ppo-seed7-1')).toEqual([]);
  });

  test('gives the command line precedence over the preset, and the preset over defaults', async () => {
    const engine = fakeEngine();
    await flowtape(['train', 'hypergrid', '--preset', 'paper', '--side', '5', '--steps', '20'], engine);
    expect(engine.trained[0].config).toMatchObject({
      problemOptions: { dimension: 4, side: 5, reward: 'easy' },
      objectiveOptions: { learningRate: 1e-3, policyUpdates: 4, lambda: 0.5 },
      steps: 20,
      batch: 16,
    });
  });

  test('passes the options of the objective on', async () => {
    const engine = fakeEngine();
    await flowtape(['train', 'hypergrid', '--learning-rate', '1e-2', '--policy-updates', '8', '--steps', '10'], engine);
    await flowtape(['train', 'hypergrid', '--objective', 'tb', '--huber', '--steps', '10'], engine);
    expect(engine.trained.map(({ config }) => config.objectiveOptions)).toEqual([
      { learningRate: 0.01, policyUpdates: 8, lambda: 0.7 },
      { huber: true },
    ]);
  });

  test('of the same settings writes the same checkpoint, byte for byte', async () => {
    await flowtape(['train', 'hypergrid', '--out', 'one']);
    await flowtape(['train', 'hypergrid', '--out', 'two']);
    expect(readFileSync('one/checkpoint.safetensors')).toEqual(readFileSync('two/checkpoint.safetensors'));
  });

  test('stopped by Ctrl-C ends with its iteration, saves the run and exits with 130', async () => {
    const terminal = fakeTerminal();
    const engine = fakeEngine({ beforeIteration: (step) => step === 15 && terminal.interrupt(2) });
    const { code, stdout } = await flowtape(['train', 'hypergrid', '--out', 'cut'], engine, terminal);
    expect(code).toBe(130);
    expect(stdout).toContain('stopped after iteration 15');
    expect(readJson('cut/summary.json')).toMatchObject({ status: 'stopped', steps: 15 });
    expect(decodeCheckpoint(readFileSync('cut/checkpoint.safetensors')).state.step).toBe(15);
    // The policy as it was when it stopped was evaluated, though no evaluation was due.
    const lines = readFileSync('cut/metrics.jsonl', 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines[lines.length - 1])).toMatchObject({ step: 15, totalVariation: 1 / 16 });
    expect(terminal.listeners()).toBe(0);
    expect(engine.openDevices()).toBe(0);
  });

  test('that fails says where, keeps what it had learnt and exits with 1', async () => {
    const engine = fakeEngine({
      beforeIteration(step) {
        if (step === 25) throw new Error('The loss is not a number.');
      },
    });
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--out', 'broken'], engine);
    expect(code).toBe(1);
    expect(stderr).toContain('Training failed after iteration 24: The loss is not a number.');
    expect(stderr).not.toContain('    at ');
    expect(readFileSync('broken/metrics.jsonl', 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toContain('What was learnt until then is in broken.');
    expect(readJson('broken/summary.json')).toMatchObject({
      status: 'failed',
      steps: 24,
      failure: 'The loss is not a number.',
    });
    expect(decodeCheckpoint(readFileSync('broken/checkpoint.safetensors')).state.step).toBe(24);
    expect(engine.openDevices()).toBe(0);
  });

  test('that meets a number that is not finite names operation, iteration and the last good checkpoint', async () => {
    const engine = fakeEngine({
      beforeIteration(step) {
        if (step === 25) throw new NotFiniteError(25, 'elementwise (exp) [32] -> [32] made Infinity at element 7');
      },
    });
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--out', 'broken'], engine);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Training failed after iteration 24: iteration 25: elementwise (exp) [32] -> [32] made Infinity at element 7. ' +
        'After iteration 24 all numbers were finite still, and the run has gone back to there. ' +
        'The last good checkpoint, of iteration 24, is broken/checkpoint.safetensors.',
    );
    expect(decodeCheckpoint(readFileSync('broken/checkpoint.safetensors')).state.step).toBe(24);
  });

  test('shows where an error arose when asked to', async () => {
    const engine = fakeEngine({
      beforeTraining() {
        throw new RangeError('A fault.');
      },
    });
    expect((await flowtape(['train', 'hypergrid'], engine)).stderr).toContain('Add --debug');
    expect((await flowtape(['train', 'hypergrid', '--debug'], engine)).stderr).toMatch(/A fault\.\n +at /);
  });

  test.each([2, 15])(
    'asked by signal %i to end while it is made ready, does so and leaves nothing behind',
    async (signal) => {
      const terminal = fakeTerminal();
      const engine = fakeEngine({ beforeTraining: () => terminal.interrupt(signal) });
      const { code, stdout } = await flowtape(['train', 'hypergrid', '--out', 'new'], engine, terminal);
      expect(code).toBe(128 + signal);
      expect(stdout).not.toContain('left in new');
      expect(existsSync('new')).toBe(false);
      expect([terminal.listeners(), engine.openDevices()]).toEqual([0, 0]);
    },
  );

  test('leaves nothing behind where it is refused before its first iteration', async () => {
    const refused = fakeEngine({
      beforeTraining() {
        throw new Error('The device is too small.');
      },
    });
    expect((await flowtape(['train', 'hypergrid', '--out', 'new'], refused)).code).toBe(2);
    expect((await flowtape(['train', 'hypergrid', '--out', 'new', '--device', 'webgpu'])).code).toBe(1);
    expect(existsSync('new')).toBe(false);
  });
});

describe('flowtape train refuses, before any work,', () => {
  const table = 'tfbind8_six6_ref_r1_normalized_f32le.bin';
  test.each([
    ['an unknown problem', ['hypergird'], /no problem "hypergird"\. Did you mean hypergrid\?/],
    ['no problem', [], /train needs a problem, one of hypergrid, .*; or --config FILE, or --resume DIR/],
    ['an unknown objective', ['hypergrid', '--objective', 'entppo'], /no objective "entppo"\. Did you mean ent-ppo\?/],
    ['an unknown option', ['hypergrid', '--rewrd', 'easy'], /unknown option '--rewrd' \(Did you mean --reward\?\)/],
    [
      'an option of another problem',
      ['tfbind8', '--side', '8'],
      /tfbind8 with ent-ppo has no option --side\. hypergrid/,
    ],
    ['an option of another objective', ['hypergrid', '--huber'], /hypergrid with ent-ppo has no option --huber/],
    ['a side of 0', ['hypergrid', '--side', '0'], /--side must be an integer from 2 to \d+, not 0/],
    ['states that cannot be counted', ['hypergrid', '--dimension', '50', '--side', '99'], /more than can be counted/],
    ['an unknown reward', ['hypergrid', '--reward', 'esay'], /did you mean easy\?/],
    ['a negative batch', ['hypergrid', '--batch', '-16'], /--batch must be an integer from 1 to \d+, not -16/],
    ['a batch of 1.5', ['hypergrid', '--batch', '1.5'], /--batch must be an integer/],
    ['no steps', ['hypergrid', '--steps', '0'], /--steps must be an integer/],
    ['a negative seed', ['hypergrid', '--seed', '-1'], /--seed must be an integer from 0/],
    [
      'a learning rate that is no number',
      ['hypergrid', '--learning-rate', 'fast'],
      /--learning-rate must be a number above 0 and at most 10, not "fast"/,
    ],
    [
      'a learning rate of 0',
      ['hypergrid', '--learning-rate', '0'],
      /--learning-rate must be a number above 0 and at most 10, not 0/,
    ],
    [
      'an infinite learning rate',
      ['hypergrid', '--learning-rate', '1e999'],
      /--learning-rate must be a number above 0 and at most 10, not Infinity/,
    ],
    ['a trace decay above 1', ['hypergrid', '--lambda', '1.1'], /--lambda must be a number from 0 to 1, not 1\.1/],
    ['replay with a policy gradient', ['hypergrid', '--replay'], /ent-ppo learns from its own .*: --replay would bias/],
    [
      'exploration with a policy gradient',
      ['hypergrid', '--exploration-start', '0.1'],
      /ent-ppo learns from its own .*: --exploration would bias/,
    ],
    ['a rate that float32 has as 0', ['hypergrid', '--learning-rate', '1e-50'], /float32 rounds 1e-50 to 0/],
    ['a kind of replay as a word', ['hypergrid', '--objective', 'tb', '--replay', 'fifo'], /too many arguments/],
    ['an unknown device', ['hypergrid', '--device', 'tpu'], /--device must be one of auto, webgpu, cpu, not "tpu"/],
    ['an unknown preset', ['hypergrid', '--preset', 'papers'], /no preset "papers"\. Did you mean paper\?/],
    ['a preset for another pair', ['tfbind8', '--preset', 'paper'], /has no settings for ent-ppo on tfbind8/],
    ['a problem without its data', ['tfbind8'], new RegExp(`needs data .*${table}.* --data DIR`)],
    ['a missing data folder', ['tfbind8', '--data', 'none'], /Cannot read the data folder .*none: there is no such/],
    ['a data folder without the table', ['tfbind8', '--data', '.'], new RegExp(`Cannot read ${table} in the data fol`)],
    ['two problems', ['hypergrid', 'tfbind8'], /too many arguments/],
    ['an output folder under a file', ['hypergrid', '--out', 'file/run'], /Cannot write to .*: a part of that path is/],
    [
      'an output folder that is a file',
      ['hypergrid', '--out', 'file'],
      /Cannot write to .*file: a part of that path is a file/,
    ],
    ['an output folder that cannot be', ['hypergrid', '--out', 'x'.repeat(400)], /Cannot write to .*x{400}: /],
    ['a folder with anything in it', ['hypergrid', '--out', 'full'], /The folder full is not empty/],
    ['a folder that holds a run', ['hypergrid', '--out', 'run'], /The folder run holds a run already.* --out/],
  ])('%s', async (_, words, reason) => {
    writeFileSync('file', '');
    mkdirSync('full');
    writeFileSync('full/notes', '');
    mkdirSync('run');
    writeFileSync('run/config.json', '{}');
    const engine = fakeEngine();
    const { code, stdout, stderr } = await flowtape(['train', ...words], engine);
    expect(stderr).toMatch(reason);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // One paragraph, and no stack.
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(engine.trained).toEqual([]);
    expect(readdirSync('.').sort()).toEqual(['file', 'full', 'run']);
    expect(readdirSync('run')).toEqual(['config.json']);
  });

  test('a table of the wrong size', async () => {
    writeFileSync(table, new Uint8Array(12));
    const { code, stderr } = await flowtape(['train', 'tfbind8', '--data', '.']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^flowtape: Cannot set up tfbind8: .*12/);
  });

  test('a GPU where there is none', async () => {
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--device', 'webgpu']);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no WebGPU adapter. Use --device cpu.');
  });
});

describe('a terminal', () => {
  test('is shown a bar that moves, without lines for every evaluation', async () => {
    const terminal = fakeTerminal();
    Object.assign(terminal.stdout, { isTTY: true, columns: 120 });
    const { code, stdout } = await flowtape(['train', 'hypergrid'], fakeEngine(), terminal);
    expect(code).toBe(0);
    expect(stdout).toContain('total variation 0.02439  iteration 40/40  0 s left  1,600 trajectories/s');
    expect(stdout).toContain('━━━━━━━━━━━━━━━━━━━━');
  });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
