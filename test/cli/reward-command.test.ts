import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { library } from '../../src/cli/library.ts';
import type { Device } from '../../src/device/index.ts';
import { commandReward, httpReward, type OutsideReward, openNodeCpuDevice } from '../../src/node/index.ts';
import { flowtape } from './fake-engine.ts';

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

  test('is asked for each object once, also from one run to the next, and again for an answer that was cut', async () => {
    const [count, memory] = [join(folder, 'count'), join(folder, 'deep', 'answers.jsonl')];
    const ask = () => rate(commandReward(environment, { command: command('well', count), memory }));
    const first = await ask();
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nccc\n');
    expect(readFileSync(memory, 'utf8').split('\n')[1]).toBe('{"object":"bb","score":2}');
    appendFileSync(memory, '{"object":"cc');
    expect(await ask()).toEqual(first);
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nccc\n');
  });

  test('of a program that ends in between is asked for again by another of it', async () => {
    const count = join(folder, 'stumbles');
    const { scores } = await rate(commandReward(environment, { command: command('stumbles', count) }));
    expect(Array.from(scores ?? [])).toEqual([1, 2, 3, 2]);
    expect(readFileSync(count, 'utf8')).toBe('a\nbb\nbb\nccc\n');
  });

  test.each([
    ['dies', /fails for a: it ended with exit code 3, saying: out of luck\./],
    ['silent', /fails for a: it gave no answer for 0\.2 seconds\./],
    ['nan', /"\{\\"id\\": 0, \\"score\\": NaN\}", which is no line of JSON \(NaN and Infinity are none\)/],
    ['text', /for a: an answer has a number "score" or "logReward"/],
    ['chatty', /"Loading the model\.\.\.", which is no line of JSON .* goes to standard error/],
    ['stranger', /whose id is of no object that it was asked for now/],
    ['twice', /it answered twice for a/],
    ['latin', /another encoding than UTF-8/],
    ['says', /it says of a: no such molecule/],
    ['negative', /gives a the score -1: scores are at least 0/],
    ['zero', /The reward of a by .* is 0, which has no logarithm\. Say what log R is at least/],
  ])('whose program is %s is refused, with the object named', async (how, reason) => {
    const timeout = how === 'silent' ? 0.2 : 60;
    await expect(rate(commandReward(environment, { name: 'mine', command: command(how), timeout }))).rejects.toThrow(
      reason,
    );
  });

  test('of 0 is a floor where one is told', async () => {
    const { logRewards } = await rate(commandReward(environment, { command: command('zero'), floor: -50 }));
    expect([...(logRewards as Float64Array)]).toEqual([-50, 0, 0, 0]);
  });

  test('refuses bounds that are none', () => {
    expect(() => commandReward(environment, { command: ' ' })).toThrow('needs a command');
    expect(() => commandReward(environment, { command: 'x', processes: 0 })).toThrow('processes of the reward x');
    expect(() => commandReward(environment, { command: 'x', floor: 1 })).toThrow('The floor of x');
    expect(() => commandReward(environment, { command: 'x', exponent: 0 })).toThrow('The exponent of x');
    expect(() => httpReward(environment, { url: 'here' })).toThrow('needs an address');
  });
});

test('a reward of a service is asked once more where it fails, and must answer for every object', async () => {
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
    const { scores } = await rate(httpReward(environment, { url }));
    expect(Array.from(scores ?? [])).toEqual([1, 2, 3, 2]);
    expect(asked).toBe(2);
    await expect(rate(httpReward(environment, { url: `${url}/few` }))).rejects.toThrow(
      /fails for a and 2 more: it was asked for 3 objects/,
    );
  } finally {
    server.close();
  }
});

test('flowtape train rewards by a program, and a run of it is only gone on with or looked at with that program named', async () => {
  const home = process.cwd();
  process.chdir(folder);
  try {
    const small = ['--side', '3', '--steps', '2', '--batch', '4', '--evaluation-trajectories', '4', '--device', 'cpu'];
    const reward = ['--reward-command', command('well'), '--reward-exponent', '2'];
    const words = ['train', 'hypergrid', ...small, '--threads', '1', '--out', 'run'];
    const made = await flowtape([...words, ...reward], library);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync('run/reward.json', 'utf8'))).toMatchObject({
      command: command('well'),
      exponent: 2,
    });
    const answers = readFileSync('run/answers.jsonl', 'utf8').trimEnd().split('\n');
    expect(JSON.parse(answers[0])).toEqual({ object: expect.stringMatching(/^\(\d, \d/), score: expect.any(Number) });
    const refused = await flowtape(['train', '--resume', 'run', '--steps', '3'], library);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('only started where you name it: add --reward-command');
    // What is remembered is not asked for: this program would fail for anything.
    const drawn = await flowtape(['sample', '--run', 'run', '-n', '2', '--json', ...reward], library);
    expect(drawn).toMatchObject({ code: 0, stderr: '' });
    const [{ score, logReward }] = drawn.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Math.abs(logReward - 2 * Math.log(score))).toBeLessThanOrEqual(1e-6);
    for (const [given, reason] of [
      [['--reward-floor', '-5'], /--reward-floor goes with --reward-command/],
      [['--reward-command', 'x', '--reward-floor', '5'], /--reward-floor takes a number below 0/],
      [['--reward-command', ' '], /needs a program to start/],
    ] as const) {
      expect((await flowtape([...words, ...given], library)).stderr).toMatch(reason);
    }
  } finally {
    process.chdir(home);
  }
});
