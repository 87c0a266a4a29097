/** The most characters of a text that a message repeats. */
const max = 80;

/** A text that came from outside, for a message: in quotation marks, and cut where it is long. */
export function quoted(text: string): string {
  return text.length <= max ? `"${text}"` : `"${text.slice(0, max)}..." (${text.length} characters)`;
}
