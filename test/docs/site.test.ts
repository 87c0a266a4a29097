import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { brokenLinks, renderPage, renderSite } from '../../scripts/site/pages.mjs';

const made = new Set(['api/index.html', 'page/', 'page']);
const hasFile = (address: string) => made.has(address) || existsSync(address);

test('every link of the site leads to a page, a heading or a file', () => {
  const { pages: rendered, files } = renderSite();
  expect(brokenLinks(new Map(rendered.map(({ address, html }) => [address, html])), hasFile)).toEqual([]);
  const readme = rendered.find(({ address }) => address === 'index.html');
  expect(readme?.html).toContain('<a href="docs/sweeps.html">Sweeps</a>');
  expect(readme?.html).toContain('<h2 id="from-the-command-line">');
  expect(files).toContain('docs/images/page-dark.png');
  const source = rendered.find(({ address }) => address === 'src/environment/define.ts.html');
  expect(source?.html).toContain('<a href="../../docs/index.html">');
  expect(files.filter((file) => !/\.(?:png|svg|json)$|\/$|LICENSE/.test(file))).toEqual([]);
});

test('broken links are reported', () => {
  const page = renderPage(
    'docs/a.md',
    '# A `b`\n\n[1](#a-b) [2](#c) [3](none.md) [4](guide/none.md#x) ![5](none.png)\n',
  );
  const links = brokenLinks(new Map([[page.address, page.html]]), hasFile);
  expect(links.filter((link) => !link.includes('../'))).toEqual(
    ['#c', 'none.html', 'guide/none.html#x', 'none.png'].map((link) => `docs/a.html: ${link}`),
  );
});
