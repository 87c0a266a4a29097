// npm run site: builds the documentation, the API reference and the page into build/site, a folder for any host.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withSlashes } from './build/paths.mjs';
import { brokenLinks, missingPage, renderSite } from './site/pages.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const site = 'build/site';
rmSync(site, { recursive: true, force: true });
const reference = ['scripts/docs.mjs', join(site, 'api'), '../docs/index.html'];
for (const words of [reference, ['scripts/page/demo.mjs', '--build-only', '--site']]) {
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
cpSync('build/demo', join(site, 'page'), { recursive: true });
const { pages: rendered, files } = renderSite();
const pages = new Map(rendered.map(({ address, html }) => [address, html]));
for (const [address, html] of pages) {
  mkdirSync(dirname(join(site, address)), { recursive: true });
  writeFileSync(join(site, address), html);
}
for (const file of files) cpSync(file, join(site, file), { recursive: true });
writeFileSync(join(site, '404.html'), missingPage);
const all = new Map([...pages, ...referencePages()]);
const broken = brokenLinks(all, (address) => existsSync(join(site, address)));
for (const link of broken) console.error(`leads nowhere: ${link}`);
if (broken.length > 0) process.exit(1);
console.log(`The site is in ${site}, with ${pages.size} pages of documentation: put that folder on any host.`);

/** The pages of the API reference, whose links are checked with the others. */
function referencePages() {
  const names = readdirSync(join(site, 'api'), { recursive: true, encoding: 'utf8' });
  const addresses = names.filter((name) => name.endsWith('.html')).map((name) => `api/${withSlashes(name)}`);
  return addresses.map((address) => [address, readFileSync(join(site, address), 'utf8')]);
}
