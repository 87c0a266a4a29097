import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { difference, killableRuns, randomNumbers, trainKilled, trainWhole } from '../../scripts/check/kill.mjs';

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
    const { kills } = await trainKilled(words, killed, { kills: 2, random, longest: 500, extra });
    // Two processes at once may be struck together.
    expect(kills).toBeLessThanOrEqual(3);
    expect(difference(whole, killed)).toBeUndefined();
  });
});
