export function buildDemo(folder: string, entry?: string, options?: { readonly isInSite?: boolean }): Promise<void>;
export function demoSizes(
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: number; readonly gzipped: number }[]>;
