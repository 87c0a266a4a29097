import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filledPage } from '../../src/cli/compare/draw.ts';
import { readComparisons } from '../../src/cli/compare/saved.ts';

const path = 'docs/results.md';
const page = readFileSync(path, 'utf8');

test('the page of results is what compare writes from what was kept of the runs', async () => {
  const files = readdirSync('docs/results').sort();
  const comparisons = (await Promise.all(files.map((name) => readComparisons(`docs/results/${name}`)))).flat();
  expect(comparisons.length).toBeGreaterThan(0);
  expect(page, `flowtape compare docs/results/*.json --into ${path}`).toBe(filledPage(page, comparisons));
  const pictures = [...page.matchAll(/\]\((images\/[^)]*)\)/g)].map(([, name]) => name);
  for (const name of pictures) expect(readFileSync(`docs/${name}`).subarray(1, 4).toString()).toBe('PNG');
});

test('its prose contains no figure typed by hand', () => {
  const prose = page
    .replaceAll(/<!-- figures: [\s\S]*?<!-- end of figures -->/g, '')
    .replaceAll(/```[\s\S]*?```|`[^`]*`/g, '')
    .replaceAll(/arXiv 2606\.15793/g, '');
  expect(prose.match(/.*\d.*/g) ?? []).toEqual([]);
});
