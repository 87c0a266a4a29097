/** See paths.mjs. */
export function withSlashes(path: string): string;
export function endsWithPath(file: string): RegExp;
export function moduleName(file: string, root?: string): string;
export function loadedBy(
  folder: string,
  entry: string,
  outputs: Readonly<Record<string, { imports: readonly { path: string; external?: boolean }[] }>>,
): string[];
