import { alignedTable, markdownTable } from './table.ts';

/** Figures as a table of text, for the terminal and for the page alike. */
export interface FigureTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Below the table. */
  readonly note?: string | undefined;
}

export function tableText({ title, header, rows, note }: FigureTable): string {
  return `${title}\n${alignedTable(header, rows)}\n${note === undefined ? '' : `${note}\n`}`;
}

export function tableMarkdown({ title, header, rows, note }: FigureTable): string {
  return [`**${title}**`, markdownTable(header, rows), ...(note === undefined ? [] : [note])].join('\n\n');
}
