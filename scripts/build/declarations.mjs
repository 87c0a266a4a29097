// The declarations of the package: those that its entries reach, as any module resolution reads them.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Where one file names another: an import, an export, or a type that the compiler has written out. */
const specifier = /(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * Copies declarations with all that they name. The compiler leaves the endings of TypeScript's sources in them; in the
 * package they are those of JavaScript, beside which TypeScript looks for declarations whatever its settings.
 *
 * @param {string} from the compiler's output
 * @param {string} to
 * @param {readonly string[]} roots files in `from`
 */
export async function copyDeclarations(from, to, roots) {
  await rm(to, { recursive: true, force: true });
  const waiting = roots.map((root) => join(from, root));
  const seen = new Set(waiting);
  for (const file of waiting) {
    const text = readFileSync(file, 'utf8');
    for (const [, , , path] of text.matchAll(specifier)) {
      const named = join(dirname(file), `${path}.d.ts`);
      if (!existsSync(named)) throw new Error(`${file} names ${path}, which has no declarations.`);
      if (seen.has(named)) continue;
      seen.add(named);
      waiting.push(named);
    }
    const target = join(to, relative(from, file));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text.replace(specifier, '$1$2$3.js$2'));
  }
}
