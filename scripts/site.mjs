// npm run site: builds the documentation, the API reference and the page into build/site, a folder for any host.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenLinks, missingPage, renderSite } from './site/pages.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const site = 'build/site';
for (const words of [['scripts/docs.mjs'], ['scripts/page/demo.mjs', '--build-only']]) {
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
rmSync(site, { recursive: true, force: true });
cpSync('build/api', join(site, 'api'), { recursive: true });
cpSync('build/demo', join(site, 'page'), { recursive: true });
const { pages: rendered, files } = renderSite();
const pages = new Map(rendered.map(({ address, html }) => [address, html]));
for (const [address, html] of pages) {
  mkdirSync(dirname(join(site, address)), { recursive: true });
  writeFileSync(join(site, address), html);
}
for (const file of files) cpSync(file, join(site, file), { recursive: true });
writeFileSync(join(site, '404.html'), missingPage);
const broken = brokenLinks(pages, (address) => existsSync(join(site, address)));
for (const link of broken) console.error(`leads nowhere: ${link}`);
if (broken.length > 0) process.exit(1);
console.log(`The site is in ${site}, with ${pages.size} pages of documentation: put that folder on any host.`);
