/** The Markdown files that become pages. */
export function markdownFiles(): string[];

/** A Markdown file as a page, with the files of the repository that it needs. */
export function renderPage(file: string, text?: string): { address: string; html: string; files: string[] };

/** The links of pages, text by address, that lead nowhere, as "PAGE: LINK". */
export function brokenLinks(pages: ReadonlyMap<string, string>, hasFile?: (address: string) => boolean): string[];
