import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder } from '../../src/cli/data/cache.ts';
import { type DataSettings, dataCommand } from '../../src/cli/data/command.ts';
import { openProblem } from '../../src/cli/data/folder.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { problems } from '../../src/problems/catalogue.ts';
import { dataPacks, findPackWithFiles } from '../../src/problems/data-packs.ts';
import { problemDefinitions } from '../../src/problems/listed.ts';
import { TFBIND8_TABLE_FILE } from '../../src/problems/tfbind8/options.ts';
import { fakeTerminal, flowtape, testContext } from '../cli/command-line.ts';
import { serve, stalled } from './server.ts';
import { describeFile, digits, letters, smallPack } from './small-pack.ts';

let base: string;
let cache: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'flowtape-data-'));
  cache = join(base, 'cache');
  writeFileSync(join(base, 'letters.txt'), letters);
  writeFileSync(join(base, 'digits.txt'), digits);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true });
});

/** Runs `flowtape data` with packs that are small: its exit code, and what it wrote. */
async function data(words: readonly string[], settings: DataSettings = {}, terminal = fakeTerminal()) {
  const context = testContext({ terminal });
  const packs = [smallPack(), smallPack({ name: 'other' })];
  await dataCommand(context, { packs, cache, ...settings }).parseAsync([...words], { from: 'user' });
  // What was written last is read in the next turn.
  await new Promise((turn) => setImmediate(turn));
  expect(terminal.listeners()).toBe(0);
  return { code: context.exitCode, ...terminal.written() };
}

describe('flowtape data fetch', () => {
  test('says where from and to, the licence and what to cite', async () => {
    expect(await data(['fetch', 'small', '--from', base])).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `took letters.txt (10 kB) from ${join(base, 'letters.txt')}`,
        `took digits.txt (2 kB) from ${join(base, 'digits.txt')}`,
        `size and SHA-256 are right; small is in ${join(cache, 'data', 'small')} (22 kB)`,
        'small is letters and digits',
        'licence: CC0-1.0, made for tests',
        'cite: A. Author, Letters and Digits, 2020',
        'cite: B. Author, More Letters, 2021',
        '',
      ].join('\n'),
    });
  });

  test('does nothing where the pack is here, and repairs it where it is damaged', async () => {
    await data(['fetch', 'small', '--from', base]);
    expect((await data(['fetch', 'small'])).stdout).toMatch(/^small is in .* already, and its SHA-256 is right\n/);
    appendFileSync(join(cache, 'data', 'small', 'joined.bin'), 'x');
    expect((await data(['fetch', 'small', '--from', base])).stdout).toMatch(/^took letters\.txt/);
    expect((await data(['verify', 'small'])).code).toBe(0);
  });

  test('refuses a name that no pack has, with the nearest one', async () => {
    const attempt = data(['fetch', 'smal']);
    await expect(attempt).rejects.toThrow('There is no data pack "smal". Did you mean small? Known are: small, other.');
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
  });

  test('ends on Ctrl-C with exit code 130 and leaves nothing', async () => {
    const server = await serve({ '/letters.txt': stalled(letters, 10) });
    const terminal = fakeTerminal();
    const running = data(['fetch', 'small', '--from', server.address], {}, terminal);
    await expect.poll(() => server.requests.length).toBe(1);
    terminal.interrupt(2);
    expect(await running).toEqual({ code: 130, stdout: '', stderr: 'Stopped. Nothing was stored.\n' });
    expect(readdirSync(base).sort()).toEqual(['digits.txt', 'letters.txt']);
    await server.close();
  });

  test('shows a bar on a terminal, and removes it', async () => {
    const terminal = fakeTerminal();
    Object.assign(terminal.stderr, { isTTY: true, columns: 80, cursorTo() {}, clearLine() {}, moveCursor() {} });
    const { stderr } = await data(['fetch', 'small', '--from', base], {}, terminal);
    expect(stderr).toMatch(/┄ 0 % {2}letters\.txt/);
    // Hidden at the start, shown at the end.
    expect(stderr.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stderr.lastIndexOf('\u001b[?25l'));
  });
});

describe('flowtape data list', () => {
  test('shows the packs that are here', async () => {
    await data(['fetch', 'small', '--from', base]);
    expect((await data(['list'])).stdout.split('\n')).toEqual([
      'name   state        size   licence  what',
      'small  here         22 kB  CC0-1.0  letters and digits',
      'other  not fetched  22 kB  CC0-1.0  letters and digits',
      '',
    ]);
    rmSync(join(cache, 'data', 'small', 'joined.bin'));
    expect((await data(['list'])).stdout).toMatch(/small +incomplete +22 kB/);
  });

  test('answers in JSON on request', async () => {
    const [first] = JSON.parse((await data(['list', '--json'])).stdout);
    expect(first).toEqual({
      name: 'small',
      summary: 'letters and digits',
      state: 'not fetched',
      bytes: 22_000,
      download: 12_000,
      licence: 'CC0-1.0',
      rights: 'made for tests',
      citations: ['A. Author, Letters and Digits, 2020', 'B. Author, More Letters, 2021'],
      folder: join(cache, 'data', 'small'),
    });
  });
});

describe('flowtape data verify', () => {
  test('checks what is here', async () => {
    expect(await data(['verify'])).toMatchObject({
      code: 1,
      stdout: `nothing was fetched into ${join(cache, 'data')}, so there is nothing to verify\n`,
    });
    await data(['fetch', 'small', '--from', base]);
    expect(await data(['verify'])).toMatchObject({
      code: 0,
      stdout: 'small: capitals.bin is right\nsmall: joined.bin is right\n',
    });
  });

  test('fails on a changed bit, a missing file and a pack that is not here', async () => {
    await data(['fetch', 'small', '--from', base]);
    const folder = join(cache, 'data', 'small');
    writeFileSync(join(folder, 'capitals.bin'), letters);
    rmSync(join(folder, 'joined.bin'));
    const { code, stdout } = await data(['verify']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/small: capitals\.bin has the SHA-256 .* and should have/);
    expect(stdout).toMatch(/small: joined\.bin cannot be read: there is no such file/);
    expect(stdout).toMatch(/repair it with: flowtape data fetch small\n$/);
    expect((await data(['verify', 'other'])).code).toBe(1);
  });
});

describe('flowtape data path', () => {
  test('prints the folder of all packs, or of one', async () => {
    expect((await data(['path'])).stdout).toBe(`${join(cache, 'data')}\n`);
    expect((await data(['path', 'other'])).stdout).toBe(`${join(cache, 'data', 'other')}\n`);
  });

  test('is where the system keeps caches, or where FLOWTAPE_CACHE says', () => {
    const xdg = join(base, 'xdg');
    expect(cacheFolder({ XDG_CACHE_HOME: xdg, FLOWTAPE_CACHE: 'mine' }, 'linux')).toBe(resolve('mine'));
    expect(cacheFolder({ XDG_CACHE_HOME: xdg, LOCALAPPDATA: base }, 'linux')).toBe(join(xdg, 'flowtape'));
    expect(cacheFolder({ XDG_CACHE_HOME: xdg, LOCALAPPDATA: base }, 'win32')).toBe(join(base, 'flowtape'));
    for (const ignored of ['', 'not/absolute']) {
      expect(cacheFolder({ XDG_CACHE_HOME: ignored }, 'darwin')).toBe(join(homedir(), '.cache', 'flowtape'));
    }
    expect(cacheFolder({}, 'win32')).toBe(join(homedir(), 'AppData', 'Local', 'flowtape'));
  });
});

describe('flowtape data', () => {
  beforeEach(() => vi.stubEnv('FLOWTAPE_CACHE', cache));

  test('knows the packs of the environments', async () => {
    const { code, stdout } = await flowtape(['data', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tfbind8 +not fetched +262 kB +Apache-2\.0/m);
    expect(stdout).toMatch(/^qm9-string +not fetched +644 kB +MIT/m);
    expect((await flowtape(['data', 'path'])).stdout).toBe(`${join(cache, 'data')}\n`);
  });

  test.each<[string[], RegExp]>([
    [[], /^flowtape: data needs a command\. See: flowtape data --help\n$/],
    [['fech'], /^flowtape: unknown command 'fech' \(Did you mean fetch\?\) See: flowtape data --help\n$/],
    [['fetch'], /missing required argument 'name'/],
    [['fetch', 'tfbind'], /There is no data pack "tfbind"\. Did you mean tfbind8\?/],
    [['fetch', 'tfbind8', '--from', 'http://a.example'], /--from takes a folder or an address/],
  ])('refuses %j', async (words, reason) => {
    const { code, stderr } = await flowtape(['data', ...words]);
    expect(stderr).toMatch(reason);
    expect(code).toBe(2);
  });

  test('fails with exit code 1 on another file, and stores nothing', async () => {
    writeFileSync(join(base, 'SIX6_REF_R1_8mers.txt'), 'x');
    const { code, stderr } = await flowtape(['data', 'fetch', 'tfbind8', '--from', base]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Cannot use .*SIX6_REF_R1_8mers\.txt: it has 1 bytes and should have 1421903\. Nothing was/);
    expect(readdirSync(base)).not.toContain('cache');
  });

  test.each([['data'], ['data fetch'], ['data list'], ['data verify'], ['data path']])('%s has help', async (words) => {
    const { code, stdout, stderr } = await flowtape([...words.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(`Usage: flowtape ${words}`);
  });
});

describe('the packs', () => {
  test('have what every problem with data reads, in its size', async () => {
    const packs = await dataPacks();
    const folders = problemDefinitions.flatMap(({ options }) =>
      Object.values(options).filter(({ kind }) => kind === 'files'),
    );
    for (const option of folders) {
      const files = option.kind === 'files' ? option.files : [];
      expect(findPackWithFiles(packs, files), files.join()).toBeDefined();
    }
    expect(folders.length).toBeGreaterThan(0);
  });

  test('take every original over https, from a commit first, so that it cannot change', async () => {
    const packs = await dataPacks();
    for (const { originals, files, citations } of packs) {
      expect(citations).not.toEqual([]);
      for (const { addresses } of originals) {
        expect(addresses[0]).toMatch(/^https:\/\/[^/]+\/[\w-]+\/[\w-]+\/[\da-f]{40}\//);
        for (const address of addresses) expect(new URL(address).protocol).toBe('https:');
      }
      for (const { sha256 } of [...originals, ...files]) expect(sha256).toMatch(/^[\da-f]{64}$/);
    }
    expect(new Set(packs.map(({ name }) => name)).size).toBe(packs.length);
    // A pack has its problem's name.
    expect(packs.map(({ name }) => name)).toEqual(
      problems.filter(({ needs }) => needs?.includes('data')).map(({ name }) => name),
    );
  });
});

describe('an environment whose data was fetched', () => {
  const table = Buffer.alloc(65_536 * 4);
  for (let i = 0; i < 65_536; i++) table.writeFloatLE(i / 65_535, 4 * i);
  const packs = [{ ...smallPack({ name: 'scores' }), files: [describeFile(TFBIND8_TABLE_FILE, table)] }];
  const config = { problem: 'tfbind8', problemOptions: {} };

  test('is set up without --data, and says so', async () => {
    const folder = join(cache, 'data', 'scores');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, TFBIND8_TABLE_FILE), table);
    const terminal = fakeTerminal();
    const { problem } = await openProblem(config, { packs, cache, terminal });
    expect(problem.environment.name).toBe('tfbind8');
    expect(terminal.written()).toEqual({ stdout: '', stderr: `data: scores, from ${folder}\n` });
  });

  test('is refused where the data was changed or cut, and is told how to repair it', async () => {
    const folder = join(cache, 'data', 'scores');
    mkdirSync(folder, { recursive: true });
    // Still a table of scores in [0, 1], but not the published ones.
    writeFileSync(join(folder, TFBIND8_TABLE_FILE), Buffer.from(table).fill(0, 0, 400));
    const changed = Buffer.from(table);
    changed.writeFloatLE(0.5, 0);
    writeFileSync(join(folder, TFBIND8_TABLE_FILE), changed);
    const attempt = () => openProblem(config, { packs, cache });
    await expect(attempt()).rejects.toThrow(/SHA-256 .* Fetch it again with "flowtape data fetch scores"\./);
    writeFileSync(join(folder, TFBIND8_TABLE_FILE), table.subarray(0, 1000));
    await expect(attempt()).rejects.toThrow(/is incomplete\. Fetch it again with "flowtape data fetch scores"\./);
    await expect(attempt()).rejects.toBeInstanceOf(UsageError);
  });

  test('takes the folder of --data before the fetched one', async () => {
    const attempt = openProblem({ ...config, data: base }, { packs, cache });
    await expect(attempt).rejects.toThrow(`Cannot read ${TFBIND8_TABLE_FILE} in the data folder ${base}`);
  });

  test('says how to fetch it where it was not', async () => {
    vi.stubEnv('FLOWTAPE_CACHE', cache);
    const { code, stderr } = await flowtape(['train', 'tfbind8', '--out', join(base, 'run')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /fetch it once with "flowtape data fetch tfbind8", or give the folder that holds it with --d/,
    );
  });
});
