import { readFile } from 'node:fs/promises';

/** The text of a file in UTF-8, without the byte order mark that some editors put first. Throws as `readFile` does. */
export async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
}
