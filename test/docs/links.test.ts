import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPage } from './pages.ts';

const documents = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** What a heading is called in an address. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const headingsOf = (file: string) => [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);

describe('the documentation', () => {
  test.each(documents)('%s links to what is there', (document) => {
    const text = readFileSync(document, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      expect(existsSync(file), `${document}: ${target}`).toBe(true);
      if (anchor) expect(headingsOf(file).map(anchorOf), `${document}: ${target}`).toContain(anchor);
    }
  });

  test('every page of it can be reached from the README', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !existsSync(file)) return;
      reached.add(file);
      for (const [, target] of readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g)) {
        if (!/^https?:/.test(target)) visit(join(dirname(file), target));
      }
    };
    visit('README.md');
    expect([...documents].filter((file) => !reached.has(file))).toEqual([]);
  });
});

describe('the README', () => {
  const { program, commands } = readPage('README.md');

  test('begins with the two commands that try flowtape', () => {
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('has a program of about ten lines, and pictures', () => {
    expect(program.trim().split('\n').length).toBeLessThanOrEqual(14);
    const pictures = [...readFileSync('README.md', 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    expect(pictures.length).toBeGreaterThan(0);
    for (const [, description, path] of pictures) {
      expect(description).not.toBe('');
      expect(readFileSync(path).length).toBeGreaterThan(1000);
    }
  });
});
