import type { Figures } from '../run.ts';
export function reportMarkdown(figures: Figures): string {
  return JSON.stringify(figures);
}
