/**
 * The text in a file's bytes, which are UTF-8.
 * @param file its name in messages, as the start of a sentence
 * @throws Error if the bytes are not UTF-8
 */
export function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(`${file} is not text in UTF-8; it may be another file.`, { cause: error });
  }
}
