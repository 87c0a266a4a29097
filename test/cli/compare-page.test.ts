import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claims } from '../../src/cli/compare/claims.ts';
import { timedPart } from '../../src/cli/compare/comparison.ts';
import { filledPage } from '../../src/cli/compare/draw.ts';
import { gatherRuns } from '../../src/cli/compare/gather.ts';
import { encodeComparisons, readComparisons } from '../../src/cli/compare/saved.ts';
import { mainMeasure, momentsOf, standingAt } from '../../src/cli/compare/standing.ts';
import { flowtape } from './command-line.ts';
import { makeRun, makeRuns, page } from './compared-runs.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('compare');

describe('a page of comparisons', () => {
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
      return filledPage(page, (await gatherRuns([folder])).comparisons).match(/Budget: .*?\.(?= |$)/m)?.[0];
    };
    expect(await told('paper')).toBe('Budget: 10 % of the paper’s iterations.');
    expect(await told('more')).toBe(
      'Budget: 10 % of the paper’s iterations, 8 trajectories an iteration instead of 16, so 5 % of its trajectories.',
    );
    expect(await told('own')).toBeUndefined();
    // A longer run tells no share beside a verdict.
    for (const seed of [0, 1, 2]) {
      const longer = [...given.slice(0, 2), ['steps', '62500']] as const;
      makeRun('longer', { objective: 'ent-ppo', seed, given: longer });
      makeRun('longer', { objective: 'gae', seed, given: longer });
    }
    expect(filledPage(page, (await gatherRuns(['longer'])).comparisons)).toMatch(/\(1,000,000: [?·]+†?\)/);
  });

  test('orders variances by the seeds that have them all', async () => {
    for (const seed of [0, 1, 2, 3]) {
      // Seeds differ by a factor, which the ratios of a seed do not have.
      const size = 10 ** seed;
      makeRun('runs', { objective: 'gae', seed, variances: [8 * size, 4 * size, 2 * size, size] });
    }
    const path = join('runs', 'hypergrid-gae-seed0', 'metrics.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"gradientVariance/totalReturn":8,', ''));
    const judgement = claims[0].judge((await gatherRuns(['runs'])).comparisons[0]);
    expect(judgement?.verdicts).toEqual({ early: 'shown', end: 'shown' });
    expect(judgement?.figure).toMatch(/of gae \(3 seeds\)$/);
  });

  test('tells the best of no methods with too few seeds', async () => {
    makeRun('runs', {});
    makeRun('runs', { objective: 'gae' });
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toContain('| 160: – | 640: – |');
    expect(filled).not.toContain('In bold');
  });

  test('explains the methods that it names, and those alone', async () => {
    makeRuns('runs', 'gae-subeb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRun('runs', { method: 'ent-ppo-k8-lambda0.9', objective: 'ent-ppo' });
    makeRun('runs', { method: 'ent-ppo-lambda0', objective: 'ent-ppo' });
    const told = async () => filledPage(page, (await gatherRuns(['runs'])).comparisons).match(/^- `.*?`/gm);
    expect(await told()).toEqual(['- `ent-ppo`', '- `gae-subeb`', '- `-kK`', '- `-lambdaX`']);
    makeRun('runs', { method: 'mine', objective: 'tb' });
    expect(await told()).toHaveLength(4);
  });

  test('explains figures as far as its runs have them', async () => {
    const isTold = async (folder: string) => {
      const filled = filledPage(page, (await gatherRuns([folder])).comparisons);
      return ['If objects can be enumerated', 'methods are ranked by the ELBO'].map((words) => filled.includes(words));
    };
    makeRun('exact', {});
    makeRun('sampled', { figures: { elbo: 1 } });
    expect(await isTold('exact')).toEqual([true, false]);
    expect(await isTold('sampled')).toEqual([true, true]);
  });

  test('marks the best method and those beside it, and shows who is ahead of whom', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    makeRun('runs', { objective: 'db' });
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toMatch(
      /^\| gae \| 0, 1, 2 \| \*\*0\.404 \(0\.4–0\.408\)\*\* \| \*\*0\.101 \(0\.1–0\.102\)\*\* \|/m,
    );
    expect(filled).toMatch(/^\| tb \| 0, 1, 2 \| 0\.505 \(0\.5–0\.51\) \| · 0\.101 \(0\.1–0\.102\) \|/m);
    expect(filled).toMatch(/^\| db \| 0 \| 0\.5 \| 0\.1 \|/m);
    expect(filled).toContain(
      '| total variation | 160: **gae** 0.404; too few seeds: db 0.5 | 640: **gae** 0.101; undecided: tb 0.101; too few seeds: db 0.1 |',
    );
    expect(filled).toContain(
      '- *hypergrid (dimension 2, side 16, reward easy)*: after 160 trajectories `gae` is ahead of all but `db`; ' +
        'after 640 trajectories `gae` has the best mean, and is ahead of none.',
    );
    expect(filled).toContain('at 160, 640 trajectories: + ahead, − behind, · undecided, ? too few seeds.');
    expect(filled).toContain(['| gae |  | +· | ?? |', '| tb | −· |  | ?? |', '| db | ?? | ?? |  |'].join('\n'));
  });

  test('tells in words which objective is ahead of which, in the longest runs', async () => {
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.2]);
    const told = async () => filledPage(page, (await gatherRuns(['runs'])).comparisons).match(/^- \*hypergrid.*$/gm);
    const title = '- *hypergrid (dimension 2, side 16, reward easy)*: after';
    expect(await told()).toEqual([
      `${title} 160 trajectories \`gae\` is ahead of \`tb\`; after 640 trajectories \`gae\` is ahead of \`tb\`.`,
    ]);
    makeRuns('runs', 'db', [0.9, 0.6, 0.3, 0.2, 0.1]);
    makeRun('runs', { objective: 'subtb' });
    makeRun('runs', { objective: 'vargrad', steps: 20, values: [0.9, 0.1, 0.1] });
    expect(await told()).toEqual([
      `${title} 160 trajectories \`gae\` is ahead of all but \`subtb\`; after 640 trajectories \`gae\` has the best mean, and is ahead of \`tb\` alone.`,
    ]);
  });

  test('compares the times of runs on one kind of device', async () => {
    const alone = (seed: number, description: string) => ({
      ...{ host: `host ${seed}`, ended: '2026-01-01T00:01:00Z', device: { kind: 'webgpu', description } },
    });
    for (const seed of [0, 1, 2]) {
      makeRun('runs', { seed, summary: alone(seed, 'slow') });
      makeRun('runs', { objective: 'gae', seed, summary: alone(seed + 3, seed === 0 ? 'fast' : 'slow') });
      makeRun('runs', { objective: 'db', seed, summary: alone(seed + 6, 'fast') });
    }
    const [comparison] = (await gatherRuns(['runs'])).comparisons;
    expect(timedPart(comparison).methods.map(({ method, runs }) => [method, runs.map(({ seed }) => seed)])).toEqual([
      ['gae', [1, 2]],
      ['tb', [0, 1, 2]],
    ]);
  });

  test('compares the times of runs on one processor, and tells which', async () => {
    const alone = (seed: number, processor: string) => ({
      summary: { host: `host ${seed}`, ended: '2026-01-01T00:01:00Z', processor },
    });
    for (const seed of [0, 1, 2]) {
      makeRun('runs', { seed, ...alone(seed, 'Quick, 2 threads') });
      makeRun('runs', {
        objective: 'gae',
        seed,
        ...alone(seed + 3, seed === 0 ? 'Slow, 1 thread' : 'Quick, 2 threads'),
      });
    }
    const { comparisons: gathered } = await gatherRuns(['runs']);
    writeFileSync('saved.json', encodeComparisons(gathered));
    for (const comparisons of [gathered, await readComparisons('saved.json')]) {
      expect(
        timedPart(comparisons[0]).methods.map(({ method, runs }) => [method, runs.map(({ seed }) => seed)]),
      ).toEqual([
        ['gae', [1, 2]],
        ['tb', [0, 1, 2]],
      ]);
      expect(filledPage(page, comparisons)).toContain(
        'Times are those of runs that had their machine to themselves, on Quick, 2 threads: gae 2 of 3, tb 3 of 3.',
      );
    }
    const { stderr } = await flowtape(['compare', 'runs', '--against', 'seconds', '--out', 'drawn']);
    expect(stderr).toContain('or had different ones, so that seconds are not to be compared');
  });

  test('compares the times of most methods, if not of most runs', async () => {
    const on = (processor: string, seed: number) => ({
      summary: { host: `${processor} ${seed}`, ended: '2026-01-01T00:01:00Z', processor },
    });
    for (const seed of [0, 1, 2, 3, 4]) makeRun('runs', { seed, ...on('Slow, 1 thread', seed) });
    for (const seed of [0, 1]) {
      makeRun('runs', { objective: 'gae', seed, ...on('Quick, 2 threads', seed) });
      makeRun('runs', { objective: 'db', seed, ...on('Quick, 2 threads', seed + 2) });
    }
    const [comparison] = (await gatherRuns(['runs'])).comparisons;
    expect(timedPart(comparison).methods.map(({ method }) => method)).toEqual(['gae', 'db']);
    expect(filledPage(page, [comparison])).toContain(
      'on Quick, 2 threads: gae 2 of 2, db 2 of 2; those of the others do not compare with these.',
    );
  });

  test('compares where most runs were evaluated, and counts as last figures those of finished runs', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    const path = makeRun('runs', {
      seed: 3,
      values: [0.9, 0.5],
      figures: { euboGap: 7 },
      summary: { status: 'stopped' },
    });
    const [, last] = readFileSync(join(path, 'metrics.jsonl'), 'utf8').trim().split('\n');
    // Ctrl-C makes one evaluation more, here near a sixteenth of the run.
    const stopped = last.replace('"step":10,"trajectories":160', '"step":3,"trajectories":48');
    writeFileSync(join(path, 'metrics.jsonl'), `${stopped}\n${last}\n`);
    const { comparisons } = await gatherRuns(['runs']);
    expect(momentsOf(comparisons[0])).toEqual([160, 640]);
    expect(filledPage(page, comparisons)).toMatch(/Not finished: tb with seed 3 \(10 iterations\)/);
    // Nor does a single run that got farther than the others make the last moment.
    const farther = makeRun('early', { values: [0.9, 0.5], summary: { status: 'stopped' } });
    makeRun('early', { seed: 1, values: [0.9, 0.5], summary: { status: 'stopped' } });
    writeFileSync(
      join(farther, 'metrics.jsonl'),
      `${last}\n${last.replace('"step":10,"trajectories":160', '"step":11,"trajectories":176')}\n`,
    );
    expect(momentsOf((await gatherRuns(['early'])).comparisons[0])).toEqual([160]);
    expect(filledPage(page, comparisons)).not.toMatch(/EUBO.*last \|/);
  });

  test('tells which variants are ahead of the best objective, or better in their means', async () => {
    makeRuns('runs', 'tb', [0.9, 0.5, 0.3, 0.2, 0.1]);
    makeRuns('runs', 'gae', [0.9, 0.4, 0.2, 0.1, 0.1]);
    for (const seed of [0, 1, 2]) {
      makeRun('runs', { method: 'tb-k4', seed, given: [['updates', '4']], values: [0.9, 0.3, 0.2, 0.1, 0.1] });
    }
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toContain(
      '| 160: **gae** 0.404; variants ahead: tb-k4 0.3 | 640: **gae** 0.101; undecided: tb 0.101; variant undecided: tb-k4 0.1 |',
    );
  });

  test('tells the settings of a variant as what differs from its objective, if that is there', async () => {
    const variant = { method: 'tb-k4', given: [['updates', '4']] } as const;
    makeRun('runs', { objective: 'tb' });
    makeRun('runs', variant);
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toMatch(/^- tb: `--updates 1`$/m);
    expect(filled).toMatch(/^- tb-k4: as tb, with `--updates 4`$/m);

    makeRun('alone', variant);
    makeRun('alone', { objective: 'db' });
    const alone = filledPage(page, (await gatherRuns(['alone'])).comparisons);
    expect(alone).toMatch(/^- tb-k4: `--objective tb .*--updates 4/m);
  });

  test('tells of the files that runs began with where a reader puts their own', async () => {
    const linesOf = async (folder: string) => {
      const filled = filledPage(page, (await gatherRuns([folder])).comparisons);
      return [...filled.matchAll(/^(All: `flowtape train |- [\w-]+: `)(.*)`$/gm)].map(([, , words]) => words);
    };
    const began = (path: string, begunWith: object) =>
      writeFileSync(join(path, 'begun-with.json'), JSON.stringify(begunWith));
    began(makeRun('own', { problem: 'dag', given: [['data', 'd.csv']] }), { data: '77aa' });
    // A single method has its settings in the first line.
    expect(await linesOf('own')).toEqual([expect.stringMatching(/^dag --data FILE --score/)]);

    began(makeRun('same', { objective: 'rtb' }), { prior: '13a2', offline: 'e5' });
    began(makeRun('same', { objective: 'trust-pcl' }), { prior: '13a2' });
    expect(await linesOf('same')).toEqual([
      expect.stringMatching(/^hypergrid --prior DIR --dimension/),
      expect.stringMatching(/^--offline FILE --objective rtb/),
      expect.stringMatching(/^--objective trust-pcl/),
    ]);

    began(makeRun('other', { objective: 'rtb' }), { prior: 'uniform' });
    began(makeRun('other', { objective: 'trust-pcl' }), { prior: '13a2' });
    expect(await linesOf('other')).toEqual([
      expect.stringMatching(/^hypergrid --dimension/),
      expect.stringMatching(/^--prior uniform --objective rtb/),
      expect.stringMatching(/^--prior DIR --objective trust-pcl/),
    ]);
  });

  test('tells which settings of two methods differ', async () => {
    for (const seed of [0, 1, 2]) {
      makeRun('runs', { objective: 'ent-ppo', seed, given: [['lambda', '0.7']] });
      makeRun('runs', { objective: 'gae', seed, given: [['lambda', '0.95']], values: [0.9, 0.8, 0.7, 0.6, 0.5] });
    }
    const { comparisons } = await gatherRuns(['runs']);
    const judged = claims.find(({ text }) => text.startsWith('Ent-PPO is ahead of the policy'))?.judge(comparisons[0]);
    expect(judged?.figure).toMatch(/: ahead \(settings: .*lambda 0\.7 and 0\.95.*\)$/);
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
    const row = filled.split('\n').findLast((line) => line.includes(', 640 trajectories, 3 seeds | total variation |'));
    // tb is done after four and a third seconds; gae has been evaluated once by then.
    expect(row).toMatch(/\| 0\.27 s: – \| 1\.1 s: – \| 4\.3 s: \*\*tb\*\* 0\.1 \|$/);
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
    // The paper's grid is larger, so that the claim is not told of this one.
    const cell = early === end ? `**${end}**° (640: ` : `${bold(early)} early, ${bold(end)} at the end° (640: `;
    expect(filledPage(page, [comparison])).toContain(cell);
    expect(judged?.figure).toMatch(
      /^total variation at 160, 640 trajectories: gae \(3 seeds\) 0\.\d+, 0\.\d+; against tb \(3 seeds\) 0\.\d+, 0\.\d+: /,
    );
    expect(claims.find(({ text }) => text.startsWith('Ent-PPO is ahead'))?.judge(comparison)).toBeUndefined();
  });

  test('makes a claim mixed if it holds at some moments, and the opposite at others', async () => {
    const falling = (early: number, later: number) => Array.from({ length: 65 }, (_, i) => (i < 3 ? early : later));
    for (const [objective, values] of [
      ['ent-ppo', falling(0.2, 0.5)],
      ['gae', falling(0.5, 0.2)],
    ] as const) {
      for (const seed of [0, 1, 2]) {
        makeRun('runs', { objective, seed, steps: 640, values: values.map((value) => value * (1 + seed / 100)) });
      }
    }
    const [comparison] = (await gatherRuns(['runs'])).comparisons;
    const claim = claims.find(({ text }) => text.startsWith('Ent-PPO is ahead of the policy'));
    expect(claim?.judge(comparison)).toMatchObject({
      marks: '+−−−',
      verdicts: { early: 'mixed', end: 'contradicted' },
      isConfounded: true,
    });
    // Their critics learn at other rates, which is no part of the claim.
    expect(filledPage(page, [comparison])).toContain(
      '| **mixed** early, **contradicted** at the end° (10,240: +−−−†) |',
    );
  });

  test('tells the share of the paper’s budget beside a verdict, and marks no claim that is told of the target', async () => {
    const given = [
      ['dimension', '4'],
      ['side', '20'],
      ['steps', '3125'],
    ] as const;
    for (const method of ['ent-ppo', 'ent-ppo-k1']) {
      const updates = ['policy-updates', method === 'ent-ppo' ? '4' : '1'] as const;
      for (const seed of [0, 1, 2]) makeRun('runs', { objective: 'ent-ppo', method, seed, given: [...given, updates] });
    }
    const filled = filledPage(page, (await gatherRuns(['runs'])).comparisons);
    expect(filled).toMatch(
      /^\| several policy updates a batch are better than one \| notes \| not shown \(50,000, 10 %: [·?]+\) \|$/m,
    );
  });

  test('judges balance objectives with as many updates beside Ent-PPO that makes so many', async () => {
    const settings = { 'ent-ppo': 'policy-updates', 'tb-k4': 'updates' } as const;
    const judged = async (updates: string) => {
      for (const [method, setting] of Object.entries(settings)) {
        const objective = method === 'ent-ppo' ? method : 'tb';
        const given = [[setting, method === 'ent-ppo' ? updates : '4']] as const;
        for (const seed of [0, 1, 2]) makeRun(`runs${updates}`, { objective, method, seed, given });
      }
      const [comparison] = (await gatherRuns([`runs${updates}`])).comparisons;
      return claims.find(({ text }) => text.includes('make as many updates'))?.judge(comparison);
    };
    expect(await judged('4')).toMatchObject({ missing: ['db-k4', 'subtb-k4'] });
    expect(await judged('2')).toBeUndefined();
  });

  test('does not show a claim about methods of which some were not run', async () => {
    const { comparison } = await comparisonOf([0.9, 0.2, 0.1, 0.1, 0.1], [0.9, 0.5, 0.5, 0.5, 0.5]);
    const judged = claims.find(({ text }) => text.startsWith('the policy gradient with GAE'))?.judge(comparison);
    expect(judged?.verdicts).toEqual({ early: 'not shown', end: 'not shown' });
    expect(judged?.figure).toMatch(/: ahead; no runs of db, subtb$/);
    expect(filledPage(page, [comparison])).toContain('| not shown° (640: ++, no runs of db, subtb) |');
    // Runs that have just begun tell nothing either.
    for (const objective of ['db', 'subtb'])
      makeRun('runs', { objective, values: [0.9], summary: { status: 'stopped' } });
    const [begun] = (await gatherRuns(['runs'])).comparisons;
    const later = claims.find(({ text }) => text.startsWith('the policy gradient with GAE'))?.judge(begun);
    expect(later).toMatchObject({ verdicts: judged?.verdicts, missing: ['db', 'subtb'] });
  });
});
