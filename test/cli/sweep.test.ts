import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSweep } from '../../src/cli/sweep-file.ts';
import { sweepTrials } from '../../src/cli/sweep-trials.ts';
import { flowtape } from './command-line.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('sweep');

/** Runs of two iterations on a grid of 9 cells: a moment each. */
const small = { problem: 'hypergrid', options: { dimension: 2, side: 3, steps: 2, batch: 4, evaluateEvery: 1 } };

const write = (sweep: object) => writeFileSync('small.json', JSON.stringify(sweep));
const trialsOf = (sweep: object) => sweepTrials(parseSweep(sweep));

describe('the trials of a sweep', () => {
  test('are every method with every combination and every seed, named by them, with options by either name', () => {
    const trials = trialsOf({
      ...small,
      methods: ['ent-ppo', 'ent-ppo-k1'],
      seeds: [3, 5],
      grid: { 'clip-range': [0.1, 0.3], lambda: [0, 1] },
    });
    expect(trials).toHaveLength(2 * 2 * 4);
    expect(trials[1].name).toBe('hypergrid-ent-ppo-clip-range=0.1-lambda=0-seed5');
    expect(trials[1].config).toMatchObject({ seed: 5, steps: 2, batch: 4, evaluateEvery: 1 });
    expect(trials[1].config.objectiveOptions).toMatchObject({ clipRange: 0.1, lambda: 0, policyUpdates: 4 });
    expect(trials[15].config.objectiveOptions).toMatchObject({ clipRange: 0.3, lambda: 1, policyUpdates: 1 });
    expect(new Set(trials.map(({ name }) => name)).size).toBe(16);
    // Names are those of files on every system.
    for (const { name } of trials) expect(name).toMatch(/^[\w.=+-]+$/);
  });

  test('are drawn the same each time, more of them after the same first ones, within their ranges', () => {
    const random = (count: number) => ({
      count,
      seed: 7,
      options: {
        learningRate: { from: 1e-4, to: 1e-1, scale: 'log' },
        batch: { from: 2, to: 9 },
        'policy-updates': [1, 2],
      },
    });
    const few = trialsOf({ ...small, random: random(5) });
    const many = trialsOf({ ...small, random: random(40) });
    expect(many.slice(0, 5)).toEqual(few);
    expect(few[2].name).toBe('hypergrid-ent-ppo-draw3-seed0');
    const rates = many.map(({ config }) => Number(config.objectiveOptions.learningRate));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-1);
    // On a logarithmic scale a third of 40 is expected below 1e-3; 5 are three deviations fewer.
    expect(rates.filter((rate) => rate < 1e-3).length).toBeGreaterThanOrEqual(5);
    expect(new Set(many.map(({ config }) => config.batch)).size).toBeGreaterThan(4);
    expect(new Set(many.map(({ config }) => config.objectiveOptions.policyUpdates))).toEqual(new Set([1, 2]));
    expect(trialsOf({ ...small, random: { ...random(5), seed: 8 } })).not.toEqual(few);
  });

  test('have names of their own, whatever values are written like, and no option twice', () => {
    const options = { ...small.options, reward: 'expression' };
    const long = `1 + ${'x + '.repeat(80)}y`;
    const trials = trialsOf({ ...small, options, grid: { expression: ['1 + x * y', '1 + x / y', '1 + x * y', long] } });
    expect(trials.map(({ name, config }) => [name, config.problemOptions.expression])).toEqual([
      ['hypergrid-ent-ppo-expression=1_+_x___y-seed0', '1 + x * y'],
      ['hypergrid-ent-ppo-expression=1_+_x___y_2-seed0', '1 + x / y'],
      [`hypergrid-ent-ppo-expression=1_+${'_x_+'.repeat(9)}_-seed0`, long],
    ]);
    for (const grid of [
      { 'clip-range': [0.1], clipRange: [0.2] },
      { clipRange: [0.1], '--clip-range': [0.2] },
    ]) {
      expect(() => trialsOf({ ...small, grid })).toThrow(/clip.?range" are the same option: give it once/i);
    }
    const random = { count: 1, options: { lambda: [1] } };
    expect(() => trialsOf({ ...small, grid: { lambda: [0] }, random })).toThrow('"lambda" is given twice');
  });

  test('are made once where an option has no effect, and refused where it has none in any', () => {
    const grid = { 'replay-kind': ['fifo', 'prioritised'], 'replay-exponent': [0, 1, 2] };
    expect(trialsOf({ ...small, methods: 'tb', grid }).map(({ name }) => name)).toEqual([
      'hypergrid-tb-replay-kind=fifo-replay-exponent=0-seed0',
      ...[0, 1, 2].map((x) => `hypergrid-tb-replay-kind=prioritised-replay-exponent=${x}-seed0`),
    ]);
    const methods = ['ent-ppo', 'ent-ppo-tlm'];
    expect(trialsOf({ ...small, methods, grid: { tlmEpochs: [2, 4] } }).map(({ method }) => method)).toEqual([
      'ent-ppo-tlmEpochs=2',
      'ent-ppo-tlm-tlmEpochs=2',
      'ent-ppo-tlm-tlmEpochs=4',
    ]);
    expect(() => trialsOf({ ...small, grid: { tlmEpochs: [2, 4] } })).toThrow(
      '--tlm-epochs would change nothing: it counts only with --backward-policy tlm, in all trials.',
    );
  });

  test('are made once where an option is of a group that is off, or of a network that the method lacks', () => {
    const replay = { replay: [true, false], 'replay-kind': ['prioritised'], 'replay-exponent': [1, 2] };
    expect(trialsOf({ ...small, methods: 'tb', grid: replay }).map(({ name }) => name)).toEqual([
      'hypergrid-tb-replay=true-replay-kind=prioritised-replay-exponent=1-seed0',
      'hypergrid-tb-replay=true-replay-kind=prioritised-replay-exponent=2-seed0',
      'hypergrid-tb-replay=false-seed0',
    ]);
    const exponentsWith = (values: boolean[]) => () =>
      trialsOf({ ...small, methods: 'tb', grid: { replay: values, 'replay.exponent': [1, 2] } });
    expect(exponentsWith([false])).toThrow('--no-replay and --replay-exponent contradict each other, in all trials.');
    // Where it is on, it draws evenly.
    expect(exponentsWith([false, true])).toThrow(
      '--replay-exponent would change nothing: it counts only with --replay-kind prioritised or residual, in all trials.',
    );
    expect(exponentsWith([true, false])).toThrow('--replay-exponent would change nothing');
    const methods = ['ent-ppo', 'tb', 'reward-to-go'];
    for (const kind of ['value-optimizer-kind', 'valueOptimizer.kind']) {
      const options = { ...small.options, [kind]: 'sgd', 'log-partition-learning-rate': 0.3 };
      const [entPpo, tb, rewardToGo] = trialsOf({ ...small, options, methods });
      expect(entPpo.config.trainingOptions.valueOptimizer).toMatchObject({ kind: 'sgd' });
      expect(tb.config.trainingOptions.valueOptimizer).toBeUndefined();
      expect(tb.config.objectiveOptions).toMatchObject({ logPartitionLearningRate: 0.3 });
      expect(rewardToGo.config).toEqual(trialsOf({ ...small, methods: 'reward-to-go' })[0].config);
      expect(() => trialsOf({ ...small, options, methods: 'tb' })).toThrow(
        /hypergrid with tb has no option --value-optimizer-kind\. ent-ppo, .* have it\./,
      );
    }
    // What a method's own name sets is not left out.
    expect(() => trialsOf({ ...small, methods: 'ent-ppo-lambda0.9,tb-lambda0.9' })).toThrow(
      'hypergrid with tb has no option --lambda.',
    );
    const random = { count: 3, options: { valueLearningRate: { from: 0.1, to: 0.9 } } };
    const grid = { 'value-optimizer-kind': ['sgd', 'adam'] };
    expect(trialsOf({ ...small, methods: 'tb,ent-ppo', grid, random }).map(({ method }) => method)).toEqual([
      'tb',
      ...['sgd', 'adam'].flatMap((kind) => [1, 2, 3].map((i) => `ent-ppo-value-optimizer-kind=${kind}-draw${i}`)),
    ]);
  });

  test('are refused where an option is not what the name of a method says', () => {
    const methods = ['ent-ppo', 'ent-ppo-k1', 'ent-ppo-lambda0.90-without-clipping'];
    for (const [given, reason] of [
      [
        { options: { ...small.options, 'policy-updates': 4 } },
        'The method ent-ppo-k1 means policy-updates 1, but options says 4. ' +
          'Leave policy-updates out there, or take the method ent-ppo instead.',
      ],
      [{ grid: { policyUpdates: [1, 2] } }, 'means policy-updates 1, but grid says 2'],
      [
        { random: { count: 1, options: { 'policy-updates': [2] } } },
        'means policy-updates 1, but random.options says 2.',
      ],
      [
        { options: { ...small.options, 'without-clipping': false } },
        'The method ent-ppo-without-clipping-lambda0.9 means without-clipping true, but options says false. ' +
          'Leave without-clipping out there, or take the method ent-ppo-lambda0.9 instead.',
      ],
    ] as const) {
      expect(() => trialsOf({ ...small, methods, ...given })).toThrow(reason);
    }
    const tlm = { ...small, methods: 'ent-ppo-tlm', grid: { 'backward-policy': ['tlm', 'uniform'] } };
    expect(() => trialsOf(tlm)).toThrow('means backward-policy "tlm", but grid says "uniform"');
    // The same value says nothing else, however it is written.
    const options = { ...small.options, 'policy-updates': '1', lambda: 0.9 };
    const [same] = trialsOf({ ...small, methods: 'ent-ppo-k1-lambda0.9', options });
    expect(same.config.objectiveOptions).toMatchObject({ policyUpdates: 1, lambda: 0.9 });
    const varied = parseSweep({ ...small, grid: { device: ['cpu', 'webgpu'] } });
    expect(() => sweepTrials(varied, new Map([['device', 'cpu']]))).toThrow(
      'grid varies "device", which --device fixes: leave one of the two out.',
    );
  });

  test('may turn options off and on, and take a preset', () => {
    const [off, on] = trialsOf({
      problem: 'hypergrid',
      preset: 'paper',
      grid: { frozenTargets: [false, true], recentSamples: [null] },
    });
    expect(off.config).toMatchObject({ steps: 31_250, objectiveOptions: { frozenTargets: false } });
    expect(on.config.objectiveOptions.frozenTargets).toBe(true);
    expect(off.config.trainingOptions.recentSamples).toBeUndefined();
  });

  test.each([
    [{}, /a sweep needs its problem/],
    [[], /a sweep must be an object/],
    [{ problem: 'hypergird' }, /hypergird.*Did you mean hypergrid\?/],
    [{ ...small, methods: ['ent-pop'] }, /no method "ent-pop"\. Did you mean ent-ppo\?/],
    [{ ...small, method: 'tb' }, /a sweep has no "method"\. Did you mean methods\?/],
    [{ ...small, options: { 'lerning-rate': 1 } }, /no option --lerning-rate\. Did you mean (--)?learning-rate\?/],
    [{ ...small, options: { lambda: 2 } }, /--lambda/],
    [{ ...small, options: { lambda: [1] } }, /lambda has a value that no option takes/],
    [{ ...small, methods: 'tb', grid: { lambda: [1] } }, /hypergrid with tb has no option --lambda/],
    [{ ...small, options: { clipRange: 0.1, 'clip-range': 0.2 } }, /are the same option: give it once, in options/],
    [{ ...small, methods: 'tb', options: { replay: 'fifo' } }, /--replay is only on or off\..* --replay-kind,/],
    [{ ...small, grid: { lambda: 1 } }, /grid\.lambda must be a list/],
    [{ ...small, grid: { lambda: [] } }, /grid\.lambda must be a list/],
    [{ ...small, seeds: 0 }, /seeds must be an integer from 1/],
    [{ ...small, options: { seed: 1 } }, /seeds says which seeds there are, not seed/],
    [{ ...small, grid: { '--seed': [1] } }, /seeds says which seeds there are, not seed/],
    [{ ...small, seeds: [-1] }, /a seed must be an integer from 0/],
    [{ ...small, random: { count: 3 } }, /random needs options to draw/],
    [{ ...small, random: { count: 0, options: { lambda: [1] } } }, /random\.count must be an integer/],
    [
      { ...small, random: { count: 1, options: { lambda: { from: 1, to: 0 } } } },
      /random\.options\.lambda needs numbers/,
    ],
    [{ ...small, random: { count: 1, options: { lambda: { from: 0, to: 1, scale: 'log' } } } }, /from must be above 0/],
    [{ ...small, random: { count: 1, options: { lambda: { form: 0, to: 1 } } } }, /no "form"\. Did you mean from\?/],
    [{ ...small, seeds: 90_000, grid: { lambda: [0, 1] } }, /more than 100000 trials/],
  ])('refuse %j', (sweep, reason) => {
    expect(() => trialsOf(sweep)).toThrow(reason);
  });
});

describe('flowtape sweep', () => {
  const sweep = { ...small, methods: 'tb', seeds: [4, 5], options: { ...small.options, device: 'cpu' } };

  test('takes the examples of its help and of the guide', async () => {
    const { stdout: help } = await flowtape(['sweep', '--help']);
    const [, ofHelp] = /^A file such as:\n([\s\S]*?)\nOptions are/m.exec(help) ?? [];
    const guide = readFileSync(new URL('../../docs/sweeps.md', import.meta.url), 'utf8');
    const ofGuide = [...guide.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text]) => text);
    expect(ofGuide.length).toBeGreaterThan(0);
    for (const text of [ofHelp, ...ofGuide]) {
      writeFileSync('example.json', text);
      const { code, stdout, stderr } = await flowtape(['sweep', 'example.json', '--list']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n').length).toBeGreaterThan(10);
    }
  });

  test('goes on after a run whose own settings are refused', async () => {
    write({ ...sweep, seeds: [4], grid: { 'network-heads': [2, null] } });
    const { code, stdout, stderr } = await flowtape(['sweep', 'small.json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^flowtape: hypergrid-tb-network-heads=2-seed4: .*not heads/m);
    expect(stderr).toMatch(/^flowtape: 1 of 2 runs failed/m);
    expect(stdout).toMatch(/^run 2 of 2, /m);
    expect(readdirSync('runs/small').filter((name) => existsSync(`runs/small/${name}/summary.json`))).toHaveLength(1);
    // A refusal of all of them ends it at once.
    write({ ...sweep, options: { ...sweep.options, 'network-heads': 2 } });
    const all = await flowtape(['sweep', 'small.json', '--out', 'all']);
    expect(all).toMatchObject({ code: 2, stderr: expect.stringMatching(/not heads/) });
    expect(all.stdout).not.toMatch(/^run 2/m);
  });

  test('draws its runs, whatever others are in its folder', async () => {
    const grid = { 'network-heads': [null, 2] };
    write({ ...sweep, seeds: [4], grid });
    await flowtape(['sweep', 'small.json', '--out', 'both']);
    write({ ...sweep, seeds: [6], grid, options: { ...sweep.options, 'learning-rate': 0.5 } });
    const { code, stdout, stderr } = await flowtape(['sweep', 'small.json', '--out', 'both']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^flowtape: 1 of 2 runs failed/m);
    expect(stderr).toMatch(/^flowtape: other runs in both are not drawn\. .*different settings/m);
    expect(stdout).toMatch(/^tb-network-heads=off +6 +8 /m);
  });

  test('trains runs on different devices one after another, each on its own', async () => {
    const { device: _, ...options } = sweep.options;
    write({ ...sweep, seeds: [4], options, grid: { device: ['cpu', 'webgpu'] } });
    let workers = 0;
    const { stderr } = await flowtape(['sweep', 'small.json', '--together', '2', '--threads', '2'], undefined, {
      startTrialWorker() {
        workers++;
        throw new Error('no worker is wanted');
      },
    });
    expect(workers).toBe(0);
    expect(stderr).toContain('There is no WebGPU adapter');
    expect(existsSync('runs/small/hypergrid-tb-device=cpu-seed4/summary.json')).toBe(true);
    expect(existsSync('runs/small/hypergrid-tb-device=webgpu-seed4')).toBe(false);
  });

  test('lists commands that make one trial each, of which one may be given twice; train takes what it leaves', async () => {
    write(sweep);
    const { stdout } = await flowtape(['sweep', 'small.json', '--list', '--threads', '1']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^flowtape sweep \S*small\.json --trial 2 --out \S*runs\/small --threads 1$/);
    expect(existsSync('runs')).toBe(false);
    const words = lines[1].split(' ').slice(1);
    expect(await flowtape(words)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync('runs/small')).toEqual(['hypergrid-tb-seed5']);
    expect((await flowtape(words)).stdout).toContain('finished before');
    // One seed, which is not that of the configuration.
    const trial = 'runs/small/hypergrid-tb-seed5';
    const again = ['train', '--config', `${trial}/config.json`, '--threads', '1'];
    const seeds = await flowtape([...again, '--seeds', '1', '--out', 'seeds']);
    expect(seeds).toMatchObject({ code: 0, stderr: '' });
    expect(seeds.stdout).toMatch(/^tb +0 +8 /m);
    expect(readdirSync('seeds')).toEqual(expect.arrayContaining(['hypergrid-tb-seed0', 'report.html']));
    const config = (path: string) => JSON.parse(readFileSync(`${path}/config.json`, 'utf8'));
    expect({ ...config('seeds/hypergrid-tb-seed0'), seed: 5 }).toEqual(config(trial));
  });

  test('and train refuse what cannot be, before any work', async () => {
    write(sweep);
    writeFileSync('text.json', 'no');
    writeFileSync('part.json', '{"objectiveOptions":{"huber":1},"objective":"tb"}');
    writeFileSync('list.json', '[]');
    for (const [words, reason] of [
      [['sweep', 'none.json'], /Cannot read none\.json: there is no such file/],
      [['sweep', 'text.json'], /text\.json: it is not JSON/],
      [['sweep', 'small.json', '--trial', '3'], /--trial must be an integer from 1 to 2/],
      [['sweep', 'small.json', '--trial', '1', '--list'], /give one of the two/],
      [['sweep', 'small.json', '--device', 'tpu'], /--device must be one of/],
      [['train', '--config', 'none.json'], /Cannot read none\.json/],
      [['train', 'hypergrid', '--config', 'list.json'], /list\.json is not a configuration/],
      [['train', 'hypergrid', '--config', 'part.json'], /huber/],
      [['train', 'hypergrid', '--config', 'part.json', '--objective', 'db'], /objective .* is tb, not db/],
      [['train', '--config', 'part.json'], /train needs a problem/],
      [['train', 'hypergrid', '--seeds', '2', '--seed', '1'], /give one of the two/],
    ] as const) {
      const { code, stderr } = await flowtape(words);
      expect(stderr.replaceAll('"', '')).toMatch(reason);
      expect(code).toBe(2);
    }
    expect(existsSync('runs')).toBe(false);
  });
});
