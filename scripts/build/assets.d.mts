/** See assets.mjs. */
export function assetsForVite(shown?: (source: string) => string): {
  name: string;
  enforce: 'pre';
  load(id: string): Promise<string | undefined>;
};
