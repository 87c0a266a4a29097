// The declarations of the package: those reachable from its entries, readable with any module resolution.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Matches references to other files: in imports, exports, and types that the compiler has written out. */
const specifier = /(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * Copies declarations with everything they refer to. The compiler leaves TypeScript's file extensions in them; in the
 * package they become JavaScript's, beside which TypeScript looks for declarations whatever its settings.
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
