/** What the package exports, each with its source. A browser loads all but `node`. */
export const entries = {
  index: 'src/index.ts',
  engine: 'src/engine.ts',
  extend: 'src/extend.ts',
  worker: 'src/worker.ts',
  molecules: 'src/molecules.ts',
  testing: 'src/testing.ts',
  rows: 'src/row-language.ts',
  node: 'src/node/index.ts',
};

/** Packages that a user may add: found beside ours where they are installed, never bundled. */
export const optionalPackages = ['webgpu', '@rdkit/rdkit'];
