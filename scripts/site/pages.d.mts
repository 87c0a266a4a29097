/** A page of the site, and the files of the repository that it needs. */
export interface SitePage {
  readonly address: string;
  readonly html: string;
  readonly files: readonly string[];
}

/** A Markdown file as a page. */
export function renderPage(file: string, text?: string): SitePage;

/** Every page of the site, and the files that are copied. */
export function renderSite(): { pages: readonly SitePage[]; files: readonly string[] };

/** The page that hosts show for unknown addresses. */
export const missingPage: string;

/** The broken links of pages (text by address), as "PAGE: LINK". */
export function brokenLinks(pages: ReadonlyMap<string, string>, hasFile?: (address: string) => boolean): string[];
