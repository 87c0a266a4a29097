import { readdirSync, readFileSync } from 'node:fs';

/** A page of documentation, by what of it can be run. */
export interface Page {
  readonly path: string;
  /** Its code: all fenced blocks of it, one behind the other, are one program. Empty where it has none. */
  readonly program: string;
  readonly language: 'ts' | 'js';
  /** What the page says that the program prints: its blocks of `text`, one behind the other. */
  readonly output: string;
  /** The lines of its shell blocks, without comments. */
  readonly commands: readonly string[];
  /** Its blocks of a language that is not run, such as `html`. */
  block(language: string): string | undefined;
  /** All its blocks of a language, in order. */
  blocks(language: string): readonly string[];
}

interface Block {
  readonly language: string;
  readonly text: string;
}

export function readPage(path: string): Page {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language, text]): Block => ({ language, text }),
  );
  const joined = (...languages: string[]) =>
    blocks
      .filter(({ language }) => languages.includes(language))
      .map(({ text }) => text)
      .join('\n');
  return {
    path,
    program: joined('ts', 'js'),
    language: blocks.some(({ language }) => language === 'ts') ? 'ts' : 'js',
    output: joined('text').replaceAll('\n\n', '\n'),
    commands: joined('sh')
      .split('\n')
      .map((line) => line.replace(/\s*#.*$/, '').trim())
      .filter((line) => line !== ''),
    block: (language) => blocks.find((block) => block.language === language)?.text,
    blocks: (language) => blocks.filter((block) => block.language === language).map(({ text }) => text),
  };
}

/** The pages whose every snippet is run: the README and the guide. */
export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync('docs/guide')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/guide/${name}`),
].map(readPage);
