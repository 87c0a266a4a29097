/** See page-sizes.mjs. */
export function bundlePage(
  module: { entry: string } | { contents: string },
  from: string,
  to: string,
  splitting?: boolean,
): Promise<{ page: string; first: string[]; all: string[] }>;

export function runPage(
  page: string,
  gpu: 'none' | 'software' | 'hardware',
  env?: NodeJS.ProcessEnv,
): { printed: string; loaded: string[] };

export function gzippedBytes(files: readonly string[]): number;

/** Bytes, gzipped, without WebAssembly. */
export interface MeasuredSize {
  readonly kind: 'page' | 'entry';
  readonly what: string;
  /** What is loaded at once. */
  readonly before: number;
  /** A page: with what it then loads. An entry: with everything that it could load. */
  readonly together: number;
  /** The one of the two that the budget is for. */
  readonly counted: number;
  readonly budget: number;
}

export function measureSizes(to: string, options: { readonly slow: boolean }): Promise<MeasuredSize[]>;
