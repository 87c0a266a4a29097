import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { rewarderOf, rewardProblem } from '../../src/cli/reward-command.ts';
import { holdsAnswers } from '../../src/cli/reward-record.ts';
import { quoted } from '../../src/cli/text.ts';
import type { Device } from '../../src/device/index.ts';
import { commandReward, httpReward, type OutsideReward, openNodeCpuDevice } from '../../src/node/index.ts';
import { patience } from '../setup/patience.ts';
import { flowtape } from './command-line.ts';

const program = resolve('test/cli/reward-program.mjs');
const quote = (text: string) => JSON.stringify(text);
const command = (how: string, count?: string) =>
  [process.execPath, program, how, ...(count === undefined ? [] : [count])].map(quote).join(' ');

/** Strings of one to three letters, each one number of a row. */
const environment = {
  name: 'letters',
  options: {},
  stateSize: 3,
  text: (row: Int32Array) =>
    [...row]
      .filter((letter) => letter > 0)
      .map((letter) => ' abc'[letter])
      .join(''),
};
const objects = Int32Array.of(1, 0, 0, 2, 2, 0, 3, 3, 3, 2, 2, 0);

let folder: string;
let device: Device;
beforeAll(async () => {
  device = await openNodeCpuDevice({ threads: 1 });
  folder = mkdtempSync(join(tmpdir(), 'flowtape-reward-'));
});
afterAll(() => {
  device.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const open: OutsideReward[] = [];
afterEach(() => {
  for (const reward of open.splice(0)) reward.close();
});

async function rate(reward: OutsideReward) {
  open.push(reward);
  return (await reward.prepare(device))(objects);
}

describe('a reward of a command', () => {
  test('is its score to a power, or its log-reward, whatever the order of its answers', async () => {
    const scored = await rate(commandReward(environment, { command: command('reversed'), exponent: 2 }));
    expect(Array.from(scored.scores ?? [])).toEqual([1, 2, 3, 2]);
    // log of 1, 2 and 3, twice; both are the library's own logarithm, within a rounding of the engine's.
    for (const [i, length] of [1, 2, 3, 2].entries()) {
      expect(Math.abs(scored.logRewards[i] - 2 * Math.log(length))).toBeLessThanOrEqual(1e-15);
    }
    const told = await rate(commandReward(environment, { command: command('log'), processes: 2, atOnce: 1 }));
    expect(told).toEqual({ logRewards: Float64Array.of(-1, -2, -3, -2) });
  });

  test('is asked for once per object, also from one run to the next, and again after a truncated answer', async () => {
    const [count, memory] = [join(folder, 'count'), join(folder, 'deep', 'answers.jsonl')];
    const ask = () => rate(commandReward(environment, { command: command('well', count), memory }));
    const first = await ask();
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nccc\n');
    expect(readFileSync(memory, 'utf8').split('\n')[1]).toBe('{"object":"bb","score":2}');
    appendFileSync(memory, '{"object":"cc');
    expect(await ask()).toEqual(first);
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nccc\n');
  });

  test('shares its file of answers with other processes at work', async () => {
    const [count, memory] = [join(folder, 'shared'), join(folder, 'shared.jsonl')];
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        const reward = commandReward(environment, { command: command('well', count), memory });
        open.push(reward);
        return reward.prepare(device);
      }),
    );
    await other(objects.subarray(0, 3));
    // A third was ended while it wrote.
    appendFileSync(memory, '{"object":"bb","sc');
    await one(objects.subarray(0, 6));
    const { scores } = await other(objects);
    expect(Array.from(scores ?? [])).toEqual([1, 2, 3, 2]);
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nccc\n');
    expect(readFileSync(memory, 'utf8').split('\n')).toHaveLength(5);
  });

  test('is requested again by another process if its program ended in between', async () => {
    const count = join(folder, 'stumbles');
    const reasons: string[] = [];
    const onRetry = (reason: string) => reasons.push(reason);
    const { scores } = await rate(commandReward(environment, { command: command('stumbles', count), onRetry }));
    expect(Array.from(scores ?? [])).toEqual([1, 2, 3, 2]);
    expect(reasons).toEqual(['it ended with exit code 1']);
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nbb\nccc\n');
  });

  test.each([
    ['dies', /fails for "a": it ended with exit code 3, saying: out of luck\./],
    ['silent', /fails for "a": it gave no answer for 0\.2 seconds\. One that answers may keep its lines back/],
    ['nan', /it answered \{"id": 0, "score": NaN\} for "a": neither NaN nor Infinity is a reward/],
    ['text', /for "a": an answer has a number "score" or "logReward"/],
    ['chatty', /"Loading the model\.\.\.", which is not a line of JSON\. .* goes to standard error/],
    ['stranger', /whose id is not of any object in the current request/],
    ['twice', /it answered twice for "a"/],
    ['endless', /it writes on one line without end, more than 1000000 characters/],
    ['latin', /another encoding than UTF-8/],
    ['says', /it says of "a": no such molecule/],
    ['negative', /gives "a" the score -1: scores are finite and at least 0/],
    ['infinite', /gives "a" the log-reward -1e\+39, which is not finite in float32/],
    ['zero', /The reward of "a" by .* is 0, which has no logarithm\. Say what log R is at least/],
  ])('whose program is %s is refused, with the object named', async (how, reason) => {
    const timeout = how === 'silent' ? 0.2 : 60;
    const count = how === 'silent' ? join(folder, how) : undefined;
    await expect(
      rate(commandReward(environment, { name: 'mine', command: command(how, count), timeout })),
    ).rejects.toThrow(reason);
  });

  test('whose program hangs is ended, even one that does not heed SIGTERM', async () => {
    const beat = join(folder, 'silent.beat');
    const written = () => (existsSync(beat) ? readFileSync(beat).length : 0);
    const hasStopped = async () => {
      const before = written();
      await sleep(50);
      expect(written()).toBe(before);
    };
    await vi.waitFor(hasStopped, { timeout: patience });
  });

  test('refuses answers that nobody asked for', async () => {
    await expect(rate(commandReward(environment, { command: command('twice'), atOnce: 1 }))).rejects.toThrow(
      /had answered all that it was asked|not of any object in the current request/,
    );
  });

  test('of 0 becomes the floor if one is given', async () => {
    const { logRewards } = await rate(commandReward(environment, { command: command('zero'), floor: -50 }));
    expect([...(logRewards as Float64Array)]).toEqual([-50, 0, 0, 0]);
  });

  test('refuses invalid bounds', () => {
    expect(() => commandReward(environment, { command: ' ' })).toThrow('needs a command');
    expect(() => commandReward(environment, { command: 'x', processes: 0 })).toThrow('processes of the reward x');
    expect(() => commandReward(environment, { command: 'x', floor: 1 })).toThrow('The floor of x');
    expect(() => commandReward(environment, { command: 'x', exponent: 0 })).toThrow('The exponent of x');
    expect(() => httpReward(environment, { url: 'here' })).toThrow('needs an address');
  });
});

test('from a service is requested once more after a failure, and must cover every object', async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      asked++;
      const texts: string[] = JSON.parse(body).objects;
      if (asked === 1) response.writeHead(503).end();
      else
        response.end(
          JSON.stringify({ scores: texts.map((text) => text.length).slice(0, request.url === '/few' ? 1 : 9) }),
        );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const reasons: string[] = [];
    const { scores } = await rate(httpReward(environment, { url, onRetry: (reason) => reasons.push(reason) }));
    expect(Array.from(scores ?? [])).toEqual([1, 2, 3, 2]);
    expect(asked).toBe(2);
    expect(reasons).toEqual(['it answers 503 Service Unavailable']);
    await expect(rate(httpReward(environment, { url: `${url}/few` }))).rejects.toThrow(
      /fails for "a" and 2 more: it was asked for 3 objects/,
    );
  } finally {
    server.close();
  }
});

test('runs of a sweep are rewarded by one program, each object once, and only gone on with or looked at with it named', async () => {
  const home = process.cwd();
  const count = join(folder, 'sweep-count');
  process.chdir(folder);
  try {
    const small = ['--side', '3', '--steps', '2', '--batch', '4', '--evaluation-trajectories', '4', '--device', 'cpu'];
    // It dies once in the middle, is started anew, and goes on.
    const stumbling = command('stumbles', count);
    const reward = ['--reward-command', stumbling, '--score-exponent', '2'];
    const words = ['train', 'hypergrid', ...small, '--threads', '1', '--seeds', '2', '--out', 'seeds'];
    const trained = await flowtape([...words, ...reward]);
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(trained.stdout).toContain('The reward program was restarted: it ended with exit code 1.\n');
    const restarts = [0, 1].map((seed) => readFileSync(`seeds/hypergrid-ent-ppo-seed${seed}/summary.json`, 'utf8'));
    expect(restarts.map((text) => JSON.parse(text).rewardRestarts)).toEqual([1, 0]);
    const run = 'seeds/hypergrid-ent-ppo-seed0';
    expect(JSON.parse(readFileSync(`${run}/reward.json`, 'utf8'))).toMatchObject({
      command: stumbling,
      exponent: 2,
    });
    const report = readFileSync(`${run}/report.html`, 'utf8').replaceAll(/&#(\d+);/g, (_, code) =>
      String.fromCharCode(Number(code)),
    );
    const again = `--config ${run}/config.json --reward-command ${quoted(stumbling)} --score-exponent 2</code>`;
    expect(report).toContain(again);
    const asked = readFileSync(count, 'utf8').trimEnd().split('\n');
    // That which it died of was asked for again.
    expect(new Set(asked).size).toBe(asked.length - 1);
    const answers = readFileSync('seeds/answers.jsonl', 'utf8').trimEnd().split('\n');
    expect(answers).toHaveLength(asked.length - 1);
    expect(JSON.parse(answers[0])).toEqual({ object: expect.stringMatching(/^\(\d, \d/), score: expect.any(Number) });
    for (const [given, reason] of [
      [
        [...words],
        /seeds\S*seed0 is in the way of .* It holds a run that is rewarded by .*stumbles.*, not by its problem/,
      ],
      [
        [...words, ...reward.slice(0, 2)],
        /rewarded by .*stumbles.* with exponent 2, not by .*stumbles[^ ]* \S*\. Move it away/,
      ],
      [['train', '--resume', run, '--steps', '3'], /only started where you name it: add --reward-command/],
      [[...words, '--reward-floor', '-5'], /--reward-floor goes with --reward-command/],
      [[...words, '--reward-command', 'x', '--reward-floor', '5'], /--reward-floor takes a number below 0/],
      [[...words, '--reward-command', ' '], /needs a program to start/],
    ] as const) {
      const { code, stderr } = await flowtape(given);
      expect(stderr).toMatch(reason);
      expect(code).toBe(2);
    }
    // What is remembered is not asked for.
    const drawn = await flowtape([
      'sample',
      '--run',
      run,
      '-n',
      '2',
      '--json',
      ...reward,
      '--reward-memory',
      'seeds/answers.jsonl',
    ]);
    expect(drawn).toMatchObject({ code: 0, stderr: '' });
    const [{ score, logReward }] = drawn.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Math.abs(logReward - 2 * Math.log(score))).toBeLessThanOrEqual(1e-6);
    writeFileSync('sweep.json', '{"problem":"hypergrid"}');
    const listed = ['--list', '--reward-command', 'python3 score.py', '--reward-memory', 'known.jsonl'];
    const { stdout } = await flowtape(['sweep', 'sweep.json', ...listed]);
    if (process.platform !== 'win32') {
      expect(stdout).toContain(`--reward-command 'python3 score.py' --reward-memory ${resolve('known.jsonl')}`);
    }
  } finally {
    process.chdir(home);
  }
});

test('a resumed run keeps its exponent and its file of answers, and tells and records another program', async () => {
  const home = process.cwd();
  vi.stubEnv('FLOWTAPE_PNG', 'off');
  process.chdir(folder);
  try {
    const count = join(folder, 'resumed-count');
    const [first, other] = [command('well', count), command('log')];
    const small = ['--side', '3', '--steps', '2', '--batch', '4', '--evaluation-trajectories', '4', '--device', 'cpu'];
    const reward = ['--reward-command', first];
    const memory = ['--reward-memory', 'shared.jsonl', '--score-exponent', '2'];
    const trained = await flowtape(['train', 'hypergrid', ...small, '--out', 'kept', ...reward, ...memory]);
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync('kept/answers.jsonl')).toBe(false);
    const record = () => JSON.parse(readFileSync('kept/reward.json', 'utf8'));
    expect(record()).toEqual({ command: first, exponent: 2, memory: resolve('shared.jsonl') });

    for (const words of [
      ['train', '--resume', 'kept', '--steps', '3'],
      ['sample', '--run', 'kept'],
      ['eval', '--run', 'kept'],
    ]) {
      const refused = await flowtape([...words, ...reward, '--score-exponent', '4']);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(
        'The run in kept has --score-exponent 2, not 4, and keeps it: leave --score-exponent',
      );
      const floor = await flowtape([...words, ...reward, '--reward-floor', '-9']);
      expect(floor.stderr).toContain('The run in kept has no --reward-floor, not -9, and keeps it');
    }
    // Nothing is asked twice, though the command line no longer says where the answers are.
    const resumed = await flowtape(['train', '--resume', 'kept', '--steps', '4', ...reward]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    const asked = readFileSync(count, 'utf8').trimEnd().split('\n');
    expect(new Set(asked).size).toBe(asked.length);
    expect(existsSync('kept/answers.jsonl')).toBe(false);

    const told = /^flowtape: until now .*well.* rewarded the objects of the run in kept, and now .*log.* does\./;
    const again = ['--reward-command', other];
    const drawn = await flowtape(['sample', '--run', 'kept', '-n', '1', ...again]);
    expect(drawn.stderr).toMatch(told);
    expect(record().command).toBe(first);
    rmSync('shared.jsonl');
    const gone = await flowtape(['train', '--resume', 'kept', '--steps', '5', ...again]);
    expect(gone.code).toBe(0);
    expect(gone.stderr).toMatch(/shared\.jsonl, where the run in kept remembered its answers, is gone or holds none/);
    expect(gone.stderr).toMatch(/until now .*well.* and now .*log.* does/);
    expect(record()).toEqual({ command: other, earlier: [first], exponent: 2 });
    expect(await rewarderOf('kept')).toBe(`${quoted(first)} and then ${quoted(other)} with exponent 2`);
    const once = await flowtape(['sample', '--run', 'kept', '-n', '1', ...again]);
    expect(once).toMatchObject({ code: 0, stderr: '' });

    for (const [text, reason] of [
      ['', 'it is not JSON, as if it had been cut'],
      ['{}', 'it names no command'],
    ]) {
      writeFileSync('kept/reward.json', text);
      for (const given of [[], again]) {
        const damaged = await flowtape(['train', '--resume', 'kept', '--steps', '6', ...given]);
        expect(damaged).toMatchObject({ code: 2, stdout: '' });
        expect(damaged.stderr).toMatch(`reward.json, which says what rewards the run: ${reason}. Put back a copy`);
      }
      await expect(rewarderOf('kept')).rejects.toThrow(reason);
      expect(await rewardProblem('kept', undefined)).toContain(reason);
    }
  } finally {
    process.chdir(home);
    vi.unstubAllEnvs();
  }
});

test('a file that a record names is added to only if it holds answers already', async () => {
  const [file, empty, answers] = ['notes.txt', 'empty', 'some.jsonl'].map((name) => join(folder, name));
  writeFileSync(file, 'Buy milk.\n{"shopping":["milk"]}\n');
  writeFileSync(empty, '');
  writeFileSync(answers, '{"obj\n{"object":"a","score":1}\n');
  const held = [file, empty, answers, folder, join(folder, 'nowhere')].map((path) => holdsAnswers(path));
  expect(await Promise.all(held)).toEqual([false, false, true, false, false]);
});
