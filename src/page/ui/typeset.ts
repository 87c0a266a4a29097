import { make } from './dom.ts';

/** A text with its symbols typeset: P_B becomes a P with a subscript B. A number and its percent sign stay on one line. */
export function withSubscripts(text: string): (Node | string)[] {
  return text
    .replaceAll(' %', '\u00a0%')
    .split(/_(\w)/)
    .map((part, i) => (i % 2 === 0 ? part : make('sub', {}, part)));
}
