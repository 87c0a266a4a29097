/** The header's entry for one array: its bytes are `begin` to `end`, counted from the end of the header. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Parses the JSON text of a safetensors header. `JSON.parse` has two faults here: of a repeated key it silently keeps
 * the last, so a file could mean different arrays to different readers; and it accepts any depth, although a header has
 * three levels. This parser accepts exactly the header's grammar.
 *
 * Throws an Error with the position in characters from the start of the header.
 */
export function parseSafetensorsHeader(text: string): {
  entries: SafetensorsEntry[];
  metadata: Record<string, string>;
} {
  const scanner: Scanner = { text, at: 0 };
  // The format requires a brace as the very first character, and allows spaces after the last.
  if (text[0] !== '{') throw failure(scanner, 'its header does not start with "{"');
  const entries: SafetensorsEntry[] = [];
  const metadata: Record<string, string> = Object.create(null);
  readObject(scanner, (name) => {
    if (name === '__metadata__') {
      readObject(scanner, (key) => {
        metadata[key] = readString(scanner);
      });
    } else {
      entries.push(readEntry(scanner, name));
    }
  });
  skipSpace(scanner);
  if (scanner.at !== text.length) throw failure(scanner, 'its header continues after its last brace');
  return { entries, metadata };
}

interface Scanner {
  readonly text: string;
  at: number;
}

function readEntry(scanner: Scanner, name: string): SafetensorsEntry {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  readObject(scanner, (key) => {
    if (key === 'dtype') dtype = readString(scanner);
    else if (key === 'shape') shape = readWholeNumbers(scanner);
    else if (key === 'data_offsets') offsets = readWholeNumbers(scanner);
    else throw failure(scanner, `array ${JSON.stringify(name)} has the unknown field ${JSON.stringify(key)}`);
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    const at = `array ${JSON.stringify(name)}`;
    throw failure(scanner, `${at} lacks its dtype, its shape or its two data_offsets`);
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] };
}

function readObject(scanner: Scanner, readValue: (key: string) => void): void {
  expect(scanner, '{');
  if (accept(scanner, '}')) return;
  const keys = new Set<string>();
  do {
    const key = readString(scanner);
    if (keys.has(key)) throw failure(scanner, `the name ${JSON.stringify(key)} occurs twice`);
    keys.add(key);
    expect(scanner, ':');
    readValue(key);
  } while (accept(scanner, ','));
  expect(scanner, '}');
}

function readWholeNumbers(scanner: Scanner): number[] {
  expect(scanner, '[');
  const numbers: number[] = [];
  if (accept(scanner, ']')) return numbers;
  do {
    skipSpace(scanner);
    const digits = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
    digits.lastIndex = scanner.at;
    const match = digits.exec(scanner.text)?.[0];
    if (match === undefined || !Number.isSafeInteger(Number(match))) {
      throw failure(scanner, 'a whole number below 2^53 is missing');
    }
    scanner.at += match.length;
    numbers.push(Number(match));
  } while (accept(scanner, ','));
  expect(scanner, ']');
  return numbers;
}

function readString(scanner: Scanner): string {
  expect(scanner, '"');
  const start = scanner.at - 1;
  let end = scanner.at;
  while (end < scanner.text.length && scanner.text[end] !== '"') end += scanner.text[end] === '\\' ? 2 : 1;
  let value: unknown;
  try {
    value = JSON.parse(scanner.text.slice(start, end + 1));
  } catch {
    value = undefined;
  }
  if (typeof value !== 'string') throw failure(scanner, 'a text in quotes is broken');
  if (/\p{Surrogate}/u.test(value)) throw failure(scanner, 'a text has half a surrogate pair in it');
  scanner.at = end + 1;
  return value;
}

function skipSpace(scanner: Scanner): void {
  while (scanner.at < scanner.text.length && ' \t\n\r'.includes(scanner.text[scanner.at])) scanner.at++;
}

function accept(scanner: Scanner, character: string): boolean {
  skipSpace(scanner);
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at++;
  return true;
}

function expect(scanner: Scanner, character: string): void {
  if (!accept(scanner, character)) throw failure(scanner, `"${character}" is missing`);
}

function failure(scanner: Scanner, reason: string): Error {
  return new Error(`not a valid safetensors file: ${reason} (character ${scanner.at} of the header)`);
}
