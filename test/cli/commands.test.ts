import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describe as describeDiagnosis } from '../../src/cli/doctor.ts';
import { NoAdapterError } from '../../src/device/errors.ts';
import { flowtape, small } from './command-line.ts';
import { commandDevices } from './devices.ts';

let folder: string;
let run: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-cli-'));
  run = join(folder, 'run');
  const { code } = await flowtape(['train', 'hypergrid', ...small, '--seed', '5', '--out', run]);
  expect(code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('--help', () => {
  test.each([[['--help']], [['train', '--help']], [['eval', '--help']], [['sample', '-h']], [['doctor', '--help']]])(
    '%s prints help and exits with 0',
    async (words) => {
      const { code, stdout, stderr } = await flowtape(words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: flowtape/);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    },
  );

  test('of train lists problems, objectives and presets, and says how to see their options', async () => {
    const { stdout } = await flowtape(['train', '--help']);
    for (const flag of ['--steps <N>', '--batch <N>', '--seed <N>', '--evaluate-every <N>']) {
      expect(stdout).toContain(flag);
    }
    expect(stdout).toMatch(/Problems:\n {2}hypergrid +A grid/);
    expect(stdout).toMatch(/Objectives:\n {2}ent-ppo +Entropy.*\n(.*\n)* {2}tb +Trajectory balance/);
    expect(stdout).toMatch(/Presets:\n {2}paper +The sizes and constants of the experiments/);
    expect(stdout).toContain('flowtape train PROBLEM --objective NAME --help');
    // Not those of every problem and objective.
    expect(stdout).not.toMatch(/--dimension|--learning-rate <X>/);
  });

  test('of train with a problem lists the options of problem, objective and training, with the defaults that apply', async () => {
    const helpOf = async (...words: string[]) =>
      (await flowtape(['train', ...words, '--help'])).stdout.replaceAll(/\n {5,}/g, ' ');
    const stdout = await helpOf('hypergrid');
    expect(stdout).toMatch(/Options of hypergrid:\n {2}--dimension <N> +dimension of the grid \(default: 2\)/);
    expect(stdout).toMatch(/--reward <easy\|hard\|painted\|expression>/);
    expect(stdout).toMatch(/Options of ent-ppo:\n {2}--learning-rate <X>/);
    expect(stdout).toMatch(/--policy-updates <N> +[^(]*\(K\) \(default: 4\)/);
    expect(stdout).toMatch(/--replay-capacity <N>/);
    expect(stdout).toMatch(/--steps <N> +[^(]*\(default: 500\)/);
    expect(stdout).not.toMatch(/--residual-loss|--word-size|--value-optimizer-kind </);
    const paper = await helpOf('hypergrid', '--preset', 'paper');
    expect(paper).toMatch(/--dimension <N> +dimension of the grid \(default: 4\)/);
    expect(paper).toMatch(/--steps <N> +[^(]*\(default: 31250\)/);
    const tb = await helpOf('--objective=tb', 'hypergrid');
    expect(tb).toMatch(/Options of tb:\n(?: {2}.*\n)* {2}--residual-loss <\S+> +.*\(default: squared\)/);
    expect(tb).not.toContain('--policy-updates');
  });
});

test('a missing GPU is reported with the command that says what is missing', async () => {
  const openDevice = () => Promise.reject(new NoAdapterError('There is none.'));
  const words = ['train', 'hypergrid', '--device', 'webgpu', '--out', 'nowhere'];
  const { code, stderr } = await flowtape(words, { openDevice });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'flowtape: There is none.\nTo see what is missing: flowtape doctor\n',
  });
});

describe('flowtape eval', () => {
  test('prints the figures of the uniform policy, without a device', async () => {
    const devices = commandDevices();
    const { code, stdout } = await flowtape(['eval', 'hypergrid', '--policy', 'uniform', '--side', '2'], devices);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^exact total variation +0\.\d+\n/);
    // A third of the walks only stops; the others take one step or two, equally often, and stop.
    expect(stdout).toMatch(/^mean length +2 actions$/m);
    expect(devices.opened()).toBe(0);
  });

  test('prints the figures of a run, and as JSON on request', async () => {
    const devices = commandDevices();
    const { stdout } = await flowtape(['eval', '--run', run, '--json'], devices);
    const { metrics } = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'));
    expect(JSON.parse(stdout)).toEqual(metrics);
    expect([devices.opened(), devices.open()]).toEqual([1, 0]);
  });

  test.each([
    ['neither a policy nor a run', ['hypergrid'], /give either --policy uniform with a problem, or --run DIR/],
    ['both', ['hypergrid', '--policy', 'uniform', '--run', 'x'], /give either/],
    ['a policy without a problem', ['--policy', 'uniform'], /needs a problem/],
    [
      'an unknown policy',
      ['hypergrid', '--policy', 'unifrom'],
      /--policy must be one of uniform.*Did you mean uniform\?/,
    ],
    ['a folder that is not there', ['--run', 'nowhere'], /Cannot read .*checkpoint\.safetensors: there is no such/],
    ['an unknown problem', ['hypergirds', '--policy', 'uniform'], /Did you mean hypergrid\?/],
    ['variances without a critic', ['hypergrid', '--policy', 'uniform', '--gradient-variance'], /give --run DIR/],
    ['batches for exact figures', ['--run', 'x', '--batches', '3'], /--batches goes with --gradient-variance/],
    [
      'trajectories for variances',
      ['--run', 'x', '--gradient-variance', '--trajectories', '9'],
      /leave --trajectories out, and say with --batches how many/,
    ],
    [
      'trajectories for exact figures',
      ['hypergrid', '--policy', 'uniform', '--side', '2', '--trajectories', '9'],
      /All objects of this hypergrid are enumerated, .*: leave --trajectories out/,
    ],
    ['the variance of one batch', ['--run', 'x', '--gradient-variance', '--batches', '1'], /an integer from 2/],
  ])('refuses %s', async (_, words, reason) => {
    const { code, stderr } = await flowtape(['eval', ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
  });

  test('prints the variances of policy gradients at the policy of a run on request', async () => {
    const devices = commandDevices();
    const words = ['eval', '--run', run, '--gradient-variance', '--batches', '9'];
    const { code, stdout } = await flowtape(words, devices);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^gradient variance, total return +\d/),
      expect.stringMatching(/^gradient variance, reward-to-go +\d/),
      expect.stringMatching(/^gradient variance, /),
      expect.stringMatching(/^gradient variance, /),
    ]);
    expect([devices.opened(), devices.open()]).toEqual([1, 0]);
  });

  test('refuses a run of another problem, and options that a run has already', async () => {
    expect((await flowtape(['eval', 'tfbind8', '--run', run])).stderr).toMatch(/is of hypergrid, not of tfbind8/);
    expect((await flowtape(['eval', '--run', run, '--side', '9'])).stderr).toMatch(/leave --side out/);
    expect(await flowtape(['eval', '--run', run, '--trajectories', '9'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('leave --trajectories out'),
    });
  });

  test('refuses a checkpoint that is cut or altered', async () => {
    const broken = mkdtempSync(join(folder, 'broken-'));
    const bytes = readFileSync(join(run, 'checkpoint.safetensors'));
    const path = join(broken, 'checkpoint.safetensors');
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    expect(await flowtape(['eval', '--run', broken])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Cannot use .*: not a valid safetensors file/),
    });
    writeFileSync(path, bytes.toString('latin1').replace('hypergrid', 'hypergrit'), 'latin1');
    expect((await flowtape(['eval', '--run', broken])).stderr).toMatch(/its bytes have the checksum [0-9a-f]{8}, not/);
  });
});

describe('flowtape sample', () => {
  test('prints objects with log-reward and log-probability', async () => {
    const { code, stdout } = await flowtape(['sample', '--run', run, '-n', '2']);
    expect(code).toBe(0);
    const [heads, ...rows] = stdout.split('\n');
    expect(heads).toBe('log-reward  log-probability  object');
    for (const row of rows.slice(0, 2)) expect(row).toMatch(/^ +-?[\d.]+ +-[\d.]+ {2}\([012], [012]\)\.$/);
    expect(rows.slice(2)).toEqual(['']);
  });

  test('prints a JSON object a line on request, the same for the same seed', async () => {
    const words = ['sample', '--run', run, '-n', '3', '--json', '--seed'];
    const { stdout } = await flowtape([...words, '9']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toEqual({
        object: expect.stringMatching(/^\([012], [012]\)\.$/),
        logReward: expect.any(Number),
        logProbability: expect.any(Number),
      });
    }
    expect((await flowtape([...words, '9'])).stdout).toBe(stdout);
    expect((await flowtape([...words, '10'])).stdout).not.toBe(stdout);
  });

  test.each([
    ['no run', [], /required option '--run <DIR>' not specified/],
    ['no objects', ['--run', 'x', '-n', '0'], /-n must be an integer from 1/],
    ['half an object', ['--run', 'x', '-n', '0.5'], /-n must be an integer from 1/],
    ['a folder that is not there', ['--run', 'nowhere'], /Cannot read .*nowhere/],
  ])('refuses %s', async (_, words, reason) => {
    const { code, stderr } = await flowtape(['sample', ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
  });
});

describe('flowtape export', () => {
  test('writes a model over one that it wrote before, and over nothing else', async () => {
    const model = join(folder, 'policy.onnx');
    for (let time = 0; time < 2; time++) {
      const { code, stdout } = await flowtape(['export', run, '--onnx', model]);
      expect(code).toBe(0);
      expect(stdout).toContain(`is in ${model}`);
    }
    const checkpoint = join(run, 'checkpoint.safetensors');
    const before = readFileSync(checkpoint);
    for (const [words, reason] of [
      [[run, '--onnx', checkpoint], /is there already, and is not a model of flowtape's/],
      [[run, '--onnx', folder], /Cannot write .*: that is a folder, not a file/],
      [[run, '--onnx', join(folder, 'none', 'x')], /Cannot write .*: there is no such file or folder/],
      [[folder, '--onnx', model], /Cannot read .*checkpoint\.safetensors: there is no such file/],
      [[run], /required option '--onnx <FILE>' not specified/],
    ] as const) {
      const { code, stderr } = await flowtape(['export', ...words]);
      expect(stderr).toMatch(reason);
      expect(code).toBe(2);
    }
    expect(readFileSync(checkpoint).equals(before)).toBe(true);
    writeFileSync(join(folder, 'checkpoint.safetensors'), 'no tensors');
    const { code, stderr } = await flowtape(['export', folder, '--onnx', model]);
    rmSync(join(folder, 'checkpoint.safetensors'));
    expect(stderr).toMatch(/Cannot use .*checkpoint\.safetensors: /);
    expect(code).toBe(2);
  });
});

test('flowtape sample refuses an inverse temperature where the environment draws none', async () => {
  const { code, stderr } = await flowtape(['sample', '--run', run, '--inverse-temperature', '2']);
  expect(code).toBe(2);
  expect(stderr).toContain('trajectories of this hypergrid have no inverse temperature of their own');
});

// test/cli/library.test.ts runs it on the machine itself.
describe('flowtape doctor', () => {
  const machine = { flowtape: '1.2.3', runtime: 'Node', system: 'linux', threads: 2, memoryGiB: 8 };
  const choice = { kind: 'cpu', description: 'a fake', why: 'this is a test' } as const;
  const cpu = { description: 'WebAssembly with SIMD' };

  test('lists the devices, the choice with its reason, and what is missing', () => {
    const webgpu = { adapters: [], problem: 'No adapter was found.' };
    const lines = describeDiagnosis(machine, { webgpu, cpu, choice, advice: ['Install a driver.'] });
    expect(lines).toEqual([
      'flowtape 1.2.3 on Node, linux, 2 threads, 8 GiB of memory',
      '',
      'webgpu: not available. No adapter was found.',
      'cpu: WebAssembly with SIMD',
      '',
      '--device auto takes cpu, a fake, because this is a test',
      '- Install a driver.',
    ]);
  });

  test('lists features and limits of an adapter', () => {
    const adapter = { description: 'Fake 9000', features: ['f16'], limits: { maxBufferSize: 2 ** 30 } };
    const lines = describeDiagnosis(machine, { webgpu: { adapters: [adapter] }, cpu, choice, advice: [] });
    expect(lines).toContain('webgpu: Fake 9000');
    expect(lines).toContain('  features: f16');
    expect(lines).toContain('    maxBufferSize  1,073,741,824');
  });
});

describe('the program', () => {
  test('suggests the nearest command', async () => {
    const { code, stderr } = await flowtape(['tran']);
    expect(code).toBe(2);
    expect(stderr).toBe("flowtape: unknown command 'tran' (Did you mean train?) See: flowtape --help\n");
  });

  test('prints its version', async () => {
    expect(await flowtape(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});
