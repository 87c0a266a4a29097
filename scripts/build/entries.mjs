/** The package's entries with their sources. Browsers load all but `node`. */
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

/** Packages that users may add: loaded from where they are installed, never bundled. */
export const optionalPackages = ['webgpu', '@rdkit/rdkit'];
