/** Pickles as Python 3 writes them (protocol 4), byte for byte, of what the published tables hold. */

const MEMOIZE = [0x94];

export const opcode = {
  protocol: [0x80, 4],
  frame: (length: number) => [0x95, ...littleEndian(length, 8)],
  none: [0x4e],
  true: [0x88],
  false: [0x89],
  int: (value: number) => [0x4a, ...littleEndian(value, 4)],
  byte: (value: number) => [0x4b, value],
  string: (text: string) => [0x8c, text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))],
  bytes: (bytes: readonly number[]) => [0x43, bytes.length, ...bytes],
  mark: [0x28],
  // Of protocol 3.
  short: (value: number) => [0x4d, ...littleEndian(value, 2)],
  longString: (text: string) => [0x58, ...littleEndian(text.length, 4), ...Array.from(text, (c) => c.charCodeAt(0))],
  longBytes: (bytes: readonly number[]) => [0x42, ...littleEndian(bytes.length, 4), ...bytes],
  tuple1: [0x85],
  list: [0x5d],
  append: [0x65],
  put: (place: number) => [0x71, place],
  name: (module: string, name: string) => [0x63, ...Array.from(`${module}\n${name}\n`, (c) => c.charCodeAt(0))],
  tuple2: [0x86],
  tuple3: [0x87],
  tuple: [0x74],
  dictionary: [0x7d],
  setItems: [0x75],
  memoize: MEMOIZE,
  get: (place: number) => [0x68, place],
  global: [0x93],
  reduce: [0x52],
  build: [0x62],
  stop: [0x2e],
};

/** A whole pickle around some opcodes, in one frame. */
export function pickleOf(...parts: readonly (readonly number[])[]): Uint8Array {
  return frame(parts);
}

function frame(parts: readonly (readonly number[])[]): Uint8Array {
  const framed = [...parts, opcode.stop];
  const length = framed.reduce((sum, part) => sum + part.length, 0);
  const whole = [opcode.protocol, opcode.frame(length), ...framed];
  const bytes = new Uint8Array(length + 11);
  let end = 0;
  for (const part of whole) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** numpy.dtype('<f4'), as it is first named. */
export const float32Type = [
  ...opcode.string('numpy'),
  ...MEMOIZE,
  ...opcode.string('dtype'),
  ...MEMOIZE,
  ...opcode.global,
  ...MEMOIZE,
  ...opcode.string('f4'),
  ...MEMOIZE,
  ...opcode.false,
  ...opcode.true,
  ...opcode.tuple3,
  ...MEMOIZE,
  ...opcode.reduce,
  ...MEMOIZE,
  ...opcode.mark,
  ...opcode.byte(3),
  ...opcode.string('<'),
  ...MEMOIZE,
  ...opcode.none,
  ...opcode.none,
  ...opcode.none,
  ...opcode.int(-1),
  ...opcode.int(-1),
  ...opcode.byte(0),
  ...opcode.tuple,
  ...MEMOIZE,
  ...opcode.build,
];

/** The function that makes a NumPy number, as it is first named. */
export const scalarFunction = [
  ...opcode.string('numpy.core.multiarray'),
  ...MEMOIZE,
  ...opcode.string('scalar'),
  ...MEMOIZE,
  ...opcode.global,
  ...MEMOIZE,
];

const numberEnd = [...MEMOIZE, ...opcode.tuple2, ...MEMOIZE, ...opcode.reduce, ...MEMOIZE];

/** A pickled dictionary of NumPy float32 by string. */
export function pickleScores(scores: Iterable<readonly [string, number]>): Uint8Array {
  // Where Python remembers the two functions: the dictionary is 0 and the first key 1.
  const [scalarPlace, typePlace] = [4, 10];
  const functions = [...opcode.get(scalarPlace), ...opcode.get(typePlace)];
  const parts: (readonly number[])[] = [opcode.dictionary, MEMOIZE];
  let count = 0;
  for (const [key, score] of scores) {
    // Python sets a thousand items at a time.
    if (count > 0 && count % 1000 === 0) parts.push(opcode.setItems);
    if (count % 1000 === 0) parts.push(opcode.mark);
    parts.push(opcode.string(key), MEMOIZE, ...(count === 0 ? [scalarFunction, float32Type] : [functions]));
    parts.push(opcode.bytes(float32(score)), numberEnd);
    count++;
  }
  if (count > 0) parts.push(opcode.setItems);
  return frame(parts);
}

/** A pickled list of NumPy arrays of float32, of protocol 3. */
export function pickleArrays(arrays: readonly { shape: readonly number[]; data: Float32Array }[]): Uint8Array {
  // The list is 0, the function 1, its class 2, and the type 3.
  const parts: (readonly number[])[] = [[0x80, 3], opcode.list, opcode.put(0), opcode.mark];
  for (const [i, { shape, data }] of arrays.entries()) {
    const first = i === 0;
    parts.push(
      first ? [...opcode.name('numpy.core.multiarray', '_reconstruct'), ...opcode.put(1)] : opcode.get(1),
      first ? [...opcode.name('numpy', 'ndarray'), ...opcode.put(2)] : opcode.get(2),
      [...opcode.byte(0), ...opcode.tuple1, ...opcode.bytes([98]), ...opcode.tuple3, ...opcode.reduce],
      [...opcode.mark, ...opcode.byte(1), ...opcode.mark, ...shape.flatMap(opcode.short), ...opcode.tuple],
      first
        ? [
            ...opcode.name('numpy', 'dtype'),
            ...[...opcode.longString('f4'), ...opcode.false, ...opcode.true, ...opcode.tuple3, ...opcode.reduce],
            ...[...opcode.put(3), ...opcode.mark, ...opcode.byte(3), ...opcode.longString('<')],
            ...[
              ...opcode.none,
              ...opcode.none,
              ...opcode.none,
              ...opcode.int(-1),
              ...opcode.int(-1),
              ...opcode.byte(0),
            ],
            ...[...opcode.tuple, ...opcode.build],
          ]
        : opcode.get(3),
      opcode.false,
      opcode.longBytes([...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
      [...opcode.tuple, ...opcode.build],
    );
  }
  parts.push(opcode.append, opcode.stop);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

export function float32(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

function littleEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Number(BigInt.asUintN(8, BigInt(value) >> BigInt(8 * i))));
}
