import { type methodColours, neutralColours } from '../plot/chart.ts';
import { escapeText } from '../text/escape.ts';

export { escapeText };

/** HTML that is complete and safe to insert. Plain texts are not: `html` escapes them. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | number | Markup | readonly Markup[] | undefined;

/** Markup with values inserted. Texts are escaped, so no file or name can become an element or attribute. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const written = parts.map((part, i) => part + (i < values.length ? contentOf(values[i]) : ''));
  return { markup: written.join('') };
}

function contentOf(value: Content): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(contentOf).join('');
  return escapeText(String(value));
}

/**
 * A drawing of this program (`drawChart`) in a page. Ids inside drawings, such as those of clipping paths, repeat
 * between drawings, so they get a prefix.
 * @param name the drawing's file name, unique in the page
 * @param onPaper keeps the ground white on a dark screen, as drawings with colours of their own need
 */
export function figure(
  svg: string,
  { name, caption, onPaper = false }: { name: string; caption?: string; onPaper?: boolean },
): Markup {
  const drawing = svg
    .slice(svg.indexOf('<svg'))
    .replaceAll(/ id="([^"]*)"/g, ` id="${name}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#${name}-$1)`);
  const below = caption === undefined ? undefined : html`<figcaption>${caption}</figcaption>`;
  const kind = onPaper ? html` class="paper"` : undefined;
  return html`<figure${kind}>${{ markup: drawing }}${below}</figure>\n`;
}

/** A table of two columns: names and values. */
export function pairs(rows: readonly (readonly [name: string, value: string])[]): Markup {
  const body = rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`);
  return html`<table class="pairs"><tbody>\n${body}</tbody></table>`;
}

/** A table whose first column names the row. Figures are aligned. */
export function table(heads: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  const head = heads.map((text) => html`<th scope="col">${text}</th>`);
  const body = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell) => html`<td>${cell}</td>`);
    return html`<tr><th scope="row">${first}</th>${cells}</tr>\n`;
  });
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table></div>`;
}

/**
 * A page in one file that loads and runs nothing, for light and dark screens. Its content security policy forbids
 * everything else, whatever the page may contain.
 */
export function page({ title, body }: { title: string; body: readonly Markup[] }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.markup;
}

/** Replacements on dark screens for colours of lines that would not show. */
const onDark = { '#000000': '#f4f5f7', '#0072b2': '#3f97d6', '#56b4e9': '#9bd7f9' } satisfies Partial<
  Record<(typeof methodColours)[number], string>
>;

/**
 * Drawings are made for white paper. On a dark screen their greys and blacks are replaced and the paper is left out.
 */
const style = `
:root { --page: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; font-weight: 600; margin: 2rem 0 .5rem; }
p, figcaption { max-width: 46rem; }
figcaption, .soft { color: var(--soft); }
figcaption { font-size: .85rem; }
figure { margin: 1rem 0 1.5rem; }
figure svg { max-width: 100%; height: auto; display: block; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem 1rem .2rem 0; text-align: right; vertical-align: top; white-space: nowrap; }
th[scope=row], th[scope=col]:first-child, .pairs td { text-align: left; }
.pairs td { white-space: normal; overflow-wrap: anywhere; }
th { font-weight: 500; }
thead th { white-space: normal; vertical-align: bottom; min-width: 4rem; }
thead th, .pairs th { color: var(--soft); }
tbody tr, thead tr { border-bottom: 1px solid var(--line); }
a { color: inherit; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15181c; --text: #e2e5e9; --soft: #a0a8b2; --line: #353b43; }
  figure:not(.paper) > svg > rect[fill="white"] { fill: none; }
  svg [fill="${neutralColours.strong}"], svg [fill="${neutralColours.text}"] { fill: #dadde1; }
  svg [fill="${neutralColours.soft}"] { fill: #a0a8b2; }
${Object.entries(onDark)
  .map(
    ([colour, other]) => `  svg [fill="${colour}"] { fill: ${other}; } svg [stroke="${colour}"] { stroke: ${other}; }`,
  )
  .join('\n')}
  svg [stroke="${neutralColours.text}"], svg [stroke="${neutralColours.soft}"] { stroke: #a0a8b2; }
  svg [stroke="${neutralColours.axis}"] { stroke: #858d97; }
  svg [stroke="${neutralColours.grid}"] { stroke: #30353c; }
}
@media print { main { max-width: none; } figure, tr { break-inside: avoid; } }
`;
