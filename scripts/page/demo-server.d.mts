export function serveDemo(
  folder: string,
  options?: { readonly port?: number; readonly isolated?: boolean; readonly path?: string },
): Promise<{ readonly address: string; close(): Promise<void> }>;
