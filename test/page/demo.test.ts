import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDemo, demoSizes } from '../../scripts/page/demo-build.mjs';
import { serveDemo } from '../../scripts/page/demo-server.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowtape-demo-'));
  await buildDemo(join(folder, 'page'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the built page', () => {
  test('is small: the first view takes 150 KiB with its font, the worker with all kernels 240', async () => {
    // What comes without being asked for: the page, its style, its font and the parts of its program.
    const program = await readFile(join(folder, 'page/page.js'), 'utf8');
    const parts = [...program.matchAll(/"\.\/(page-chunk-[\w-]+\.js)"/g)].map(([, name]) => name);
    const sizes = await demoSizes(join(folder, 'page'));
    const sum = (isMeant: (name: string) => boolean) =>
      sizes.filter(({ name }) => isMeant(name)).reduce((total, { gzipped }) => total + gzipped, 0);
    const first = ['index.html', 'page.css', 'page.js', 'inter.woff2', ...parts];
    expect(parts.length).toBeGreaterThan(0);
    expect(sum((name) => first.includes(name))).toBeLessThan(150 * 1024);
    // What molecules, other networks, the self-check and the measured speed add comes when they are asked for; several runs in the launches of one never do.
    const isMolecules = (name: string) => name.includes('molecule');
    const isFamily = (name: string) => /-(graph|sequence|relation)-family-/.test(name);
    const isCheck = (name: string) => /^worker-(self-check|device-speed|reference)-/.test(name);
    const isReplicas = (name: string) => name.startsWith('worker-replicas-');
    const isWorker = (name: string) => (name.startsWith('worker') || name.endsWith('.wasm')) && !isReplicas(name);
    expect(sum((name) => isWorker(name) && !isMolecules(name) && !isFamily(name) && !isCheck(name))).toBeLessThan(
      240 * 1024,
    );
    expect(sum(isFamily)).toBeGreaterThan(0);
    expect(sum(isFamily)).toBeLessThan(12 * 1024);
    expect(sum(isCheck)).toBeGreaterThan(0);
    expect(sum(isCheck)).toBeLessThan(14 * 1024);
    expect(sum(isMolecules)).toBeLessThan(15 * 1024);
  });

  test('names its files relative to itself, and runs only its own scripts', async () => {
    const html = await readFile(join(folder, 'page/index.html'), 'utf8');
    for (const [, target] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(target).toMatch(/^(#|[a-z])/);
    // Links lead elsewhere; nothing is loaded from there.
    expect(html.replace(/<a [^>]*>/g, '')).not.toMatch(/(?:src|href)="[a-z]+:/);
    expect(html).toMatch(/script-src 'self' 'wasm-unsafe-eval'/);
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="page.js">']);
    expect(html).not.toMatch(/ (on[a-z]+|style)=/);
  });
});

describe('the server', () => {
  test('serves the page under a path, alone in its process', async () => {
    const server = await serveDemo(join(folder, 'page'), { path: '/some/where/' });
    const answer = await fetch(server.address);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(await answer.text()).toContain('flowtape');
    expect((await fetch(`${server.address}kernels.wasm`)).headers.get('content-type')).toBe('application/wasm');
    expect((await fetch(new URL('/', server.address))).status).toBe(404);
    await server.close();
  });

  test('gives nothing from outside of its folder', async () => {
    await writeFile(join(folder, 'secret.txt'), 'secret');
    const server = await serveDemo(join(folder, 'page'));
    for (const path of [
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
      '..%5csecret.txt',
      '%00',
      '%zz',
      'a/../../secret.txt',
    ]) {
      const answer = await fetch(`${server.address}${path}`);
      expect(answer.status, path).toBe(404);
      expect(await answer.text()).not.toContain('secret');
    }
    expect((await fetch(server.address, { method: 'POST' })).status).toBe(405);
    await server.close();
  });
});

describe('npm run demo', () => {
  /** Runs the program until it ends by itself. */
  async function demo(...args: string[]): Promise<{ status: number | null; output: string }> {
    const child = spawn(process.execPath, ['scripts/page/demo.mjs', ...args]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const status = await new Promise<number | null>((settle) => child.on('close', settle));
    return { status, output };
  }

  test('refuses a port that is taken, and says what to do', async () => {
    const other = createServer();
    await new Promise<void>((settle) => other.listen(0, '127.0.0.1', settle));
    const { port } = other.address() as AddressInfo;
    const { status, output } = await demo('--port', String(port));
    other.close();
    expect(status).toBe(1);
    expect(output).toContain(
      `Port ${port} is taken by another program. Take another: npm run demo -- --port ${port + 1}`,
    );
  });

  test.each(['x', '-1', '70000', '1.5'])('explains why %s is no port', async (port) => {
    const { status, output } = await demo(`--port=${port}`);
    expect(status).toBe(2);
    expect(output).toContain('--port takes a whole number from 0 to 65535');
  });
});
