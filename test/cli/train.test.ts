import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { decodeCheckpoint } from '../../src/checkpoint/checkpoint-file.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { entPpoAbout } from '../../src/objective/ent-ppo/options.ts';
import { defaultsOf } from '../../src/options/index.ts';
import { sharedTrainingOptions } from '../../src/train/options.ts';
import { flowtapeVersion } from '../../src/version.ts';
import { fakeTerminal, flowtape, small } from './command-line.ts';
import { commandDevices } from './devices.ts';
import { inOwnFolder } from './own-folder.ts';

// Pixels are tested in test/plot, and of the built program in test/package: here they would take most of the time.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));

inOwnFolder('cli');

const words = ['train', 'hypergrid', ...small, '--seed', '3'];

describe('flowtape train', () => {
  test('writes a run folder with configuration, figures, checkpoint and pictures', async () => {
    vi.stubEnv('FLOWTAPE_PNG', '');
    const { code, stderr } = await flowtape([...words, '--out', 'mine']);
    vi.unstubAllEnvs();
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
    const chosen = {
      problem: 'hypergrid',
      problemOptions: { dimension: 2, side: 3, reward: 'easy' },
      objective: 'ent-ppo',
      objectiveOptions: defaultsOf(entPpoAbout.options),
    };
    const defaults = defaultsOf(sharedTrainingOptions);
    expect(readJson('mine/config.json')).toEqual({
      version: '1.2.3',
      ...chosen,
      device: 'cpu',
      seed: 3,
      steps: 8,
      batch: 4,
      evaluateEvery: 3,
      trainingOptions: { ...defaults, learningRate: { end: 0.1 }, network: { hidden: [8] } },
    });
    const rows = rowsOf('mine');
    expect(rows.map(({ step, trajectories }) => [step, trajectories])).toEqual([
      [0, 0],
      [3, 12],
      [6, 24],
      [8, 32],
    ]);
    const { step, trajectories, seconds, trajectoriesPerSecond, ...figures } = rows[3];
    const { loss, clipFraction, meanRatio, maxRatio, meanDivergence, ...metrics } = figures;
    for (const number of [seconds, trajectoriesPerSecond, loss]) expect(number).toEqual(expect.any(Number));
    // Of the last of four updates, which have moved the policy from where it sampled.
    expect(clipFraction).toBeGreaterThanOrEqual(0);
    expect(maxRatio).toBeGreaterThan(Number(meanRatio));
    expect(meanDivergence).toBeGreaterThan(0);
    expect(readFileSync('mine/metrics.csv', 'utf8')).toContain('clipFraction,meanRatio,maxRatio,meanDivergence');
    const checkpoint = decodeCheckpoint(readFileSync('mine/checkpoint.safetensors'));
    expect(checkpoint).toMatchObject({ version: flowtapeVersion, trajectories: 32, metrics });
    const { state } = checkpoint;
    const shapes = Object.values(state.networks).flatMap(({ layers }) => layers.map(({ shape }) => shape));
    const parameters = shapes.reduce((sum, shape) => sum + shape.reduce((size, side) => size * side, 1), 0);
    expect([state.step, state.key[0]]).toEqual([8, 3]);
    expect(readJson('mine/summary.json')).toEqual({
      version: '1.2.3',
      status: 'finished',
      host: hostname(),
      ended: expect.stringMatching(/^20\d\d-.*Z$/),
      ...chosen,
      reward: 'easy',
      device: { kind: 'cpu', description: 'WebAssembly with SIMD, one thread' },
      processor: expect.stringMatching(/., \d+ threads?$/),
      seed: 3,
      batch: 4,
      steps: 8,
      trajectories: 32,
      seconds,
      otherCores: expect.any(Number),
      iterationsPerSecond: 8 / Number(seconds),
      parameters,
      metrics,
    });
    // Of a single update, which starts where the batch was sampled: float32 rounds probabilities by 1e-7 or so.
    await flowtape([...words, '--policy-updates', '1', '--out', 'once']);
    for (const row of rowsOf('once').slice(1)) {
      expect(row.clipFraction).toBe(0);
      expect(Math.abs(Number(row.maxRatio) - 1)).toBeLessThan(1e-5);
    }
    // A run of the same settings, byte for byte.
    await flowtape([...words, '--out', 'two']);
    expect(readFileSync('two/checkpoint.safetensors')).toEqual(readFileSync('mine/checkpoint.safetensors'));
  });

  test('says which device it uses and why, and shows iteration, pace, time left and total variation', async () => {
    const { stdout } = await flowtape([...words, '--verbose', '--gradient-norm']);
    expect(stdout).toContain('device: cpu, WebAssembly with SIMD, one thread, because this is a test');
    expect(stdout).toMatch(
      /^training takes [\d.]+ [kM]B of the device's memory, reserved before it begins: [\d.]+ kB of variables \([\d,]+ parameters\), [\d.]+ [kM]B of results on the way$/m,
    );
    const [, second] = rowsOf('runs/hypergrid-ent-ppo-seed3-1');
    const distance = second.totalVariation.toPrecision(4).replace(/0+$/, '');
    expect(stdout).toMatch(
      new RegExp(
        `^iteration 3/8 {2}[\\d,.]+ trajectories/s {2}\\d+ s left {2}total variation ${distance} {2}loss \\S+ {2}gradient norm [\\d.]`,
        'm',
      ),
    );
    expect(stdout).toMatch(/^exact total variation +0\.\d+$/m);
    expect(stdout).toContain('flowtape sample --run runs/hypergrid-ent-ppo-seed3-1 -n 10');
  });

  test('has a report with a command that makes the run again, with its prior and its data set', async () => {
    await flowtape([...words, '--objective', 'tb', '--out', 'prior']);
    writeFileSync('objects.txt', '(0, 2).\n(1, 1).\n');
    const commandIn = (run: string) => /same run again: <code>flowtape (.*)<\/code>/.exec(readFile(run))?.[1] ?? '';
    const readFile = (run: string) => readFileSync(join(run, 'report.html'), 'utf8');
    const tuned = [...words, '--objective', 'rtb', '--prior', 'prior', '--offline', 'objects.txt'];
    expect(await flowtape([...tuned, '--out', 'one'])).toMatchObject({ code: 0, stderr: '' });
    // Full paths, since the folder of the run may be looked at from elsewhere.
    const [prior, objects] = [resolve('prior'), resolve('objects.txt')];
    expect(commandIn('one')).toBe(`train --config one/config.json --prior ${prior} --offline ${objects}`);
    expect(await flowtape([...commandIn('one').split(' '), '--out', 'two'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync('two/checkpoint.safetensors')).toEqual(readFileSync('one/checkpoint.safetensors'));

    await flowtape([...words, '--objective', 'rtb', '--prior', 'uniform', '--out', 'uniform']);
    expect(commandIn('uniform')).toBe('train --config uniform/config.json --prior uniform');
    // Older runs do not tell where it was.
    writeFileSync('one/begun-with.json', '{"prior":"13a2","offline":"e5"}');
    await flowtape(['train', '--resume', 'one', '--steps', '9']);
    expect(commandIn('one')).toBe('train --config one/config.json --prior DIR --offline FILE');
  });

  test('without a command trains a Hypergrid with its defaults', async () => {
    const terminal = fakeTerminal();
    const devices = commandDevices({ beforeRun: ({ trains }) => trains && terminal.interrupt(2) });
    const { stdout } = await flowtape([], devices, { terminal });
    expect(stdout).toContain('no command given, so this is: flowtape train hypergrid');
    const [run] = readdirSync('runs');
    const { version: _, ...config } = readJson(`runs/${run}/config.json`) as Record<string, unknown>;
    expect(config).toEqual({ ...makeRunConfig({ problem: 'hypergrid', given: new Map() }), device: 'cpu' });
  });

  test('takes the next free folder under runs', async () => {
    mkdirSync('runs/hypergrid-ent-ppo-seed3-1', { recursive: true });
    await flowtape(words);
    await flowtape(words);
    expect(readdirSync('runs').sort()).toEqual([1, 2, 3].map((number) => `hypergrid-ent-ppo-seed3-${number}`));
    expect(readdirSync('runs/hypergrid-ent-ppo-seed3-1')).toEqual([]);
  });

  test('gives the command line precedence over the preset, and the preset over defaults', async () => {
    const given = ['--preset', 'paper', '--side', '2', '--steps', '1', '--network-hidden', '8', '--lambda', '0.5'];
    await flowtape(['train', 'hypergrid', ...given, '--out', 'run']);
    expect(readJson('run/config.json')).toMatchObject({
      problemOptions: { dimension: 4, side: 2, reward: 'easy' },
      objectiveOptions: { learningRate: 1e-3, policyUpdates: 4, lambda: 0.5 },
      steps: 1,
      batch: 16,
    });
  });

  test('passes on the options of the objective', async () => {
    await flowtape([...words, '--learning-rate', '1e-2', '--policy-updates', '8', '--out', 'one']);
    await flowtape([...words, '--objective', 'tb', '--residual-loss', 'huber', '--out', 'two']);
    expect(readJson('one/config.json')).toMatchObject({
      objectiveOptions: { ...defaultsOf(entPpoAbout.options), learningRate: 0.01, policyUpdates: 8 },
    });
    expect(readJson('two/config.json')).toMatchObject({ objective: 'tb', objectiveOptions: { residualLoss: 'huber' } });
  });

  test('stopped by Ctrl-C ends with its iteration, saves the run and exits with 130', async () => {
    const terminal = fakeTerminal();
    // Reports stand behind every multiple of 2 and of 3, so that the run is stopped after the 4th iteration.
    const devices = commandDevices({ beforeRun: ({ step }) => step === 4 && terminal.interrupt(2) });
    const stopped = await flowtape([...words, '--checkpoint-every', '2', '--out', 'cut'], devices, { terminal });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('stopped after iteration 4');
    expect(readJson('cut/summary.json')).toMatchObject({ status: 'stopped', steps: 4 });
    expect(decodeCheckpoint(readFileSync('cut/checkpoint.safetensors')).state.step).toBe(4);
    // The policy as it was when it stopped was evaluated, though no evaluation was due.
    expect(rowsOf('cut').at(-1)).toMatchObject({ step: 4, totalVariation: expect.any(Number) });
    expect(terminal.listeners()).toBe(0);
    expect(devices.open()).toBe(0);
  });

  test('that fails says where, keeps its progress and exits with 1', async () => {
    const devices = commandDevices({
      beforeRun({ step }) {
        if (step > 3) throw new Error('The docking program has gone away.');
      },
    });
    const { code, stderr } = await flowtape([...words, '--out', 'broken'], devices);
    expect(code).toBe(1);
    expect(stderr).toContain('Training failed after iteration 3: The docking program has gone away.');
    expect(stderr).not.toContain('    at ');
    expect(rowsOf('broken').map(({ step }) => step)).toEqual([0, 3]);
    expect(stderr).toContain('What was learnt until then is in broken.');
    expect(readJson('broken/summary.json')).toMatchObject({
      status: 'failed',
      steps: 3,
      failure: 'The docking program has gone away.',
    });
    expect(decodeCheckpoint(readFileSync('broken/checkpoint.safetensors')).state.step).toBe(3);
    expect(devices.open()).toBe(0);
  });

  test('that meets a number that is not finite names operation, iteration and the last good checkpoint', async () => {
    const devices = commandDevices({
      beforeRun({ step, device, plan }) {
        const parameters = plan.variables.find(({ name }) => name === 'policy/parameters');
        if (step > 4 && parameters) device.write(parameters, new Float32Array(parameters.shape[0]).fill(Number.NaN));
      },
    });
    const { code, stderr } = await flowtape([...words, '--out', 'broken'], devices);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Training failed after iteration 4: iteration 5: \w+ .* made NaN at element \d+.*\. After iteration 4 all numbers were finite still, and the run has gone back to there\. The last good checkpoint, of iteration 4, is broken.checkpoint\.safetensors\.\n/,
    );
    expect(decodeCheckpoint(readFileSync('broken/checkpoint.safetensors')).state.step).toBe(4);
  });

  test('shows the stack of an error on request', async () => {
    const devices = commandDevices({
      beforePreparing() {
        throw new RangeError('A fault.');
      },
    });
    expect((await flowtape(words, devices)).stderr).toContain('Add --debug');
    expect((await flowtape([...words, '--debug'], devices)).stderr).toMatch(/A fault\.\n +at /);
  });

  test.each([2, 15])(
    'asked by signal %i to end while it is made ready, does so and leaves nothing behind',
    async (signal) => {
      const terminal = fakeTerminal();
      const devices = commandDevices({ beforePreparing: () => terminal.interrupt(signal) });
      const { code, stdout } = await flowtape([...words, '--out', 'new'], devices, { terminal });
      expect(code).toBe(128 + signal);
      expect(stdout).not.toContain('left in new');
      expect(existsSync('new')).toBe(false);
      expect([terminal.listeners(), devices.open()]).toEqual([0, 0]);
    },
  );

  test('leaves nothing behind where it is refused before its first iteration', async () => {
    const small = commandDevices({
      beforePreparing() {
        throw new Error('The device is too small.');
      },
    });
    expect((await flowtape([...words, '--out', 'new'], small)).code).toBe(2);
    expect((await flowtape([...words, '--out', 'new', '--device', 'webgpu'])).code).toBe(1);
    expect([existsSync('new'), small.open()]).toEqual([false, 0]);
  });
});

describe('flowtape train refuses, before any work,', () => {
  const table = 'tfbind8_six6_ref_r1_normalized_f32le.bin';
  test.each([
    ['an unknown problem', ['hypergird'], /no problem "hypergird"\. Did you mean hypergrid\?/],
    ['no problem', [], /train needs a problem, one of hypergrid, .*; or --config FILE, or --resume DIR/],
    ['an unknown objective', ['hypergrid', '--objective', 'entppo'], /no objective "entppo"\. Did you mean ent-ppo\?/],
    [
      'an unknown option',
      ['hypergrid', '--rewrd', 'easy'],
      /unknown option '--rewrd' \(Did you mean --reward\?\) See: flowtape train hypergrid --help\n/,
    ],
    [
      'an option named as elsewhere',
      ['hypergrid', '--lr', '1'],
      /unknown option '--lr' \(Did you mean --learning-rate\?\)/,
    ],
    [
      'a start of log Z',
      ['hypergrid', '--log-z', '1'],
      /option '--log-z' \(log Z cannot be set: it is learnt, .*-rate\)/,
    ],
    [
      'an unknown problem with an unknown option',
      ['partitions', '--m', '3'],
      /There is no problem "partitions"\. Known/,
    ],
    [
      'an option of another problem',
      ['tfbind8', '--side', '8'],
      /tfbind8 with ent-ppo has no option --side\. hypergrid/,
    ],
    [
      'an option of another objective',
      ['hypergrid', '--residual-loss', 'huber'],
      /hypergrid with ent-ppo has no option --residual-loss/,
    ],
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
    [
      'replay with a policy gradient',
      ['hypergrid', '--replay'],
      /ent-ppo learns only from its own .*: --replay would bias/,
    ],
    [
      'exploration with a policy gradient',
      ['hypergrid', '--exploration-end', '0.1'],
      /ent-ppo learns only from its own .*: --exploration-end would bias/,
    ],
    ['a rate that float32 has as 0', ['hypergrid', '--learning-rate', '1e-50'], /float32 rounds 1e-50 to 0/],
    ['a kind of replay as a word', ['hypergrid', '--objective', 'tb', '--replay', 'fifo'], /too many arguments/],
    ['an unknown device', ['hypergrid', '--device', 'tpu'], /--device must be one of auto, webgpu, cpu, not "tpu"/],
    ['an unknown preset', ['hypergrid', '--preset', 'papers'], /no preset "papers"\. Did you mean paper\?/],
    ['a preset for another pair', ['bit-sequence', '--preset', 'paper'], /has no settings for ent-ppo on bit-sequence/],
    [
      'a preset that has nothing for a problem',
      ['hypergrid', '--preset', 'published'],
      /on hypergrid\. It has some for .*dag \(mdb\); phylo \(fl-db\)/,
    ],
    [
      'a preset for another objective',
      ['dag', '--preset', 'published'],
      /on dag\. It has some for mdb: choose one of these objectives, or leave the preset out/,
    ],
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
    const devices = commandDevices();
    const { code, stdout, stderr } = await flowtape(['train', ...words], devices);
    expect(stderr).toMatch(reason);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // One paragraph, and no stack.
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(devices.opened()).toBe(0);
    expect(readdirSync('.').sort()).toEqual(['file', 'full', 'run']);
    expect(readdirSync('run')).toEqual(['config.json']);
  });

  test('a table of the wrong size', async () => {
    writeFileSync(table, new Uint8Array(12));
    const { code, stderr } = await flowtape(['train', 'tfbind8', '--data', '.']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^flowtape: Cannot set up tfbind8: .*12/);
  });

  test('a batch larger than any device holds', async () => {
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--batch', '2000000000'], commandDevices());
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^flowtape: --batch 2000000000 with these networks is more than the device holds: cpu device/,
    );
    expect(stderr).toMatch(/Give a smaller --batch, narrower networks \(--network-hidden\), or another --device\.\n$/);
    expect(readdirSync('.')).toEqual(['runs']);
    expect(readdirSync('runs')).toEqual([]);
  });

  test('a GPU on a machine without one', async () => {
    const { code, stderr } = await flowtape(['train', 'hypergrid', '--device', 'webgpu']);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no WebGPU adapter. Use --device cpu.');
  });
});

describe('a terminal', () => {
  test('shows a progress bar, without a line for every evaluation', async () => {
    const terminal = fakeTerminal();
    Object.assign(terminal.stdout, { isTTY: true, columns: 120 });
    const { code, stdout } = await flowtape(words, undefined, { terminal });
    expect(code).toBe(0);
    expect(stdout).toMatch(/total variation 0\.\d+ {2}iteration 8\/8 {2}0 s left {2}[\d,.]+ trajectories\/s/);
    expect(stdout).toContain('━━━━━━━━━━━━━━━━━━━━');
  });
});

function rowsOf(run: string): Record<string, number>[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, number>);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
