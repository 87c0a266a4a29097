import { quoted } from '../text/quoted.ts';
import type { FragmentTree } from './fragment-tree.ts';
import type { FragmentVocabulary } from './fragments.ts';

/**
 * A tree in text: a fragment's name followed by its branches in curly braces: the stem here, a colon, the stem there, a
 * space and the branch. A stem not chosen yet is a question mark. `CO{1:0 c1ccccc1}{0:? N}`.
 */
export function writeTreeText({ fragments, edges }: FragmentTree, vocabulary: FragmentVocabulary): string {
  const stem = (number: number): string => (number < 0 ? '?' : String(number));
  const textOf = (node: number, above: number): string => {
    let text = vocabulary[fragments[node]].name;
    for (const [u, v, stemOfU, stemOfV] of edges) {
      if (u === node && v !== above) text += `{${stem(stemOfU)}:${stem(stemOfV)} ${textOf(v, node)}}`;
      if (v === node && u !== above) text += `{${stem(stemOfV)}:${stem(stemOfU)} ${textOf(u, node)}}`;
    }
    return text;
  };
  return fragments.length === 0 ? '' : textOf(0, -1);
}

/** The most fragments that the parser accepts: no environment has more, and deep trees would overflow the stack. */
const maxNodes = 1000;

/** Parses a tree's text. @throws Error whose message is the end of a sentence, if it does not fit this vocabulary */
export function readTreeText(text: string, vocabulary: FragmentVocabulary): FragmentTree {
  const numbers = new Map(vocabulary.map(({ name }, number) => [name, number]));
  const fragments: number[] = [];
  const edges: [number, number, number, number][] = [];
  let rest = text;
  const refuse = (expected: string): never => {
    throw new Error(`at character ${text.length - rest.length + 1} there should be ${expected}`);
  };
  const take = (pattern: RegExp, expected: string): RegExpExecArray => {
    const found = pattern.exec(rest) ?? refuse(expected);
    rest = rest.slice(found[0].length);
    return found;
  };
  const stem = (written: string): number => (written === '?' ? -1 : Number(written));
  const readNode = (): number => {
    const [name] = /^[^\s{}]+/.exec(rest) ?? refuse('the name of a fragment');
    if (fragments.length === maxNodes) refuse(`an end, since there are more than ${maxNodes} fragments`);
    const node = fragments.push(numbers.get(name) ?? refuse(`a fragment of the vocabulary, not ${quoted(name)}`)) - 1;
    rest = rest.slice(name.length);
    while (rest.startsWith('{')) {
      const [, here, there] = take(/^\{(\d+|\?):(\d+|\?) /, 'two stems and a space, as in {0:1 ');
      edges.push([node, readNode(), stem(here), stem(there)]);
      take(/^\}/, 'a } that ends the branch');
    }
    return node;
  };
  if (rest !== '') readNode();
  if (rest !== '') refuse('the end');
  return { fragments, edges };
}
