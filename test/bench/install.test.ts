import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPeers } from '../../bench/peers/install.ts';
import { installPythons } from '../../bench/python/install.ts';

let folder: string;
let said: string[];
const say = (text: string) => said.push(text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowtape-bench-test-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

test('without Python no library is found, and the report says so', async () => {
  const found = await installPythons(['gfnx', 'torchgfn'], { python: '/nonexistent/python', folder, say });
  expect(found).toEqual({});
  expect(said).toEqual([
    expect.stringMatching(/^No Python 3.11 or newer as \/nonexistent\/python .* without gfnx and torchgfn: .*ENOENT/),
  ]);
});

test('Python is not looked for when no library of it is wanted', async () => {
  expect(await installPythons(['tfjs'], { python: '/nonexistent/python', folder, say })).toEqual({});
  expect(said).toEqual([]);
});

const lock = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/peer': { version } } });

test('peers are installed when they are first wanted, and again when the lock file asks for other versions', async () => {
  const installed: string[] = [];
  const install = async (folder: string) => {
    installed.push(folder);
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await writeFile(join(folder, 'node_modules', '.package-lock.json'), lock('1.0.0'));
  };
  await writeFile(join(folder, 'package-lock.json'), lock('1.0.0'));
  const options = { folder, say, install };
  expect(await installPeers(['jax-js', 'gfnx'], options)).toEqual(['jax-js']);
  expect(await installPeers(['jax-js', 'tfjs'], options)).toEqual(['jax-js', 'tfjs']);
  expect(installed).toEqual([folder]);
  await writeFile(join(folder, 'package-lock.json'), lock('1.0.1'));
  await installPeers(['tfjs'], options);
  expect(installed).toEqual([folder, folder]);
  expect(said[0]).toMatch(/^Installing jax-js into .* \(once\)/);
});

test('peers that cannot be installed are left out, and it is said why', async () => {
  await writeFile(join(folder, 'package-lock.json'), lock('1.0.0'));
  const install = () => Promise.reject(Object.assign(new Error('exit code 1'), { stderr: 'npm error no network\n' }));
  expect(await installPeers(['jax-js', 'tfjs'], { folder, say, install })).toEqual([]);
  expect(said[1]).toBe('jax-js and tfjs cannot be installed, so without them: npm error no network\n');
});

test('nothing is installed when no peer is wanted', async () => {
  const install = () => Promise.reject(new Error('installed'));
  expect(await installPeers(['gfnx'], { folder, say, install })).toEqual([]);
});
