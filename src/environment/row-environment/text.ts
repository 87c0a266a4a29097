import { quoted } from '../../text/quoted.ts';
import type { Layout, PlacedField } from './fields.ts';

/** A state's default text: its fields by name, as in `packed 1 0 1, closed 0`. */
export function stateText({ fields }: Layout, row: Int32Array): string {
  return fields
    .map(({ name, offset, length }) => [name, ...row.subarray(offset, offset + length)].join(' '))
    .join(', ');
}

/** Reads what `stateText` writes. @throws on other text */
export function parseState({ fields }: Layout, owner: string, text: string, row: Int32Array): void {
  const parts = text.split(',').map((part) => part.trim().split(/\s+/));
  const isOf = ({ name, length, min, max }: PlacedField, [given, ...numbers]: string[] = []) =>
    given === name &&
    numbers.length === length &&
    numbers.every((number) => /^-?\d+$/.test(number) && Number(number) >= min && Number(number) <= max);
  if (parts.length !== fields.length || !fields.every((field, i) => isOf(field, parts[i]))) {
    const example = fields.map(({ name, length }) => `${name} and ${length === 1 ? 'a number' : `${length} numbers`}`);
    throw new Error(
      `${quoted(text)} is not a state of ${owner}: write ${example.join(', ')}, with commas between fields and each number ` +
        'within its field.',
    );
  }
  fields.forEach(({ offset }, i) => {
    row.set(parts[i].slice(1).map(Number), offset);
  });
}
