import { type BuildOptions, type BuildResult, build } from 'esbuild';

const forBrowsers = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
  minify: true,
  metafile: true,
  loader: { '.wgsl': 'text', '.wasm': 'binary' },
} as const satisfies BuildOptions;

/** Sources of the library, bundled into one file as a page would have them. */
export function bundleForBrowser(
  input: Pick<BuildOptions, 'entryPoints' | 'stdin'>,
): Promise<BuildResult<typeof forBrowsers>> {
  return build({ ...forBrowsers, ...input });
}
