import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packState, verifyPack } from '../../src/cli/data/cache.ts';
import { isAllowedAddress } from '../../src/cli/data/download.ts';
import { type FetchOptions, fetchPack } from '../../src/cli/data/fetch.ts';
import { UsageError } from '../../src/cli/errors.ts';
import type { DataPack } from '../../src/data/pack.ts';
import {
  type Behaviour,
  cutAfter,
  endless,
  redirect,
  serve,
  shortened,
  stalled,
  status,
  type TestServer,
} from './server.ts';
import { digits, letters, smallPack } from './small-pack.ts';

let base: string;
let folder: string;
let server: TestServer | undefined;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'flowtape-data-'));
  folder = join(base, 'cache', 'data', 'small');
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(base, { recursive: true });
});

async function start(paths: Readonly<Record<string, Behaviour>>): Promise<DataPack> {
  server = await serve(paths);
  return smallPack({ at: server.address });
}

/** The names in a folder; none where there is no folder. */
function names(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

const fetchedFiles = ['capitals.bin', 'joined.bin'];
const good = { '/old/letters.txt': letters, '/digits.txt': digits };
const codedError = (code: string) => Object.assign(new Error(`${code}: as a system says it`), { code });

describe('a fetched pack', () => {
  test('has its files, made of the originals, and passes verification', async () => {
    const pack = await start(good);
    const places = await fetchPack(pack, folder);
    expect(places).toEqual([pack.originals[0].addresses[0], pack.originals[1].addresses[0]]);
    expect(names(folder)).toEqual(fetchedFiles);
    expect(readFileSync(join(folder, 'capitals.bin')).toString('latin1')).toMatch(/^ABC.*[A-Z]$/);
    expect(await packState(folder, pack)).toBe('here');
    expect((await verifyPack(folder, pack)).map(({ problem }) => problem)).toEqual([undefined, undefined]);
  });

  test('reports every byte that arrives', async () => {
    const seen: [string, number][] = [];
    const onProgress: FetchOptions['onProgress'] = ({ name }, _, received) => void seen.push([name, received]);
    await fetchPack(await start(good), folder, { onProgress });
    expect(seen[0]).toEqual(['letters.txt', 0]);
    expect(seen).toContainEqual(['letters.txt', letters.length]);
    expect(seen.at(-1)).toEqual(['digits.txt', digits.length]);
  });

  test('comes from the next address where the file is gone from the first', async () => {
    for (const code of [404, 410]) {
      const pack = await start({
        '/old/letters.txt': status(code),
        '/new/letters.txt': letters,
        '/digits.txt': digits,
      });
      const places = await fetchPack(pack, join(folder, String(code)));
      expect(places[0]).toBe(pack.originals[0].addresses[1]);
      await server?.close();
    }
  });

  test('comes through a few redirects', async () => {
    const hops = Object.fromEntries([1, 2, 3, 4].map((i) => [`/${i}`, redirect(`/${i + 1}`)]));
    await fetchPack(await start({ ...good, '/old/letters.txt': redirect('/1'), ...hops, '/5': letters }), folder);
    expect(names(folder)).toEqual(fetchedFiles);
  });

  test('is repaired by another fetch, and what a killed one left is removed', async () => {
    const pack = await start(good);
    await fetchPack(pack, folder);
    writeFileSync(join(folder, 'joined.bin'), 'damaged');
    const [old, recent] = ['joined.bin.1.unfinished', 'joined.bin.2.unfinished'].map((name) => join(folder, name));
    for (const path of [old, recent]) writeFileSync(path, 'half');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(old, twoHoursAgo, twoHoursAgo);
    expect(await packState(folder, pack)).toBe('incomplete');
    await fetchPack(pack, folder);
    expect(await packState(folder, pack)).toBe('here');
    expect(names(folder)).toEqual([...fetchedFiles, 'joined.bin.2.unfinished']);
  });

  test('is the same when several programs fetch it at once', async () => {
    const pack = await start(good);
    await Promise.all([1, 2, 3, 4].map(() => fetchPack(pack, folder)));
    expect(names(folder)).toEqual(fetchedFiles);
    expect((await verifyPack(folder, pack)).map(({ problem }) => problem)).toEqual([undefined, undefined]);
  });
});

describe('a server that misbehaves leaves no file, and its fault is named', () => {
  const damaged = letters.slice();
  damaged[5000] ^= 1;

  test.each<[string, Behaviour, RegExp]>([
    ['cuts the connection', cutAfter(letters, 6000), /letters\.txt: the connection was cut after 6000 of 10000 bytes/],
    [
      'cuts the connection at once',
      (_, response) => response.socket?.destroy(),
      /letters\.txt: the connection was cut/,
    ],
    ['sends less than the file', shortened(letters, 6000), /has 6000 bytes and should have 10000: it is cut off/],
    ['sends nothing', new Uint8Array(), /has 0 bytes and should have 10000/],
    ['sends one wrong bit', damaged, /has the SHA-256 [\da-f]{64} and should have [\da-f]{64}: it is damaged/],
    ['sends one byte more', Uint8Array.of(...letters, 10), /sends more than the 10000 bytes that the file has/],
    ['never ends', endless, /sends more than the 10000 bytes that the file has/],
    ['stops in the middle', stalled(letters, 6000), /the host sent nothing for 0\.3 s after 6000 of 10000 bytes/],
    ['never answers', () => undefined, /letters\.txt: the host sent nothing for 0\.3 s/],
    ['has an error', status(500), /the host answers 500 Internal Server Error/],
    ['refuses', status(403), /the host answers 403 Forbidden/],
    ['has not changed', status(304), /the host answers 304 Not Modified/],
    ['redirects in a circle', redirect('/old/letters.txt'), /the host redirects more than 5 times/],
    [
      'redirects to another machine without https',
      redirect('http://files.invalid/x'),
      /http:\/\/files\.invalid\/x, which/,
    ],
    ['redirects to a file', redirect('file:///etc/hostname'), /file:\/\/\/etc\/hostname, which is no https address/],
    ['redirects to nowhere', redirect('https://'), /redirects to https:\/\/, which is no https address/],
  ])('%s', async (_, behaviour, reason) => {
    const pack = await start({ ...good, '/old/letters.txt': behaviour });
    const attempt = fetchPack(pack, folder, { stallSeconds: 0.3 });
    await expect(attempt).rejects.toThrow(reason);
    await expect(attempt).rejects.toThrow(/Nothing was stored\..* --from DIR/);
    await expect(attempt).rejects.not.toBeInstanceOf(UsageError);
    expect(names(base)).toEqual([]);
  });

  test('has the first original and lacks the second', async () => {
    const pack = await start({ '/old/letters.txt': letters });
    await expect(fetchPack(pack, folder)).rejects.toThrow(/digits\.txt: the host answers 404 Not Found\. Nothing was/);
    expect(names(base)).toEqual([]);
  });

  test('has the file at none of its addresses, which are all named', async () => {
    const pack = await start({});
    const attempt = fetchPack(pack, folder);
    for (const address of pack.originals[0].addresses) {
      await expect(attempt).rejects.toThrow(`${address}: the host answers 404 Not Found`);
    }
  });

  test('is missing', async () => {
    const pack = await start(good);
    await server?.close();
    await expect(fetchPack(pack, folder)).rejects.toThrow(/letters\.txt: the host takes no connections\. Nothing was/);
  });

  test('sends no more requests once the user ends it', async () => {
    const pack = await start({ ...good, '/old/letters.txt': stalled(letters, 10) });
    const controller = new AbortController();
    const onProgress: FetchOptions['onProgress'] = (_, __, received) => {
      if (received > 0) controller.abort();
    };
    await expect(fetchPack(pack, folder, { signal: controller.signal, onProgress })).rejects.toThrow(/abort/);
    expect(server?.requests).toEqual(['/old/letters.txt']);
    expect(names(base)).toEqual([]);
  });
});

describe('a network that fails', () => {
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ['ENOTFOUND', 'the host cannot be found, or there is no network'],
    ['EAI_AGAIN', 'the host cannot be found, or there is no network'],
    ['ENETUNREACH', 'there is no network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'the host does not answer'],
    ['ECONNRESET', 'the connection was cut'],
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED: as a system says it'],
  ])('is explained by its meaning: %s', async (code, meaning) => {
    // As Node's fetch fails.
    const fail = async () => {
      throw new TypeError('fetch failed', { cause: codedError(code) });
    };
    vi.stubGlobal('fetch', fail);
    const pack = smallPack();
    await expect(fetchPack(pack, folder)).rejects.toThrow(
      `Cannot download ${pack.originals[0].addresses[0]}: ${meaning}. Nothing was stored. Without a network`,
    );
    expect(names(base)).toEqual([]);
  });
});

describe('an address', () => {
  test('must be https, or of this machine', () => {
    const allowed = ['https://a.example/x', 'http://localhost:80/', 'http://127.0.0.1/', 'http://[::1]:8000/x'];
    const refused = ['http://a.example', 'ftp://localhost', 'http://localhost.example', 'http://127.0.0.1.example'];
    for (const address of allowed) expect(isAllowedAddress(new URL(address)), address).toBe(true);
    for (const address of refused) expect(isAllowedAddress(new URL(address)), address).toBe(false);
  });

  test('of this machine cannot be the target of a redirect', () => {
    expect(isAllowedAddress(new URL('http://localhost/'), new URL('https://a.example'))).toBe(false);
    expect(isAllowedAddress(new URL('https://a.example'), new URL('http://localhost/'))).toBe(true);
  });
});

describe('--from', () => {
  test('takes a folder', async () => {
    writeFileSync(join(base, 'letters.txt'), letters);
    writeFileSync(join(base, 'digits.txt'), digits);
    const places = await fetchPack(smallPack(), folder, { from: base });
    expect(places).toEqual([join(base, 'letters.txt'), join(base, 'digits.txt')]);
    expect(names(folder)).toEqual(fetchedFiles);
  });

  test.each([[''], ['/']])('takes an address of a folder that ends with "%s"', async (end) => {
    await start({ '/mirror/letters.txt': letters, '/mirror/digits.txt': digits });
    await fetchPack(smallPack(), folder, { from: `${server?.address}/mirror${end}` });
    expect(names(folder)).toEqual(fetchedFiles);
  });

  test.each([['http://a.example/x'], ['ftp://localhost/x'], ['file:///tmp'], ['https://'], ['HTTP://A.EXAMPLE']])(
    'refuses the address %s',
    async (from) => {
      const attempt = fetchPack(smallPack(), folder, { from });
      await expect(attempt).rejects.toThrow(/--from takes a folder or an address that starts with https:/);
      await expect(attempt).rejects.toBeInstanceOf(UsageError);
    },
  );

  test('refuses a folder that is not there, and a file', async () => {
    const missing = fetchPack(smallPack(), folder, { from: join(base, 'none') });
    await expect(missing).rejects.toThrow(/Cannot read the folder .*none: there is no such file or folder/);
    writeFileSync(join(base, 'file'), '');
    const file = fetchPack(smallPack(), folder, { from: join(base, 'file') });
    await expect(file).rejects.toThrow(/--from takes a folder, and .*file is a file/);
    for (const attempt of [missing, file]) await expect(attempt).rejects.toBeInstanceOf(UsageError);
  });

  test.each<[string, () => void, RegExp]>([
    ['lacks an original', () => undefined, /Cannot use the folder .*: letters\.txt.* not there/],
    ['has a longer one', () => writeFileSync(join(base, 'letters.txt'), 'x'.repeat(10_001)), /it has 10001 bytes and/],
    ['has a shorter one', () => writeFileSync(join(base, 'letters.txt'), 'x'), /it has 1 bytes and should have 10000/],
    ['has another one', () => writeFileSync(join(base, 'letters.txt'), 'x'.repeat(10_000)), /it has the SHA-256/],
    ['has a folder of that name', () => mkdirSync(join(base, 'letters.txt')), /Cannot use .*letters\.txt: it has/],
  ])('refuses a folder that %s, and stores nothing', async (_, prepare, reason) => {
    prepare();
    const attempt = fetchPack(smallPack(), folder, { from: base });
    await expect(attempt).rejects.toThrow(reason);
    await expect(attempt).rejects.toThrow(/Nothing was stored/);
    expect(names(join(base, 'cache'))).toEqual([]);
  });
});

describe('a failure to write', () => {
  test.each([
    ['ENOSPC', 'no space is left on that disk'],
    ['EDQUOT', 'your share of that disk is used up'],
    ['EACCES', 'you may not write or read there'],
    ['EROFS', 'that file system is read-only'],
    ['EIO', 'EIO: as a system says it'],
  ])('leaves no part of a file, whichever it was: %s', async (code, reason) => {
    const pack = await start(good);
    for (const failing of [1, 2]) {
      let written = 0;
      const attempt = fetchPack(pack, folder, {
        async writeFile(path, contents) {
          written++;
          await writeFile(path, contents.subarray(0, written === failing ? 100 : contents.length));
          if (written === failing) throw codedError(code);
        },
      });
      await expect(attempt).rejects.toThrow(`Cannot write to ${folder}: ${reason}. Nothing was stored.`);
      expect(names(folder)).toEqual([]);
    }
  });

  test('leaves the earlier file', async () => {
    const pack = await start(good);
    await fetchPack(pack, folder);
    await appendFile(join(folder, 'joined.bin'), 'x');
    const before = readFileSync(join(folder, 'joined.bin'));
    const full = async () => {
      throw codedError('ENOSPC');
    };
    await expect(fetchPack(pack, folder, { writeFile: full })).rejects.toThrow('no space is left');
    expect(names(folder)).toEqual(fetchedFiles);
    expect(readFileSync(join(folder, 'joined.bin'))).toEqual(before);
  });

  test('because a folder is missing is reported', async () => {
    writeFileSync(join(base, 'cache'), 'a file where the folder should be');
    await expect(fetchPack(await start(good), folder)).rejects.toThrow(/a part of that path is a file.*FLOWTAPE_CACHE/);
  });
});

describe('a conversion with the wrong result', () => {
  test.each<[string, DataPack['convert'], RegExp]>([
    ['other bytes', async () => new Map([['capitals.bin', letters]]), /fault of flowtape: capitals\.bin.* SHA-256/],
    ['too few files', async () => new Map(), /fault of flowtape: capitals\.bin, made of the originals, has 0 bytes/],
  ])('(%s) is reported as a fault of flowtape, and stores nothing', async (_, convert, reason) => {
    const pack = { ...(await start(good)), convert };
    await expect(fetchPack(pack, folder)).rejects.toThrow(reason);
    expect(names(base)).toEqual([]);
  });
});
