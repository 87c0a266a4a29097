import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claims } from '../../src/cli/compare/claims.ts';
import { filledPage } from '../../src/cli/compare/draw.ts';
import { gatherRuns } from '../../src/cli/compare/runs.ts';
import { encodeComparisons, readComparisons, rounded } from '../../src/cli/compare/saved.ts';
import { mainMeasure, momentsOf, standingAt } from '../../src/cli/compare/standing.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { flowtape } from './command-line.ts';

// Pixels are tested in test/plot, and of the built program in test/package.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));

const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-compare-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

interface Made {
  readonly method?: string;
  readonly objective?: string;
  readonly seed?: number;
  readonly values?: readonly number[];
  readonly seconds?: readonly number[];
  readonly steps?: number;
  readonly summary?: object;
  readonly given?: readonly (readonly [string, string])[];
  /** Variances of the gradient at every evaluation, total return first. */
  readonly variances?: readonly [number, number, number, number] | undefined;
  /** Other figures of every evaluation. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** A folder as a run leaves it: evaluated every 10 of 40 iterations of 16 trajectories. */
function makeRun(parent: string, { objective = 'tb', method = objective, seed = 0, ...made }: Made): string {
  const { values = [0.9, 0.5, 0.3, 0.2, 0.1], steps = 40, given = [], seconds = [] } = made;
  const settings = new Map([
    ['steps', String(steps)],
    ['batch', '16'],
    ['evaluate-every', '10'],
    ['seed', String(seed)],
    ...given,
  ]);
  const config = makeRunConfig({ problem: 'hypergrid', objective, given: settings });
  const path = join(parent, `hypergrid-${method}-seed${seed}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  const names = ['totalReturn', 'rewardToGo', 'valueBaseline', 'generalizedAdvantage'];
  const variances = made.variances?.map((value, i) => [`gradientVariance/${names[i]}`, value]) ?? [];
  const rows = values.map((totalVariation, i) => ({
    ...Object.fromEntries(variances),
    ...{ step: 10 * i, trajectories: 160 * i, seconds: seconds[i] ?? i + 1 / 3, trajectoriesPerSecond: 1 },
    ...{ totalVariation, elboGap: -2 * totalVariation, ...made.figures },
  }));
  writeFileSync(join(path, 'metrics.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const summary = {
    status: 'finished',
    device: { kind: 'cpu', description: 'one thread' },
    seconds: 4,
    ...made.summary,
  };
  if (made.summary !== null) writeFileSync(join(path, 'summary.json'), JSON.stringify(summary));
  return path;
}

/** Three seeds, a little apart. */
function makeRuns(parent: string, objective: string, values: readonly number[]): void {
  for (const seed of [0, 1, 2]) {
    makeRun(parent, { objective, seed, values: values.map((value) => value * (1 + seed / 100)) });
  }
}

/** A page with the places that are filled. */
const page = [
  '# Page',
  '<!-- figures: leaders -->',
  '<!-- end of figures -->',
  '<!-- figures: claims -->',
  '<!-- end of figures -->',
  'prose',
  '<!-- figures: comparisons -->',
  '<!-- end of figures -->',
].join('\n');

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
    expect(stderr).toMatch(/^left out: sweep\/hypergrid-tb-seed3\. the configuration lacks .*seed.*\.\n$/);
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
    expect(leftOut).toEqual([{ folder: 'hypergrid-tb-seed0', reason: 'Another run of tb has the same seed.' }]);
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
    expect(await told()).toContain('to themselves: tb 0 of 5, db 1 of 1.');
    expect(await told()).toMatch(/^\| tb \|.* \| – \|\n\| db \|.* \| 4 s \|$/m);
    rmSync('apart/hypergrid-db-seed0', { recursive: true });
    expect(await told()).toMatch(/^These runs shared their machine with other programs, or were suspended/m);
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
    const alone = async (otherCores: number) => {
      makeRun('runs', { summary: { host: 'here', ended: '2026-01-01T00:01:00Z', otherCores } });
      return !(await gatherRuns(['runs'])).comparisons[0].methods[0].runs[0].isShared;
    };
    expect([await alone(0.02), await alone(0.5)]).toEqual([true, false]);
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

  test.each([
    ['shown', [9, 3, 2, 1]],
    ['contradicted', [9, 3, 1, 2]],
  ] as const)('judges variances of the gradient, moment by moment: %s', async (verdict, [first, ...others]) => {
    for (const seed of [0, 1, 2]) makeRun('runs', { objective: 'gae', seed, variances: [first + seed, ...others] });
    const { comparisons } = await gatherRuns(['runs']);
    const judgement = claims[0].judge(comparisons[0]);
    expect(judgement?.verdicts).toEqual({ early: verdict, end: verdict });
    expect(judgement?.figure).toMatch(/^10, 3, \d, \d at 160 of gae \(3 seeds\); .*at 640 of gae \(3 seeds\)$/);
    expect(filledPage(page, comparisons)).toContain('| gae | 640 | 10 (9–11) | 3 (3–3) |');
  });

  test('says which share of the paper’s budget runs had, on the paper’s target alone', async () => {
    const given = [
      ['dimension', '4'],
      ['side', '20'],
      ['steps', '3125'],
    ] as const;
    makeRun('paper', { given });
    makeRun('more', { given: [...given, ['batch', '8']] });
    makeRun('own', {});
    const told = async (folder: string) => {
      return filledPage(page, (await gatherRuns([folder])).comparisons).match(/Budget: .*/)?.[0];
    };
    expect(await told('paper')).toBe('Budget: 10 % of the paper’s iterations.');
    expect(await told('more')).toBe(
      'Budget: 10 % of the paper’s iterations, 8 trajectories an iteration instead of 16, so 5 % of its trajectories.',
    );
    expect(await told('own')).toBeUndefined();
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
      'left out: hypergrid-tb-seed0. Another run of tb has the same seed.',
      'left out: hypergrid-db-seed0. Another run of db has the same seed.',
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
    expect(twice.stderr).toMatch(/hypergrid-640 names two targets here, hypergrid \(.*easy\) and hypergrid \(.*hard\)/);
  });

  test('marks the best method and those beside it, and shows who is ahead of whom', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    makeRun('runs', { objective: 'db' });
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toMatch(
      /^\| gae \| 0, 1, 2 \| \*\*0\.404 \(0\.4–0\.408\)\*\* \| \*\*0\.101 \(0\.1–0\.102\)\*\* \|/m,
    );
    expect(filled).toMatch(/^\| tb \| 0, 1, 2 \| 0\.505 \(0\.5–0\.51\) \| ≈ 0\.101 \(0\.1–0\.102\) \|/m);
    expect(filled).toMatch(/^\| db \| 0 \| 0\.5 \| 0\.1 \|/m);
    expect(filled).toContain('| total variation | 160: **gae** 0.404 ? db | 640: **gae** 0.101 ≈ tb ? db |');
    expect(filled).toContain('at 160, 640 trajectories: + ahead, − behind, · undecided, ? too few seeds.');
    expect(filled).toContain(['| gae |  | +· | ?? |', '| tb | −· |  | ?? |', '| db | ?? | ?? |  |'].join('\n'));
  });

  test('shows who leads after equally many seconds, of runs that tell theirs', async () => {
    const minutes = (seed: number) => ({ host: `host ${seed}`, ended: '2026-01-01T00:01:00Z' });
    for (const seed of [0, 1, 2]) {
      makeRun('runs', { seed, summary: minutes(seed), values: [0.9, 0.5, 0.3, 0.2, 0.1] });
      // Better after as many trajectories, which take four times as long.
      const [seconds, values] = [
        [1 / 3, 4, 8, 12, 16],
        [0.9, 0.4, 0.2, 0.1, 0.05],
      ];
      makeRun('runs', { objective: 'gae', seed, summary: minutes(seed + 3), seconds, values });
    }
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    const row = filled.split('\n').find((line) => line.includes(', 640 trajectories | total variation |'));
    // tb is done after four and a third seconds; gae has been evaluated once by then.
    expect(row).toMatch(/\| 0 s: – \| 1 s: – \| 4 s: \*\*tb\*\* 0\.1 \|$/);
  });

  test.each([
    ['a folder that is not there', ['none'], /Cannot read none: there is no such file or folder/],
    ['a folder without runs', ['empty'], /There is no run in empty to compare/],
    [
      'a problem without runs',
      ['runs', '--problem', 'tfbind8'],
      /There is no run of tfbind8 in runs to compare\. There are runs of hypergrid\./,
    ],
    [
      'a page that is not there',
      ['runs', '--into', 'other.md'],
      /Cannot read the page other\.md: .*Three of its lines/,
    ],
    ['another file', ['page.md'], /page\.md is not a file of "flowtape compare --save"/],
    ['a page without places', ['runs', '--into', 'page.md'], /page\.md lacks a place .*figures: claims/],
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

const bold = (verdict: string) => (verdict === 'not shown' ? verdict : `**${verdict}**`);

describe('the order of two methods', () => {
  async function comparisonOf(first: readonly number[], second: readonly number[]) {
    makeRuns('runs', 'gae', first);
    makeRuns('runs', 'tb', second);
    const [comparison] = (await gatherRuns(['runs'])).comparisons;
    const { methods } = comparison;
    const [gae, tb] = ['gae', 'tb'].map((name) => methods.find(({ method }) => method === name));
    const measure = mainMeasure(comparison);
    if (gae === undefined || tb === undefined || measure === undefined) throw new Error('a method is missing');
    return { comparison, gae, tb, measure };
  }

  test('is said where the interval of the difference excludes 0, at moments of the run', async () => {
    const { comparison, gae, tb, measure } = await comparisonOf([0.9, 0.2, 0.2, 0.1, 0.1], [0.9, 0.5, 0.3, 0.1, 0.05]);
    expect(measure.field).toBe('totalVariation');
    // Of 640 trajectories a 64th, a 16th, a quarter, all, at the nearest evaluation.
    expect(momentsOf(comparison)).toEqual([160, 640]);
    expect(standingAt(measure, [gae, tb], 160)).toMatchObject({ order: 'ahead', seeds: [3, 3] });
    expect(standingAt(measure, [tb, gae], 160)).toMatchObject({ order: 'behind' });
    expect(standingAt(measure, [gae, tb], 480)).toMatchObject({ order: 'undecided' });
    expect(standingAt(measure, [gae, tb], 640)).toMatchObject({ order: 'behind' });
    expect(standingAt(measure, [gae, { ...tb, runs: tb.runs.slice(1) }], 160)?.order).toBe('too few seeds');
    expect(standingAt(measure, [gae, tb], 641)).toBeUndefined();
  });

  test.each([
    ['shown', 'shown', [0.9, 0.2, 0.1, 0.1, 0.1], [0.9, 0.5, 0.5, 0.5, 0.5]],
    ['contradicted', 'contradicted', [0.9, 0.5, 0.5, 0.5, 0.5], [0.9, 0.2, 0.1, 0.1, 0.1]],
    ['shown', 'contradicted', [0.9, 0.2, 0.2, 0.2, 0.2], [0.9, 0.5, 0.1, 0.1, 0.1]],
    ['not shown', 'shown', [0.9, 0.2, 0.2, 0.2, 0.1], [0.9, 0.2, 0.2, 0.2, 0.2]],
  ] as const)('makes a claim %s early and %s at the end', async (early, end, first, second) => {
    for (const objective of ['db', 'subtb']) makeRuns('runs', objective, second);
    const { comparison } = await comparisonOf(first, second);
    const claim = claims.find(({ text }) => text.startsWith('the policy gradient with GAE'));
    const judged = claim?.judge(comparison);
    expect(judged?.verdicts).toEqual({ early, end });
    const cell = early === end ? `**${end}** (640 ` : `${bold(early)} early, ${bold(end)} at the end (640 `;
    expect(filledPage(page, [comparison])).toContain(cell);
    expect(judged?.figure).toMatch(
      /^total variation at 160, 640 trajectories: gae \(3 seeds\) 0\.\d+, 0\.\d+; against tb \(3 seeds\) 0\.\d+, 0\.\d+: /,
    );
    expect(claims.find(({ text }) => text.startsWith('Ent-PPO is ahead'))?.judge(comparison)).toBeUndefined();
  });

  test('does not show a claim about methods of which some were not run', async () => {
    const { comparison } = await comparisonOf([0.9, 0.2, 0.1, 0.1, 0.1], [0.9, 0.5, 0.5, 0.5, 0.5]);
    const judged = claims.find(({ text }) => text.startsWith('the policy gradient with GAE'))?.judge(comparison);
    expect(judged?.verdicts).toEqual({ early: 'not shown', end: 'not shown' });
    expect(judged?.figure).toMatch(/: ahead; no runs of db, subtb$/);
  });
});
