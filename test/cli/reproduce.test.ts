import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { parseMethods } from '../../src/cli/methods.ts';
import { makeTrials } from '../../src/cli/trials.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { fakeTerminal, flowtape } from './command-line.ts';
import { commandDevices } from './devices.ts';
import { inOwnFolder } from './own-folder.ts';

// Pixels are tested in test/plot, and of the built program in test/package: here they would take most of the time.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));

vi.mock('../../src/plot/learning-curve.ts', () => ({ learningCurvePlot: async () => '<svg/>' }));
vi.mock('../../src/plot/distribution.ts', () => ({ distributionPlot: async () => '<svg/>' }));

// The paper's settings, which test/cli/paper-settings.test.ts has, on a grid and with a network that take a moment.
vi.mock('../../src/run/settings.ts', async (load) => {
  const settings = await load<typeof import('../../src/run/settings.ts')>();
  const paperSettings: typeof settings.paperSettings = (problem, objective) => {
    const found = settings.paperSettings(problem, objective);
    if (problem !== 'hypergrid' || found === undefined) return found;
    const small = { steps: 8000, batch: 4, problemOptions: { dimension: 2, side: 3, reward: 'easy' } };
    return { ...found, ...small, trainingOptions: { network: { hidden: [8] } } };
  };
  const presets = settings.presets.map((preset) =>
    preset.name === 'paper' ? { ...preset, settings: paperSettings } : preset,
  );
  return { ...settings, presets, paperSettings };
});

const folder = inOwnFolder('cli');

/** 8 iterations a run, each of them evaluated. */
const sweep = [
  'reproduce',
  'hypergrid',
  '--methods',
  'ent-ppo,tb',
  '--seeds',
  '2',
  '--budget',
  '0.001',
  '--out',
  'sweep',
];
const trials = [
  'hypergrid-ent-ppo-seed0',
  'hypergrid-ent-ppo-seed1',
  'hypergrid-tb-seed0',
  'hypergrid-tb-seed1',
] as const;

const configOf = (trial: string) => JSON.parse(readFileSync(`sweep/${trial}/config.json`, 'utf8')) as RunConfig;

describe('flowtape reproduce', () => {
  test('makes a run of every method with every seed, with the settings of the paper, and draws them', async () => {
    const devices = commandDevices();
    const { code, stdout, stderr } = await flowtape(sweep, devices);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const measures = ['elbo-gap', 'eubo-gap', 'total-variation'];
    const drawn = ['report.html', ...measures.map((name) => `${name}.svg`)];
    expect(readdirSync('sweep').sort()).toEqual([...drawn, ...trials].sort());
    expect(trials.map(configOf).map(({ objective, seed, steps }) => [objective, seed, steps])).toEqual([
      ['ent-ppo', 0, 8],
      ['ent-ppo', 1, 8],
      ['tb', 0, 8],
      ['tb', 1, 8],
    ]);
    expect(configOf(trials[0])).toMatchObject({
      problemOptions: { dimension: 2, side: 3, reward: 'easy' },
      objectiveOptions: { lambda: 0.7, policyUpdates: 4 },
      // A short run is evaluated as often as shows a curve.
      evaluateEvery: 1,
    });
    expect(readdirSync(`sweep/${trials[2]}`)).toEqual(
      expect.arrayContaining(['summary.json', 'checkpoint.safetensors', 'report.html']),
    );
    expect(stdout).toContain('run 3 of 4, hypergrid-tb-seed0\n');
    expect(stdout).toMatch(/^tb +0, 1 +32 +0\.\d+ \(0\.\d+–0\.\d+\) /m);
    expect([devices.opened(), devices.open()]).toEqual([4, 0]);
  });

  test('makes the missing runs, and leaves finished ones as they are', async () => {
    await flowtape([...sweep, '--methods', 'tb']);
    const before = readFileSync(`sweep/${trials[2]}/checkpoint.safetensors`);
    const devices = commandDevices();
    const { code, stdout } = await flowtape(sweep, devices);
    expect(code).toBe(0);
    expect(devices.opened()).toBe(2);
    expect(trials.slice(0, 2).map((trial) => configOf(trial).objective)).toEqual(['ent-ppo', 'ent-ppo']);
    expect(stdout).toContain('run 3 of 4, hypergrid-tb-seed0: finished before');
    expect(readFileSync(`sweep/${trials[2]}/checkpoint.safetensors`)).toEqual(before);
  });

  test('stopped by Ctrl-C saves its run and ends; the same command continues that run and makes the rest', async () => {
    const terminal = fakeTerminal();
    let iterations = 0;
    const stopping = commandDevices({
      beforeRun: ({ trains }) => trains && ++iterations === 11 && terminal.interrupt(2),
    });
    const { code, stdout } = await flowtape(sweep, stopping, { terminal });
    expect(code).toBe(130);
    expect(stdout).toContain('Repeat the command to go on with this one and make the rest.');
    expect(stopping.opened()).toBe(2);
    expect(existsSync('sweep/report.html')).toBe(false);
    expect(terminal.listeners()).toBe(0);

    const steps: number[] = [];
    const devices = commandDevices({ beforeRun: ({ trains, step }) => trains && steps.push(step) });
    const again = await flowtape(sweep, devices);
    expect(again.code).toBe(0);
    // That of the second seed goes on behind its third iteration.
    expect(steps).toEqual([4, 5, 6, 7, 8, ...[1, 2].flatMap(() => [1, 2, 3, 4, 5, 6, 7, 8])]);
    expect(devices.opened()).toBe(3);
    expect(again.stdout).toContain('run 2 of 4, hypergrid-ent-ppo-seed1: begun before');
    expect(existsSync('sweep/unfinished')).toBe(false);
    expect(existsSync('sweep/report.html')).toBe(true);
  });

  test('makes the other runs if one fails, draws them, and repeats the failed one next time', async () => {
    const devices = commandDevices({
      beforeRun({ step }) {
        if (devices.opened() === 2 && step > 3) throw new Error('The loss is not a number.');
      },
    });
    const { code, stderr } = await flowtape(sweep, devices);
    expect(code).toBe(1);
    expect(stderr).toContain('hypergrid-ent-ppo-seed1: Training failed after iteration 3: The loss is not a number.');
    expect(stderr).toContain('1 of 4 runs failed or were left to others: hypergrid-ent-ppo-seed1');
    expect(devices.opened()).toBe(4);
    expect(readFileSync('sweep/report.html', 'utf8')).toMatch(/4 runs[\s\S]*3 of 8/);
    const retried = commandDevices();
    const again = await flowtape(sweep, retried);
    expect([again.code, retried.opened()]).toEqual([0, 1]);
    expect(again.stdout).toContain('run 2 of 4, hypergrid-ent-ppo-seed1: begun before');
  });

  test('stops at once if its device cannot be had, and leaves nothing behind', async () => {
    const { code, stderr } = await flowtape([...sweep, '--device', 'webgpu']);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no WebGPU adapter.');
    expect(readdirSync('.')).toEqual([]);
    // A folder that was there stays.
    mkdirSync('sweep');
    await flowtape([...sweep, '--device', 'webgpu', '--out', 'sweep/in/ner']);
    expect(readdirSync('.')).toEqual(['sweep']);
    expect(readdirSync('sweep')).toEqual([]);
  });

  test('takes variants of Ent-PPO, and runs one that is the paper’s own setting once, under its name', async () => {
    const devices = commandDevices();
    const methods = 'ent-ppo-k4,ent-ppo-k8,ent-ppo,ent-ppo-k8';
    expect((await flowtape([...sweep, '--methods', methods, '--seeds', '1'], devices)).code).toBe(0);
    expect(devices.opened()).toBe(2);
    const updatesOf = (trial: string) => configOf(trial).objectiveOptions.policyUpdates;
    expect(['hypergrid-ent-ppo-seed0', 'hypergrid-ent-ppo-k8-seed0'].map(updatesOf)).toEqual([4, 8]);
    expect(readdirSync('sweep')).toEqual(
      expect.arrayContaining(['hypergrid-ent-ppo-seed0', 'hypergrid-ent-ppo-k8-seed0']),
    );
    expect(readdirSync('sweep').filter((name) => name.startsWith('hypergrid-'))).toHaveLength(2);
  });

  test('takes a finished run that train made with the same settings for its own', async () => {
    const words = ['--preset', 'paper', '--objective', 'tb', '--steps', '8', '--out', `sweep/${trials[2]}`];
    expect((await flowtape(['train', 'hypergrid', ...words])).code).toBe(0);
    const devices = commandDevices();
    const { stdout } = await flowtape([...sweep, '--methods', 'tb'], devices);
    expect(devices.opened()).toBe(1);
    expect(stdout).toContain('run 1 of 2, hypergrid-tb-seed0: finished before');
  });
});

describe('a run that another process may be making', () => {
  const claim = (owner: object) => {
    mkdirSync(`sweep/${trials[0]}`, { recursive: true });
    writeFileSync(`sweep/${trials[0]}/trial.json`, JSON.stringify(owner));
  };

  test.each([
    ['on another machine', () => ({ process: 12, host: 'elsewhere' })],
    ['on this one', () => ({ process: process.ppid, host: hostname() })],
    ['whose claim is just being written', () => ({})],
  ])('%s is left alone, and the others are made', async (_, owner) => {
    claim(owner());
    const devices = commandDevices();
    const { code, stderr } = await flowtape([...sweep, '--seeds', '1'], devices);
    expect(code).toBe(1);
    expect(stderr).toMatch(/run 1 of 2, hypergrid-ent-ppo-seed0: left alone\. Process \d+ on .* is at it\./);
    expect(devices.opened()).toBe(1);
    expect(readdirSync(`sweep/${trials[0]}`)).toEqual(['trial.json']);
  });

  test.each([
    ['that has been silent for long', () => ({ process: 12, host: 'elsewhere' }), 600],
    // No system has a process of this number.
    ['that has ended', () => ({ process: 2 ** 30, host: hostname() }), 0],
  ])('%s is made again', async (_, owner, secondsAgo) => {
    claim(owner());
    const then = new Date(Date.now() - secondsAgo * 1000);
    utimesSync(`sweep/${trials[0]}/trial.json`, then, then);
    const devices = commandDevices();
    expect((await flowtape([...sweep, '--seeds', '1'], devices)).code).toBe(0);
    expect(devices.opened()).toBe(2);
    expect(readdirSync('sweep/unfinished')).toEqual([`${trials[0]}-1`]);
  });
});

describe('flowtape reproduce --list', () => {
  test('prints a command for each run of the paper, which stand alone', async () => {
    const { code, stdout } = await flowtape(['reproduce', 'hypergrid', '--list', '--device', 'cpu']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5 * 3);
    expect(lines[4]).toBe(
      `flowtape reproduce hypergrid --methods gae --seed 1 --budget paper --device cpu --out ${folder()}/runs/hypergrid-paper`,
    );
    expect(readdirSync('.')).toEqual([]);
  });

  test('prints commands that make their run and nothing else, wherever they are given', async () => {
    const { stdout } = await flowtape([...sweep, '--out', "o'clock sweep", '--list']);
    const [command] = stdout.split('\n').slice(2);
    const expected = `--methods tb --seed 0 --budget 0.001 --device auto --out '${folder()}/o'\\''clock sweep'`;
    expect(command).toBe(`flowtape reproduce hypergrid ${expected}`);
    const words = ['reproduce', 'hypergrid', '--methods', 'tb', '--seed', '0', '--budget', '0.001', '--out', 'sweep'];
    expect((await flowtape(words)).code).toBe(0);
    expect(readdirSync('sweep')).toEqual([trials[2]]);
    // A scheduler that gives it again does no harm.
    const devices = commandDevices();
    expect((await flowtape(words, devices)).code).toBe(0);
    expect(devices.opened()).toBe(0);
  });

  test('on molecules knows both groups of updates, lets E follow K, and makes smaller runs on request', async () => {
    const words = ['reproduce', 'seh', '--methods', 'updates,gradient-steps', '--seeds', '1', '--list'];
    const { stdout, stderr } = await flowtape([...words, '--batch', '8', '--network-width', '16']);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4 + 6);
    for (const line of lines) expect(line).toMatch(/ --batch 8 --network-width 16$/);
    const trials = makeTrials({
      ...{ problem: 'seh', seeds: [0], budget: 0.01, device: 'cpu' },
      methods: parseMethods('ent-ppo-k8,ent-ppo-k4,tb-k4'),
      adjusted: new Map([['--batch', '8']]),
    });
    expect(trials.map(({ method }) => method)).toEqual(['ent-ppo-k8', 'ent-ppo', 'tb-k4']);
    expect(trials[0].config).toMatchObject({
      batch: 8,
      steps: 10,
      objectiveOptions: { policyUpdates: 8, valueEpochs: 8 },
    });
    expect(trials[2].config.objectiveOptions).toMatchObject({ updates: 4 });
  });

  test('has one name for each method, however it is written', () => {
    const names = (text: string) => parseMethods(text).map(({ name }) => name);
    expect(names('ent-ppo-lambda0.90,ent-ppo-lambda0.9,ent-ppo-lambda00.9')).toEqual(['ent-ppo-lambda0.9']);
    expect(names('ent-ppo-lambda1.0,ent-ppo-lambda0,ent-ppo-clip0.050')).toEqual([
      'ent-ppo-lambda1',
      'ent-ppo-lambda0',
      'ent-ppo-clip0.05',
    ]);
    expect(names('ent-ppo-without-clipping-k8,ent-ppo-k8-without-clipping')).toEqual(['ent-ppo-k8-without-clipping']);
    expect(names('gae-subeb-lambda0.50')).toEqual(['gae-subeb-lambda0.5']);
    expect([...parseMethods('ent-ppo-lambda0.90')[0].options]).toEqual([['--lambda', '0.9']]);
  });

  const methodsOf = (problem: string, methods: string) =>
    makeTrials({
      ...{ problem, seeds: [0], budget: 1, device: 'cpu' },
      methods: parseMethods(methods),
    }).map(({ method }) => method);

  test('leaves out of a name what changes nothing on the problem or beside the rest, whatever the order', () => {
    const twice = ['ent-ppo-k4-lambda0.9', 'ent-ppo-lambda0.9'];
    for (const methods of [twice, twice.toReversed(), twice.slice(0, 1)]) {
      expect(methodsOf('hypergrid', methods.join())).toEqual(['ent-ppo-lambda0.9']);
    }
    // K = 2 is the paper's on TFBind8; 4 is a variation.
    expect(methodsOf('tfbind8', 'ent-ppo-k4-lambda0.9,ent-ppo-k2-lambda0.9')).toEqual([
      'ent-ppo-k4-lambda0.9',
      'ent-ppo-lambda0.9',
    ]);
    for (const methods of [
      'ent-ppo-without-clipping-clip0.1,ent-ppo-without-clipping',
      'ent-ppo-without-clipping,ent-ppo-without-clipping-clip0.1',
      'ent-ppo-k4-without-clipping-lambda0.7-clip0.1',
    ]) {
      expect(methodsOf('hypergrid', methods)).toEqual(['ent-ppo-without-clipping']);
    }
    const own = 'ent-ppo-k1,ent-ppo-lambda0,ent-ppo-tlm,tb-k4,tb-learned,ent-ppo-k8-without-clipping';
    expect(methodsOf('hypergrid', own)).toEqual(own.split(','));
  });

  test('has one name for each run, of all pairs of variations', () => {
    const words = ['', '-k1', '-k4', '-without-divergence', '-without-clipping', '-terminal-reward', '-normalized'];
    words.push('-tlm', '-lambda0.7', '-lambda0.9', '-clip0.1', '-clip0.2');
    const pairs = words.flatMap((first, i) => words.slice(i + 1).map((second) => [first, second]));
    const kinds = (pair: string[]) => new Set(pair.map((word) => word.replace(/[\d.]+$/, '')));
    const methods = pairs.filter((pair) => kinds(pair).size === 2).map((pair) => `ent-ppo${pair.join('')}`);
    const trials = makeTrials({
      ...{ problem: 'hypergrid', seeds: [0], budget: 1, device: 'cpu' },
      methods: parseMethods(methods.join()),
    });
    const runs = trials.map(({ config }) => {
      const { clipRange, ...options } = config.objectiveOptions;
      return JSON.stringify(options.withoutClipping ? options : { clipRange, ...options });
    });
    expect(new Set(runs).size).toBe(trials.length);
  });

  test('takes other grids than the paper’s', async () => {
    const adjusted = ['--dimension', '2', '--side', '8', '--reward', 'hard'];
    const words = ['reproduce', 'hypergrid', '--methods', 'tb', '--seeds', '1', '--list'];
    const { stdout } = await flowtape([...words, ...adjusted]);
    expect(stdout.trimEnd()).toMatch(/ --dimension 2 --side 8 --reward hard$/);
    expect(stdout).toMatch(/ --out \S*runs\/hypergrid-side-8-reward-hard-paper /);
    const [{ config }] = makeTrials({
      ...{ problem: 'hypergrid', seeds: [0], budget: 1, device: 'cpu' },
      methods: parseMethods('tb'),
      adjusted: new Map([
        ['--dimension', '2'],
        ['--side', '8'],
        ['--reward', 'hard'],
      ]),
    });
    expect(config.problemOptions).toMatchObject({ dimension: 2, side: 8, reward: 'hard' });
    const { stderr } = await flowtape(['reproduce', 'tfbind8', '--reward', 'hard', '--list']);
    expect(stderr).toMatch(/tfbind8 with ent-ppo has no option --reward/);
    const network = await flowtape(['reproduce', 'tfbind8', '--network-heads', '2', '--list']);
    expect(network).toMatchObject({ code: 2, stdout: '' });
    expect(network.stderr).toMatch(/--network-heads is for graph networks; those of tfbind8 are perceptrons/);
  });

  test.each(['hypergrid', 'tfbind8', 'qm9-string'])('knows every method on %s', async (problem) => {
    const all =
      'comparison,estimators,updates,ablations,backward,lambda,clip-range,ent-trpo,vargrad,fm,ent-ppo-k16-without-clipping';
    const { code, stdout, stderr } = await flowtape(['reproduce', problem, '--methods', all, '--list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Of K = 1, 2, 4 and 8 one is the paper's own; so is one lambda, one clip range, and what is in several groups.
    expect(new Set(stdout.trimEnd().split('\n')).size).toBe(3 * (5 + 4 + 3 + 4 + 5 + 4 + 3 + 3 + 1));
  });
});

describe('flowtape reproduce refuses, before any work,', () => {
  test.each([
    ['nothing to reproduce', [], /needs a problem: one of hypergrid/],
    ['an unknown experiment', ['hypergird'], /no experiment on "hypergird"\. Did you mean hypergrid\?/],
    ['a problem without one', ['bit-sequence'], /no experiment on "bit-sequence"/],
    ['an unknown method', ['hypergrid', '--methods', 'tb,ent-pop'], /no method "ent-pop"\. Did you mean ent-ppo\?/],
    ['no method', ['hypergrid', '--methods', ''], /no method ""/],
    ['a variant without updates', ['hypergrid', '--methods', 'ent-ppo-k0'], /no method "ent-ppo-k0"/],
    [
      'a variant that the objective lacks',
      ['hypergrid', '--methods', 'tb-k4-lambda0.9'],
      /no method "tb-k4-lambda0.9"|hypergrid with tb has no option --lambda/,
    ],
    ['no seeds', ['hypergrid', '--seeds', '0'], /--seeds must be an integer from 1/],
    ['a seed and seeds', ['hypergrid', '--seed', '1', '--seeds', '2'], /give one of the two/],
    ['a negative seed', ['hypergrid', '--seed', '-1'], /--seed must be an integer from 0/],
    ['no budget', ['hypergrid', '--budget', '0'], /--budget takes "paper" or a share .*, not "0"/],
    ['more than the paper', ['hypergrid', '--budget', '1.5'], /--budget takes .*, not "1.5"/],
    ['a budget in words', ['hypergrid', '--budget', 'half'], /--budget takes .*, not "half"/],
    ['an unknown device', ['hypergrid', '--device', 'tpu'], /--device must be one of auto, webgpu, cpu/],
    [
      'an objective that the paper lacks',
      ['hypergrid', '--methods', 'tb,soft-dqn'],
      /The paper has no settings for soft-dqn on hypergrid\. It has some for .*tb.*: choose among these with --methods/,
    ],
    ['data for what has none', ['hypergrid', '--data', '.'], /hypergrid with ent-ppo has no option --data/],
    [
      'a folder that is a file',
      ['hypergrid', '--out', 'file'],
      /Cannot write to .*file: a part of that path is a file/,
    ],
    [
      'a folder that holds something else',
      ['hypergrid', '--out', 'full'],
      /full\/hypergrid-ent-ppo-seed0 is in the way of .*It holds something else\. Move it away/,
    ],
  ])('%s', async (_, words, reason) => {
    writeFileSync('file', '');
    mkdirSync('full/hypergrid-ent-ppo-seed0', { recursive: true });
    writeFileSync('full/hypergrid-ent-ppo-seed0/notes', '');
    const devices = commandDevices();
    const methods = words.includes('--methods') ? [] : ['--methods', 'ent-ppo'];
    const { code, stdout, stderr } = await flowtape(['reproduce', ...words, ...methods], devices);
    expect(stderr).toMatch(reason);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(devices.opened()).toBe(0);
    expect(readdirSync('.').sort()).toEqual(['file', 'full']);
  });

  test('a problem without its data, and leaves no empty folder behind', async () => {
    const { code, stderr } = await flowtape(['reproduce', 'tfbind8', '--out', 'new/folder']);
    expect(stderr).toMatch(/needs data .*--data DIR/);
    expect(code).toBe(2);
    expect(readdirSync('.')).toEqual([]);
  });

  test('a finished run whose configuration is missing or was cut, since nothing tells whose it is', async () => {
    const words = [...sweep, '--methods', 'tb'];
    await flowtape(words);
    for (const [damage, reason] of [
      [() => rmSync(`sweep/${trials[2]}/config.json`), 'it is missing'],
      [() => writeFileSync(`sweep/${trials[2]}/config.json`, '{'), 'it is not JSON, as if it had been cut'],
    ] as const) {
      damage();
      const { code, stdout, stderr } = await flowtape(words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(
        `${trials[2]} is in the way of ${trials[2]}. Its config.json cannot be used: ${reason}: put back a copy of it, or make the run again. Move it away, or give another --out.`,
      );
    }
  });

  test('a folder in which a run was made or begun with other settings, or that train began', async () => {
    await flowtape([...sweep, '--methods', 'tb', '--seed', '0'].filter((word) => word !== '--seeds' && word !== '2'));
    const shorter = sweep.map((word) => (word === '0.001' ? '0.0005' : word));
    const { code, stderr } = await flowtape(shorter);
    expect(code).toBe(2);
    expect(stderr).toContain('It holds a run with other settings: steps 8, not 4. Move it away');

    rmSync('sweep', { recursive: true });
    const terminal = fakeTerminal();
    const stopping = commandDevices({ beforeRun: ({ trains, step }) => trains && step > 2 && terminal.interrupt(2) });
    const words = ['--preset', 'paper', '--objective', 'tb', '--steps', '8', '--out', `sweep/${trials[2]}`];
    await flowtape(['train', 'hypergrid', ...words], stopping, { terminal });
    expect((await flowtape(sweep)).stderr).toContain('that no sweep began. Move it away');
  });
});
