import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import {
  difference,
  killableRuns,
  killableTrial,
  randomNumbers,
  rewardWords,
  sweepKilled,
  trainKilled,
  trainWhole,
} from '../../scripts/check/kill.mjs';

// The program as it is built, in processes of their own. scripts/check/kill.mjs does the same for hundreds of kills.
const parent = mkdtempSync(join(tmpdir(), 'flowtape-killed-'));
afterAll(() => rmSync(parent, { recursive: true }));

describe('a run that is killed at random moments, and resumed until it ends, leaves what it would have left:', () => {
  test.concurrent.each(Object.entries(killableRuns))('%s', async (name, words) => {
    const [whole, killed] = ['whole', 'killed'].map((kind) => join(parent, `${kind}-${name.length}`));
    await trainWhole(words, whole);
    // The moments differ from machine to machine all the same: what is tested holds for all of them.
    const random = randomNumbers(name.length);
    const extra = (attempt: number) => ['--threads', String(1 + (attempt % 2))];
    const { kills } = await trainKilled(words, killed, {
      ...{ kills: name === 'ent-ppo' ? 2 : 1, random, longest: 500, extra },
    });
    // Two processes at once may be struck together.
    expect(kills).toBeLessThanOrEqual(3);
    expect(difference(whole, killed)).toBeUndefined();
  });

  test.concurrent('a trial of a sweep whose reward program is killed as well', async () => {
    const whole = join(parent, 'whole-trial');
    await trainWhole([...killableTrial, ...rewardWords(false)], whole);
    const { kills, path } = await sweepKilled(killableTrial, join(parent, 'trial'), {
      ...{ kills: 1, random: randomNumbers(17), longest: 500, extra: () => ['--threads', '1'] },
    });
    expect(kills).toBeLessThanOrEqual(2);
    expect(difference(whole, path)).toBeUndefined();
  });
});

// As docs/sweeps.md has it. Windows has no xargs.
if (process.platform !== 'win32') {
  test.concurrent('trials of a sweep by xargs, one of them by two processes at once, are each made once', async () => {
    const folder = join(parent, "xargs's");
    const cli = `${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/cli.js'))}`;
    const file = join(parent, 'two trials.json');
    const options = { side: 3, steps: 2, batch: 2, device: 'cpu', evaluateEvery: 1 };
    writeFileSync(file, JSON.stringify({ problem: 'hypergrid', methods: 'tb', seeds: 2, options }));
    const listed = `${cli} sweep ${JSON.stringify(file)} --list --threads 1 --out ${JSON.stringify(folder)}`;
    const line = `${listed} | sed -e 1p | tr '\\n' '\\0' | xargs -0 -n 1 -P 3 sh -c; echo $?`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line]);
    const trials = ['hypergrid-tb-seed0', 'hypergrid-tb-seed1'];
    expect(readdirSync(folder).sort()).toEqual(trials);
    for (const trial of trials) expect(existsSync(join(folder, trial, 'summary.json'))).toBe(true);
    // The process that came second left the trial alone, or came when it was finished.
    const wasLate = stderr.includes('seed0: left alone. ');
    expect(wasLate || stdout.includes('seed0: finished before')).toBe(true);
    expect(stdout).toMatch(wasLate ? /\n123\n$/ : /\n0\n$/);
  });
}
