// npm run size [-- FILE]: the sizes of what pages download from the package, as tables; with FILE, written into it
// between the lines that mark their place.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { measureSizes } from '../page/page-sizes.mjs';

const [file] = process.argv.slice(2);
const [begin, end] = ['<!-- sizes, by npm run size -->', '<!-- end of sizes -->'];

// Inside the package, whose own name then refers to it.
mkdirSync('build', { recursive: true });
const folder = mkdtempSync('build/sizes-');
const measured = await measureSizes(folder, { slow: true }).finally(() => rmSync(folder, { recursive: true }));

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const table = (head, kind) => [
  `| ${head.join(' | ')} |`,
  `|---|${'--:|'.repeat(head.length - 1)}`,
  ...measured
    .filter((size) => size.kind === kind)
    .map(({ what, before, together, budget }) => {
      const numbers = [before, ...(kind === 'page' ? [together - before] : []), together].map(kilobytes);
      return `| ${[what, ...numbers, kilobytes(budget)].join(' | ')} |`;
    }),
];
const wasm = readFileSync('build/kernels.wasm');
const text = [
  begin,
  ...table(['a page, in KB', 'at once', 'when needed', 'together', 'budget of this'], 'page'),
  '',
  ...table(
    ['all that an entry exports, in KB', 'at once', 'with all that may be needed', 'budget of "at once"'],
    'entry',
  ),
  '',
  `The WebAssembly, not counted above: ${kilobytes(wasm.length)} KB, gzipped ${kilobytes(gzipSync(wasm, { level: 9 }).length)}.`,
  end,
].join('\n');
console.log(text);

if (file) {
  const old = readFileSync(file, 'utf8');
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${file} has no place for sizes: no line ${begin}, or no ${end} behind it.`);
  writeFileSync(file, old.slice(0, from) + text + old.slice(to + end.length));
}
