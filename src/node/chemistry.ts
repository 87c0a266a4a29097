import type { Chemistry } from '../chemistry/chemistry.ts';
import { type RdkitModule, rdkitChemistry } from '../chemistry/rdkit.ts';
import { messageOf } from '../text/message-of.ts';

/**
 * Chemistry in Node, from the optional package `@rdkit/rdkit` (RDKit compiled to WebAssembly).
 * @throws Error if the package is not installed or does not load
 */
export async function openNodeChemistry(): Promise<Chemistry> {
  return rdkitChemistry(await load());
}

async function load(): Promise<RdkitModule> {
  let initialise: () => Promise<RdkitModule>;
  try {
    initialise = initialiserOf(await import('@rdkit/rdkit'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    if (!missing) throw new Error(`The package @rdkit/rdkit does not load here: ${messageOf(cause)}`, { cause });
    throw new Error('Molecules need the package @rdkit/rdkit, which is not installed. Run: npm install @rdkit/rdkit', {
      cause,
    });
  }
  try {
    return await initialise();
  } catch (cause) {
    throw new Error(`The package @rdkit/rdkit does not start here: ${messageOf(cause)}`, { cause });
  }
}

/** The package is a CommonJS module that exports one function, whatever its declarations say. */
function initialiserOf(loaded: unknown): () => Promise<RdkitModule> {
  const exported = loaded as { default?: unknown };
  if (typeof exported.default === 'function') return exported.default as () => Promise<RdkitModule>;
  throw new Error('it does not export a function that starts it.');
}
