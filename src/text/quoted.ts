/** The most characters of a text that a message quotes. */
const max = 80;

/** Quotes a text from outside in a message, shortened if it is long. */
export function quoted(text: string): string {
  return text.length <= max ? `"${text}"` : `"${text.slice(0, max)}..." (${text.length} characters)`;
}
