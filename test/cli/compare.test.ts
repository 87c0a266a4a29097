import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { namedApart } from '../../src/cli/compare/comparison.ts';
import { filledPage } from '../../src/cli/compare/draw.ts';
import { gatherRuns } from '../../src/cli/compare/gather.ts';
import { encodeComparisons, readComparisons, rounded } from '../../src/cli/compare/saved.ts';
import { flowtape } from './command-line.ts';
import { makeRun, makeRuns, page } from './compared-runs.ts';
import { inOwnFolder } from './own-folder.ts';

// Pixels are tested in test/plot, and of the built program in test/package.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));

inOwnFolder('compare');

describe('flowtape compare', () => {
  test('draws the runs of a folder, also those that have not finished, and says which it leaves out', async () => {
    for (const seed of [0, 1]) makeRun('sweep', { objective: 'ent-ppo', seed });
    const unfinished = makeRun('sweep', { seed: 0, values: [0.9, 0.5], summary: { status: 'stopped' } });
    writeFileSync(
      join(unfinished, 'metrics.jsonl'),
      `${readFileSync(join(unfinished, 'metrics.jsonl'), 'utf8')}{"step":99,"traj`,
    );
    const broken = makeRun('sweep', { seed: 3 });
    writeFileSync(join(broken, 'config.json'), '{}');
    mkdirSync('sweep/notes');
    mkdirSync('sweep/unfinished/hypergrid-tb-seed9-1', { recursive: true });
    vi.stubEnv('FLOWTAPE_PNG', '');
    const { code, stdout, stderr } = await flowtape(['compare', 'sweep']);
    vi.unstubAllEnvs();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ent-ppo +0, 1 +640 +0\.1 \(0\.1–0\.1\) /m);
    expect(stdout).toMatch(/^tb +0 +160 +0\.5 /m);
    expect(stderr).toMatch(
      /^left out: sweep\/hypergrid-tb-seed3\. Its config\.json cannot be used: the configuration lacks .*seed.*\.\n$/,
    );
    const drawn = ['elbo-gap.png', 'elbo-gap.svg', 'report.html', 'total-variation.png', 'total-variation.svg'];
    expect(readdirSync('sweep')).toEqual(expect.arrayContaining(drawn));
    const report = readFileSync('sweep/report.html', 'utf8');
    expect(report).toContain('2 methods, 3 runs');
    expect(report).toContain('10 of 40');
  });

  test('draws objectives first and their variants apart where there are too many methods for one picture', async () => {
    const plain = ['ent-ppo', 'gae', 'tb', 'db', 'subtb'];
    const variants: [string, [string, string]][] = [
      ['ent-ppo-k2', ['policy-updates', '2']],
      ['ent-ppo-k8', ['policy-updates', '8']],
      ['ent-ppo-lambda0.5', ['lambda', '0.5']],
      ['ent-ppo-clip0.4', ['clip-range', '0.4']],
    ];
    const makeVariant = ([method, option]: (typeof variants)[number]) =>
      makeRun('runs', { objective: 'ent-ppo', method, given: [option] });
    for (const objective of plain) makeRun('runs', { objective });
    for (const variant of variants) makeVariant(variant);
    expect((await flowtape(['compare', 'runs', '--out', 'few'])).code).toBe(0);
    expect(readdirSync('few').filter((name) => name.endsWith('variants.svg'))).toEqual([]);
    makeRun('runs', { objective: 'vargrad' });
    expect((await flowtape(['compare', 'runs', '--out', 'many'])).code).toBe(0);
    const namesIn = (file: string) => {
      const svg = readFileSync(join('many', file), 'utf8');
      return [...plain, 'vargrad', ...names].filter((name) => svg.includes(`>${name}<`));
    };
    const names = variants.map(([method]) => method);
    expect(namesIn('total-variation.svg')).toEqual([...plain, 'vargrad']);
    expect(namesIn('total-variation-variants.svg')).toEqual(['ent-ppo', ...names]);
  });

  test('takes several folders together, each run once, and lengths apart', async () => {
    makeRun('a/deep', { seed: 0, values: [0.9, 0.5] });
    makeRun('b', { seed: 0 });
    makeRun('b', { seed: 1 });
    makeRun('b', { method: 'tb-long', seed: 0, steps: 80 });
    const { comparisons, leftOut } = await gatherRuns(['a', 'b']);
    expect(comparisons.map(({ name }) => name)).toEqual(['hypergrid-640', 'hypergrid-1280']);
    const [{ methods }] = comparisons;
    expect(methods.map(({ method, runs }) => [method, runs.map(({ seed, curve }) => [seed, curve.length])])).toEqual([
      [
        'tb',
        [
          [0, 5],
          [1, 5],
        ],
      ],
    ]);
    expect(leftOut).toEqual([
      { folder: join('a', 'deep', 'hypergrid-tb-seed0'), reason: 'Another run of that seed got farther.' },
    ]);
    const { code, stderr, stdout } = await flowtape(['compare', 'a', 'b', '--against', 'seconds', '--out', 'drawn']);
    expect(code).toBe(0);
    expect(readdirSync('drawn')).toContain('hypergrid-1280-total-variation.svg');
    // The summaries tell neither machine nor time.
    expect(stderr).toMatch(/^hypergrid \(.*\): runs shared a machine, or do not tell that they did not/m);
    expect(stdout).toContain('drawn in drawn: ');
  });

  test('draws runs apart whose rewards are not the same, and says what of', async () => {
    const rewards = [
      undefined,
      { command: 'score' },
      { command: 'score', floor: -50 },
      { command: 'score', timeout: 9 },
    ];
    for (const [seed, reward] of rewards.entries()) {
      const path = makeRun('runs', { seed });
      if (reward !== undefined) writeFileSync(join(path, 'reward.json'), JSON.stringify(reward));
    }
    writeFileSync(join(makeRun('runs', { seed: 4 }), 'begun-with.json'), '{"data":"1234"}');
    const { comparisons } = await gatherRuns(['runs']);
    const seeds = comparisons.map(({ methods }) => methods.map(({ runs }) => runs.map(({ seed }) => seed)));
    expect(seeds).toEqual([[[0]], [[1, 3]], [[2]], [[4]]]);
    expect(comparisons.map(({ title }) => title.split('), ')[1])).toEqual([
      ...[undefined, 'rewarded by score', 'rewarded by score with floor -50', 'of the file 1234'],
    ]);
    expect(new Set(comparisons.map(({ name }) => name)).size).toBe(4);
  });

  test('knows runs that had their machine to themselves', async () => {
    const ended = (minute: number) => ({ host: 'here', ended: `2026-01-01T00:0${minute}:00Z` });
    const shared = async () =>
      (await gatherRuns(['apart'])).comparisons[0].methods[0].runs.map(({ isShared }) => isShared);
    makeRun('apart', { seed: 0, summary: ended(1) });
    makeRun('apart', { seed: 1, summary: ended(3) });
    expect(await shared()).toEqual([false, false]);
    makeRun('apart', { seed: 2, summary: { ...ended(4), seconds: 61 } });
    makeRun('apart', { seed: 3, summary: {} });
    expect(await shared()).toEqual([false, true, true, true]);
    const told = async () => filledPage(page, (await gatherRuns(['apart'])).comparisons);
    expect(await told()).toContain('Times are those of runs that had their machine to themselves: tb 1 of 4.');
    makeRun('apart', { objective: 'db', summary: { ...ended(1), host: 'there' } });
    makeRun('apart', { seed: 4, summary: ended(1) });
    expect(await told()).toContain('to themselves: db 1 of 1; those of the others do not compare with these.');
    expect(await told()).toMatch(/^\| tb \|.* \| – \|\n\| db \|.* \| 4 s \|$/m);
    rmSync('apart/hypergrid-db-seed0', { recursive: true });
    expect(await told()).toMatch(/^These runs shared their machine, or do not tell that they did not/m);
    expect(await told()).not.toContain('time of a run');
    expect(await told()).not.toContain('-seconds.png');
  });

  test('takes a run that was suspended for one whose times tell nothing', async () => {
    const path = makeRun('runs', { summary: { host: 'here', ended: '2026-01-01T00:01:00Z' } });
    const alone = async () => (await gatherRuns(['runs'])).comparisons[0].methods[0].runs.map((run) => !run.isShared);
    expect(await alone()).toEqual([true]);
    const metrics = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
    writeFileSync(join(path, 'metrics.jsonl'), metrics.replace('"seconds":4.33', '"seconds":94.33'));
    expect(await alone()).toEqual([false]);
  });

  test('takes a run beside another program for one whose times tell nothing', async () => {
    const alone = async (otherCores: number | undefined) => {
      makeRun('runs', { summary: { host: 'here', ended: '2026-01-01T00:01:00Z', otherCores } });
      return !(await gatherRuns(['runs'])).comparisons[0].methods[0].runs[0].isShared;
    };
    expect([await alone(0.02), await alone(0.5)]).toEqual([true, false]);
    // A resumed run knows of its last part only.
    expect(await alone(undefined)).toBe(false);
  });

  test('keeps what a page needs in a file, from which the page comes out the same', async () => {
    makeRuns('runs', 'tb', [0.9, 0.512345678, 0.3, 0.2, 0.1]);
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    makeRun('runs', { objective: 'gae', seed: 3, variances: [9.1234567, 3, 2, 1] });
    makeRun('runs', { objective: 'db', figures: { topDiversity: 0.87654321, invalidShare: 0.25, meanLength: 7 } });
    expect((await flowtape(['compare', 'runs', '--save', 'kept.json'])).code).toBe(0);
    const kept = await readComparisons('kept.json');
    const { comparisons } = await gatherRuns(['runs']);
    expect(kept[0].methods[0].runs[0]).not.toHaveProperty('report');
    expect(encodeComparisons(kept)).toBe(readFileSync('kept.json', 'utf8'));
    const filled = filledPage(page, kept);
    expect(filled).toBe(filledPage(page, rounded(comparisons)));
    expect(filled).toContain(' | log Z − ELBO, last | their diversity, last | share of invalid, last |\n');
    expect(filled).toMatch(/^\| db \|.* \| 0\.877 \| 0\.25 \|$/m);
    expect(filled).not.toContain('mean length');
    writeFileSync('page.md', page);
    expect((await flowtape(['compare', 'kept.json', '--into', 'page.md'])).code).toBe(0);
    expect(readFileSync('page.md', 'utf8')).toBe(filled);
    expect(readdirSync('images')).toEqual(['hypergrid-640-total-variation.png']);
    const kinds = { host: 'here', ended: '2026-01-01T00:01:00Z' };
    makeRun('alone', { summary: kinds });
    expect((await flowtape(['compare', 'alone', '--into', 'page.md'])).code).toBe(0);
    expect(readdirSync('images')).toContain('hypergrid-640-total-variation-seconds.png');
  });

  test('judges the runs of the problem asked for alone', async () => {
    makeRun('runs', {});
    const other = (parent: string, seed: number, given: [string, string][], values?: readonly number[]) =>
      makeRun(parent, { problem: 'tfbind8-synthetic', seed, given, ...(values && { values }) });
    other('runs', 0, []);
    other('runs', 1, [['learning-rate', '0.5']]);
    other('runs', 2, [], []);
    expect((await flowtape(['compare', 'runs', '--out', 'drawn'])).stderr).toContain('different settings');
    const { code, stderr } = await flowtape(['compare', 'runs', '--out', 'drawn', '--problem', 'hypergrid']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Sweeps draw their own problem alone.
    expect((await gatherRuns(['runs'], ['hypergrid'])).problems).toEqual(['hypergrid', 'tfbind8-synthetic']);
  });

  test('names runs that do not go together by their paths, which may end alike', async () => {
    makeRun('a/deep', {});
    makeRun('b', { given: [['learning-rate', '0.5']] });
    const { code, stderr } = await flowtape(['compare', 'a', 'b', '--out', 'drawn']);
    expect(code).toBe(2);
    const [first, second] = [join('a', 'deep', 'hypergrid-tb-seed0'), join('b', 'hypergrid-tb-seed0')];
    expect(stderr).toContain(`${second} and ${first} are of one method, tb, but`);
  });

  test('writes over no file that it did not write', async () => {
    const path = makeRun('runs', {});
    for (const file of ['config.json', 'metrics.jsonl']) {
      const before = readFileSync(join(path, file), 'utf8');
      const { code, stderr } = await flowtape(['compare', 'runs', '--save', join(path, file)]);
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/--save writes over no other file/),
      });
      expect(readFileSync(join(path, file), 'utf8')).toBe(before);
    }
    const { code, stderr } = await flowtape(['compare', path]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/the folder of a run, whose report/),
    });
    expect((await flowtape(['compare', path, '--out', 'drawn'])).code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('writes where a link leads, and keeps the permissions', async () => {
    makeRun('runs', {});
    mkdirSync('elsewhere');
    expect((await flowtape(['compare', 'runs', '--save', 'elsewhere/kept.json'])).code).toBe(0);
    chmodSync('elsewhere/kept.json', 0o640);
    symlinkSync('elsewhere/kept.json', 'link.json');
    makeRun('runs', { seed: 1 });
    expect((await flowtape(['compare', 'runs', '--save', 'link.json'])).code).toBe(0);
    expect(lstatSync('link.json').isSymbolicLink()).toBe(true);
    expect((await readComparisons('elsewhere/kept.json'))[0].methods[0].runs).toHaveLength(2);
    expect(statSync('elsewhere/kept.json').mode & 0o777).toBe(0o640);
  });

  test.each([
    ['a seed in words', '"seed":0', '"seed":"first"', /a run lacks its seed/],
    ['no seed', '"seed":0', '"seed":null', /a run lacks its seed/],
    ['a problem that is a path', '"problem":"hypergrid"', '"problem":"../hypergrid"', /a name that no problem has/],
    ['half an iteration', '"iterations":40', '"iterations":0.5', /lacks its iterations/],
    [
      'trajectories out of order',
      '"trajectories":[0,160,320',
      '"trajectories":[0,320,160',
      /trajectories out of order/,
    ],
    ['steps below 0', '"step":[0,', '"step":[-1,', /a curve has a step out of order/],
  ])('refuses a saved file with %s, and leaves it as it is', async (_, good, bad, reason) => {
    makeRun('runs', {});
    await flowtape(['compare', 'runs', '--save', 'kept.json']);
    const damaged = readFileSync('kept.json', 'utf8').replace(good, bad);
    writeFileSync('kept.json', damaged);
    const { code, stderr } = await flowtape(['compare', 'kept.json', 'runs', '--save', 'kept.json']);
    expect(stderr).toMatch(/kept\.json is there already, and --save writes over no other file/);
    expect(stderr).toMatch(reason);
    expect(code).toBe(2);
    expect((await flowtape(['compare', 'kept.json', '--out', 'drawn'])).stderr).toMatch(reason);
    expect(readFileSync('kept.json', 'utf8')).toBe(damaged);
  });

  test('tells of runs whose configuration is missing or was cut', async () => {
    makeRun('runs', {});
    rmSync(join(makeRun('runs', { seed: 1 }), 'config.json'));
    writeFileSync(join(makeRun('runs', { seed: 2 }), 'config.json'), '{');
    const { code, stderr } = await flowtape(['compare', 'runs', '--out', 'drawn']);
    expect(code).toBe(0);
    const advice = 'put back a copy of it, or make the run again.';
    expect(stderr.trimEnd().split('\n')).toEqual([
      `left out: ${join('runs', 'hypergrid-tb-seed1')}. Its config.json cannot be used: it is missing: ${advice}`,
      `left out: ${join('runs', 'hypergrid-tb-seed2')}. Its config.json cannot be used: it is not JSON, as if it had been cut: ${advice}`,
    ]);
    expect((await flowtape(['runs', 'list', 'runs'])).stdout.match(/unreadable/g)).toHaveLength(2);
  });

  test('takes no run with a cut log for finished', async () => {
    const path = makeRun('runs', {});
    const log = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
    writeFileSync(join(path, 'metrics.jsonl'), log.slice(0, -20));
    expect((await gatherRuns(['runs'])).comparisons[0].methods[0].runs[0].isFinished).toBe(false);
  });

  test('makes a page that is not there, with its places', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    expect((await flowtape(['compare', 'runs', '--into', 'new/page.md'])).code).toBe(0);
    const made = readFileSync('new/page.md', 'utf8');
    expect(made).toContain('## hypergrid (dimension 2, side 16, reward easy), 640 trajectories');
    expect((await flowtape(['compare', 'runs', '--into', 'new/page.md'])).code).toBe(0);
    expect(readFileSync('new/page.md', 'utf8')).toBe(made);
  });

  test('names each comparison apart', () => {
    const named = (...told: [title: string, iterations: number, batch: number][]) =>
      namedApart(
        told.map(([title, iterations, batch]) => ({ problem: 'p', title, iterations, batch, methods: [] })),
      ).map(({ name }) => name);
    expect(named(['p (a 1)', 10, 16], ['p (a 1)', 20, 16])).toEqual(['p-160', 'p-320']);
    expect(named(['p (a 1)', 10, 16], ['p (a 1)', 20, 8], ['p (a 2)', 20, 8])).toEqual([
      'p-a-1-10x16',
      'p-a-1-20x8',
      'p-a-2-20x8',
    ]);
    expect(named(['p (a, 1)', 10, 16], ['p (a: 1)', 10, 16])).toEqual(['p-a-1-10x16', 'p-a-1-10x16-2']);
  });

  test('reads saved settings without those that have no effect, which older files have', async () => {
    const settings = Object.entries({
      ...{ problem: 'qm9-atoms', '--max-atoms': '9', '--inverse-temperature': 'drawn', '--beta': '16' },
      ...{ '--objective': 'tb', '--backward-policy': 'uniform', '--tlm-epochs': '4' },
      ...{ '--replay-kind': 'fifo', '--replay-exponent': '1', '--value-optimizer-kind': 'sgd' },
    });
    const run = { folder: 'qm9-atoms-tb-seed0', seed: 0, isFinished: true, curve: { step: [0], trajectories: [0] } };
    const saved = {
      ...{ name: 'qm9-atoms-640', problem: 'qm9-atoms', iterations: 40, batch: 16 },
      title: 'qm9-atoms (max-atoms 9, inverse-temperature drawn, beta 16), rewarded by mine',
      methods: [{ method: 'tb', settings, runs: [run] }],
    };
    writeFileSync('older.json', JSON.stringify({ comparisons: [saved] }));
    const [{ title, methods }] = await readComparisons('older.json');
    expect(title).toBe('qm9-atoms (max-atoms 9, inverse-temperature drawn), rewarded by mine');
    const idle = ['--beta', '--tlm-epochs', '--replay-exponent', '--value-optimizer-kind'];
    expect(methods[0].settings).toEqual(settings.filter(([flag]) => !idle.includes(flag)));
  });

  test('saves over no runs that are not among its inputs', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    await flowtape(['compare', 'runs', '--save', 'kept.json']);
    const kept = readFileSync('kept.json', 'utf8');
    makeRun('later', { objective: 'gae' });
    makeRun('later', { objective: 'tb', seed: 1 });
    const refused = await flowtape(['compare', 'later', '--save', 'kept.json']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      'kept.json has runs, or figures of them, that would be lost, tb with seed 0 on hypergrid (dimension 2, side 16, reward easy), 640 trajectories and 1 more: name it among the inputs',
    );
    expect(readFileSync('kept.json', 'utf8')).toBe(kept);
    expect((await flowtape(['compare', 'later', 'runs', '--save', 'kept.json'])).code).toBe(0);
  });

  test.each([
    ['that got farther', { values: [0.9, 0.5] }],
    ['that was finished', { summary: { status: 'stopped' } }],
    ['with more figures', { variances: undefined }],
  ] as const)('saves over no run %s', async (_, lesser) => {
    makeRun('runs', { objective: 'gae', variances: [4, 3, 2, 1] });
    await flowtape(['compare', 'runs', '--save', 'kept.json']);
    makeRun('copy', { objective: 'gae', variances: [4, 3, 2, 1], ...lesser });
    const { code, stderr } = await flowtape(['compare', 'copy', '--save', 'kept.json']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/that would be lost, gae with seed 0/),
    });
    const kept = readFileSync('kept.json', 'utf8');
    expect((await flowtape(['compare', 'kept.json', 'copy', '--save', 'kept.json'])).code).toBe(0);
    expect(readFileSync('kept.json', 'utf8')).toBe(kept);
  });

  test('draws runs with titles of any length, each with a name of its own', async () => {
    for (const score of ['a', 'b']) {
      const path = makeRun(score, {});
      writeFileSync(join(path, 'reward.json'), JSON.stringify({ command: `./${'long/'.repeat(60)}${score}` }));
    }
    expect((await flowtape(['compare', 'a', 'b', '--out', 'drawn'])).code).toBe(0);
    expect(readdirSync('drawn').filter((name) => name.endsWith('report.html'))).toHaveLength(2);
  });

  test('takes runs together that differ in what they report', async () => {
    makeRun('runs', {});
    makeRun('runs', { seed: 1, given: [['gradient-norm', 'true']] });
    expect((await gatherRuns(['runs'])).comparisons[0].methods[0].runs).toHaveLength(2);
  });

  test('adds runs to those of a saved file', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRun('runs', { objective: 'db', seed: 0, values: [0.9, 0.5] });
    expect((await flowtape(['compare', 'runs', '--save', 'kept.json'])).code).toBe(0);
    makeRun('later', { seed: 3 });
    makeRun('later', { seed: 0, values: [0.9] });
    makeRun('later', { objective: 'db', seed: 0 });
    makeRun('later', { objective: 'gae', seed: 7 });
    const { code, stderr } = await flowtape(['compare', 'kept.json', 'later', '--save', 'kept.json']);
    expect(code).toBe(0);
    expect(stderr.match(/^left out: .*$/gm)).toEqual([
      `left out: ${join('later', 'hypergrid-tb-seed0')}, hypergrid-db-seed0. Another run of that seed got farther.`,
    ]);
    const [{ methods }, ...others] = await readComparisons('kept.json');
    expect(others).toEqual([]);
    expect(
      methods.map(({ method, runs }) => [method, runs.map(({ seed, curve }) => `${seed}: ${curve.length}`)]),
    ).toEqual([
      ['gae', ['7: 5']],
      ['tb', ['0: 5', '1: 5', '2: 5', '3: 5']],
      ['db', ['0: 5']],
    ]);
    // Made again on a machine of its own, a run tells its seconds too.
    const secondsOf = async () => (await readComparisons('kept.json'))[0].methods[0].runs[0];
    makeRun('measured', { objective: 'gae', seed: 7, variances: [4, 3, 2, 1] });
    expect((await flowtape(['compare', 'kept.json', 'measured', '--save', 'kept.json'])).code).toBe(0);
    const variance = { 'gradientVariance/totalReturn': 4 };
    expect(await secondsOf()).toMatchObject({
      seed: 7,
      isShared: true,
      curve: Array.from({ length: 5 }, () => variance),
    });
    const alone = { host: 'mine', ended: '2026-01-01T00:01:00Z' };
    makeRun('alone', { objective: 'gae', seed: 7, summary: alone });
    expect((await flowtape(['compare', 'kept.json', 'alone', '--save', 'kept.json'])).code).toBe(0);
    expect(await secondsOf()).toMatchObject({
      seed: 7,
      isShared: false,
      curve: Array.from({ length: 5 }, () => variance),
    });
    // Other figures are of another version, and nothing of theirs is kept.
    const changed = { objective: 'gae', seed: 7, figures: { euboGap: 1, elboGap: -3 } };
    makeRun('changed', changed);
    expect((await flowtape(['compare', 'kept.json', 'changed', '--save', 'kept.json'])).code).toBe(0);
    expect((await secondsOf()).curve.some((point) => 'euboGap' in point)).toBe(false);
    // Runs of before `--gradient-norm` lack it.
    const older = readFileSync('kept.json', 'utf8').replaceAll('["--gradient-norm","false"],', '');
    expect(older).not.toContain('gradient-norm');
    writeFileSync('older.json', older);
    expect((await flowtape(['compare', 'older.json', 'later', '--save', 'older.json'])).code).toBe(0);
    makeRun('other', { seed: 4, given: [['learning-rate', '0.5']] });
    const refused = await flowtape(['compare', 'kept.json', 'other', '--save', 'kept.json']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('The runs of tb have two settings, --learning-rate 0.001 and 0.5:');
    makeRun('other', { seed: 4, given: [['reward', 'hard']] });
    const twice = await flowtape(['compare', 'kept.json', 'other', '--save', 'kept.json']);
    expect(twice.code).toBe(0);
    expect((await readComparisons('kept.json')).map(({ name, methods: each }) => [name, each.length])).toEqual([
      ['hypergrid-dimension-2-side-16-reward-easy-40x16', 3],
      ['hypergrid-dimension-2-side-16-reward-hard-40x16', 1],
    ]);
  });

  test('keeps in a file what runs began with, and takes no others for seeds of the same method', async () => {
    const began = (parent: string, seed: number, begunWith?: object) => {
      const path = makeRun(parent, { objective: 'rtb', seed });
      if (begunWith !== undefined) writeFileSync(join(path, 'begun-with.json'), JSON.stringify(begunWith));
    };
    began('first', 0, { prior: '13a2', data: '77' });
    expect((await flowtape(['compare', 'first', '--save', 'first.json'])).code).toBe(0);
    const [{ methods }] = await readComparisons('first.json');
    expect(methods[0].begunWith).toEqual({ prior: '13a2', data: '77' });

    began('same', 1, { prior: '13a2', data: '77' });
    const joined = await flowtape(['compare', 'first.json', 'same', '--save', 'both.json']);
    expect({ code: joined.code, stderr: joined.stderr }).toEqual({ code: 0, stderr: '' });
    expect((await readComparisons('both.json')).map((each) => each.methods.map(({ runs }) => runs.length))).toEqual([
      [2],
    ]);

    const told = async (begunWith: object | undefined) => {
      rmSync('other', { recursive: true, force: true });
      began('other', 1, begunWith);
      const { code, stderr } = await flowtape(['compare', 'first.json', 'other', '--save', 'refused.json']);
      return code === 2 ? stderr : code;
    };
    const refused = (difference: string) => expect.stringContaining(`rtb have different settings (${difference}):`);
    expect(await told({ prior: 'uniform', data: '77' })).toEqual(refused('prior uniform, not 13a2'));
    expect(await told({ prior: '13a2', offline: 'e5', data: '77' })).toEqual(refused('offline e5, not absent'));
    expect(await told({ data: '77' })).toEqual(refused('prior absent, not 13a2'));
    // Own data is part of the target: such runs are drawn apart.
    expect(await told({ prior: 'uniform', data: '78' })).toBe(0);
    expect(await readComparisons('refused.json')).toHaveLength(2);
  });

  test.each([
    ['a folder that is not there', ['none'], /Cannot read none: there is no such file or folder/],
    ['a folder without runs', ['empty'], /There is no run in empty to compare/],
    [
      'a problem without runs',
      ['runs', '--problem', 'tfbind8'],
      /There is no run of tfbind8 in runs to compare\. There are runs of hypergrid\./,
    ],
    ['a page that is a folder', ['runs', '--into', 'empty'], /Cannot read the page empty: that is a folder/],
    ['another file', ['page.md'], /page\.md is not a file of "flowtape compare --save"/],
    [
      'a page without places',
      ['runs', '--into', 'page.md'],
      /Cannot fill page\.md\. The page has no place for the figures of leaders/,
    ],
    ['an axis for what is not drawn', ['runs', '--against', 'seconds', '--save', 'y'], /--against is for pictures/],
    ['a file without a name', ['runs', '--save', ''], /--save needs the name of a file/],
    ['another axis', ['runs', '--against', 'time'], /--against must be one of trajectories, seconds/],
    ['a folder for what is not drawn', ['runs', '--out', 'x', '--save', 'y'], /--out is the folder for pictures/],
    [
      'one method with two settings',
      ['mixed'],
      /are of one method, tb, but with different settings \(learningRate 0.5,/,
    ],
    ['one method with two priors', ['held'], /different settings \(prior uniform, not absent\)/],
  ])('refuses %s', async (_, words, reason) => {
    mkdirSync('empty');
    writeFileSync('page.md', '# Page\n');
    makeRun('runs', {});
    makeRun('mixed', {});
    makeRun('mixed', { seed: 1, given: [['learning-rate', '0.5']] });
    makeRun('held', {});
    writeFileSync(join(makeRun('held', { seed: 1 }), 'begun-with.json'), '{"prior":"uniform"}');
    const { code, stderr } = await flowtape(['compare', ...words]);
    expect(stderr).toMatch(reason);
    expect(code).toBe(2);
  });
});
