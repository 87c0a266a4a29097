import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import MarkdownIt from 'markdown-it';

/** The pages of the site: the Markdown files of the documentation, and those in the root folder. */
export function markdownFiles() {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
  return [...readdirSync('.'), ...docs]
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'));
}

/**
 * Text that is shown on its own page: hosts take TypeScript for video, and download other files instead of showing
 * them.
 */
const isSource = (file) => /\.(?:ts|js|mjs|py|cff)$/.test(file);

/** The address of a repository's file in the site. */
export function addressOf(file) {
  if (isSource(file)) return `${file}.html`;
  return file === 'README.md' ? 'index.html' : file.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');
}

/** The anchor of a heading, in the form of code hosts. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

const style = `
  :root { color-scheme: light dark; }
  code, pre { font-family: ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; font-size: 0.9em; }
  :not(pre) > code { background: color-mix(in srgb, currentColor 8%, transparent); padding: 0.1em 0.25em; }
  pre code { font-size: inherit; }
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
  nav a { margin-right: 1rem; }
  pre, table { overflow-x: auto; display: block; }
  pre { padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
  td, th { padding: 0.2rem 0.6rem; text-align: left; vertical-align: top; }
  img { max-width: 100%; height: auto; }`;

const { escapeHtml } = new MarkdownIt().utils;

/** A complete page. */
function pageOf(address, title, main) {
  const root = relative(dirname(address), '.') || '.';
  const places = {
    flowtape: 'index.html',
    Documentation: 'docs/index.html',
    Reference: 'api/index.html',
    Page: 'page/',
  };
  const nav = Object.entries(places).map(([name, place]) => `<a href="${root}/${place}">${name}</a>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<nav>${nav.join('\n')}</nav>
<main>
${main}</main>
</html>
`;
}

/** A linked source file, as a page. */
function sourcePage(file) {
  const text = escapeHtml(readFileSync(file, 'utf8'));
  const main = `<h1>${escapeHtml(file)}</h1>\n<pre><code>${text}</code></pre>\n`;
  return { address: addressOf(file), html: pageOf(addressOf(file), file, main), files: [] };
}

/**
 * The page that hosts show for unknown addresses. Since its own address can be any, it links to folders, not to pages.
 */
export const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>No such page</title>
<style>${style}</style>
<main>
<h1>No such page</h1>
<p>There is nothing at this address. Perhaps there is <a href=".">in its folder</a>, or <a href="..">in the one above</a>.</p>
</main>
</html>
`;

/** Every page of the site, by file, with the sources that they link to; and the files that are copied. */
export function renderSite() {
  const pages = markdownFiles().map((file) => renderPage(file));
  const linked = [...new Set(pages.flatMap(({ files }) => files))].filter((file) => existsSync(file));
  return {
    pages: [...pages, ...linked.filter(isSource).map(sourcePage)],
    files: linked.filter((file) => !isSource(file)),
  };
}

/**
 * A Markdown file as a page of the site. Links to Markdown files and sources lead to their pages; other linked files of
 * the repository are copied to the same path.
 * @returns the page, and the files of the repository that it needs
 */
export function renderPage(file, text = readFileSync(file, 'utf8')) {
  const files = new Set();
  const markdown = new MarkdownIt({ html: true });
  const address = addressOf(file);
  const target = (link) => {
    if (/^(?:[a-z]+:|#)/.test(link)) return link;
    const [path, anchor] = link.split('#');
    const linked = normalize(join(dirname(file), path));
    if (!linked.endsWith('.md')) files.add(linked);
    const to = relative(dirname(address), addressOf(linked));
    return anchor === undefined ? to : `${to}#${anchor}`;
  };
  const tokens = markdown.parse(text, {});
  let title = file;
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      // As written, without markup: anchors consist of words and spaces only.
      token.attrSet('id', anchorOf(tokens[i + 1].content));
      if (token.tag === 'h1') title = tokens[i + 1].content;
    }
    for (const child of token.children ?? []) {
      for (const name of ['href', 'src']) {
        if (child.attrGet(name) !== null) child.attrSet(name, target(child.attrGet(name)));
      }
    }
    for (const html of [token, ...(token.children ?? [])].filter(({ type }) => /^html_/.test(type))) {
      html.content = html.content.replaceAll(
        /(src|srcset|href)="([^"]+)"/g,
        (_, name, link) => `${name}="${target(link)}"`,
      );
    }
  }
  const html = pageOf(address, title, markdown.renderer.render(tokens, markdown.options, {}));
  return { address, html, files: [...files] };
}

/**
 * The broken links of pages, as "PAGE: LINK".
 * @param pages text by address
 * @param hasFile whether the site has another file
 */
export function brokenLinks(pages, hasFile = existsSync) {
  const broken = [];
  for (const [address, html] of pages) {
    for (const [, link] of html.matchAll(/ (?:href|src|srcset)="([^"]*)"/g)) {
      // The top of a page is always there.
      if (/^[a-z]+:|^#$/.test(link)) continue;
      const [path, anchor] = link.split('#');
      const to = path === '' ? address : normalize(join(dirname(address), path));
      const page = pages.get(to);
      const isThere = page === undefined ? hasFile(to) : anchor === undefined || page.includes(` id="${anchor}"`);
      if (!isThere) broken.push(`${address}: ${link}`);
    }
  }
  return broken;
}
