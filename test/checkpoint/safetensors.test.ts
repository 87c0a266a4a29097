import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type NamedArray } from '../../src/checkpoint/safetensors.ts';

/** A file written by the safetensors package for Python, version 0.8.0: f32 [2] = (1, 2), i32 scalar 7, {"a": "b"}. */
const fromPython = Uint8Array.from(
  atob(
    'kAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJhIjoiYiJ9LCJ3ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNl' +
      'dHMiOlswLDhdfSwiY291bnQiOnsiZHR5cGUiOiJJMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzgsMTJdfX0gICAAAIA/AAAAQAcA' +
      'AAA=',
  ),
  (character) => character.charCodeAt(0),
);

const tensors: NamedArray[] = [
  { name: 'weight', dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, Number.NaN) },
  { name: 'step', dtype: 'U32', shape: [], data: Uint32Array.of(0xffffffff) },
  { name: 'exact', dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) },
  { name: 'none', dtype: 'I32', shape: [0, 4], data: new Int32Array(0) },
];

describe('a safetensors file', () => {
  test('gives back the arrays and the metadata it was made of', () => {
    fc.assert(
      fc.property(arbitraryTensors, fc.dictionary(text, text), (arrays, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(arrays, metadata));
        const byName = (a: NamedArray, b: NamedArray) => (a.name < b.name ? -1 : 1);
        expect([...decoded.tensors].sort(byName)).toEqual([...arrays].sort(byName));
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
    );
  });

  test('has the same bytes whatever the order in which arrays and metadata were given', () => {
    fc.assert(
      fc.property(arbitraryTensors, fc.dictionary(text, text), (arrays, metadata) => {
        const reversed = Object.fromEntries(Object.entries(metadata).reverse());
        expect(encodeSafetensors([...arrays].reverse(), reversed)).toEqual(encodeSafetensors(arrays, metadata));
      }),
    );
  });

  test('starts each array at a multiple of its element size', () => {
    fc.assert(
      fc.property(arbitraryTensors, (arrays) => {
        const bytes = encodeSafetensors(arrays);
        const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(headerBytes % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
        for (const { name, data } of arrays) {
          expect(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });

  test('written by the Python package is read', () => {
    const { tensors: read, metadata } = decodeSafetensors(fromPython);
    expect(metadata).toEqual({ a: 'b' });
    expect(read).toEqual([
      { name: 'weight', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
      { name: 'count', dtype: 'I32', shape: [], data: Int32Array.of(7) },
    ]);
  });

  test('is read from a view that starts anywhere in its buffer, into arrays of its own', () => {
    const bytes = encodeSafetensors(tensors);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const { tensors: read } = decodeSafetensors(shifted);
    shifted.fill(0xff);
    expect(read.find(({ name }) => name === 'exact')?.data).toEqual(Float64Array.of(Math.PI));
  });

  test('is read from a Buffer of Node', () => {
    const { tensors: read } = decodeSafetensors(Buffer.from(encodeSafetensors(tensors)));
    expect(read.find(({ name }) => name === 'weight')?.data).toEqual(tensors[0].data);
  });

  test('named after a property that every object has is an ordinary array', () => {
    const odd = ['__proto__', 'constructor', 'toString'].map(
      (name): NamedArray => ({ name, dtype: 'F32', shape: [1], data: Float32Array.of(1) }),
    );
    const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(odd, JSON.parse('{"__proto__": "x"}')));
    expect(read.map(({ name }) => name).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.keys(metadata)).toEqual(['__proto__']);
  });
});

describe('encoding refuses', () => {
  const one = { dtype: 'F32', shape: [1], data: new Float32Array(1) } as const;
  test.each([
    [
      'a name twice',
      [
        { name: 'a', ...one },
        { name: 'a', ...one },
      ],
      /two arrays are named "a"/,
    ],
    ['the reserved name', [{ name: '__metadata__', ...one }], /reserves that name/],
    ['data that does not fill its shape', [{ name: 'a', ...one, shape: [2] }], /shape \[2\] cannot hold 1 elements/],
    ['a size that is no whole number', [{ name: 'a', ...one, shape: [-1] }], /sizes are whole numbers/],
    ['half a surrogate pair', [{ name: '\ud800', ...one }], /half a surrogate pair/],
    ['a type that its data is not of', [{ name: 'a', ...one, dtype: 'F64' } as never], /says F64 but holds a Float32/],
  ] as [string, NamedArray[], RegExp][])('%s', (_, arrays, reason) => {
    expect(() => encodeSafetensors(arrays)).toThrow(reason);
  });
});

describe('decoding refuses', () => {
  const a = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  test.each([
    ['an empty file', new Uint8Array(0), /it has 0 bytes/],
    ['a file cut in its header', encodeSafetensors(tensors).subarray(0, 20), /is it cut\?/],
    ['a file cut in its data', encodeSafetensors(tensors).subarray(0, -1), /but there are .* bytes of data/],
    ['bytes after the last array', Uint8Array.of(...encodeSafetensors(tensors), 0), /bytes follow the header/],
    ['a header longer than the format allows', file('', 0, 2n ** 63n), /announces a header of 9223372036854775808/],
    ['a foreign file', new TextEncoder().encode('\x89PNG\r\n\x1a\n and so on'), /announces a header of/],
    ['a header that is not UTF-8', fileOfBytes(Uint8Array.of(0x7b, 0xff, 0x7d)), /not UTF-8/],
    ['a header that starts with a space', file(` {${a}}`, 4), /does not start with "\{"/],
    ['text after the header', file(`{${a}} {}`, 4), /continues after its last brace/],
    ['a name twice', file(`{${a},${a}}`, 4), /the name "a" occurs twice/],
    ['a field twice', file('{"a":{"dtype":"F32","dtype":"F32"}}', 0), /the name "dtype" occurs twice/],
    ['an unknown field', file('{"a":{"stride":[1]}}', 0), /unknown field "stride"/],
    ['an array without a shape', file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4), /lacks its dtype, its shape/],
    ['an element type it does not know', file(`{${a.replace('F32', 'BF16')}}`, 4), /element type "BF16"/],
    ['an element type named like a property', file(`{${a.replace('F32', 'constructor')}}`, 4), /element type "constr/],
    ['a shape that does not fill its bytes', file(`{${a.replace('[1]', '[2]')}}`, 4), /cannot take 4 bytes/],
    ['a shape that overflows', file(`{${a.replace('[1]', '[4294967296,4294967296]')}}`, 4), /cannot take 4 bytes/],
    ['offsets backwards', file(`{${a.replace('[0,4]', '[4,0]')}}`, 4), /said to be at bytes 4 to 0/],
    ['offsets outside the file', file(`{${a.replace('[0,4]', '[0,400]')}}`, 4), /bytes 0 to 400/],
    ['overlapping arrays', file(`{${a},${a.replace('"a"', '"b"')}}`, 4), /overlaps/],
    ['bytes of no array', file(`{${a.replace('[0,4]', '[4,8]')}}`, 8), /4 bytes before array "a" belong to no array/],
    ['a negative number', file(`{${a.replace('[1]', '[-1]')}}`, 4), /whole number below 2\^53 is missing/],
    ['a fraction', file(`{${a.replace('[1]', '[1.0]')}}`, 4), /whole number below 2\^53 is missing/],
    ['a number beyond 2^53', file(`{${a.replace('[1]', '[9007199254740993]')}}`, 4), /whole number below 2\^53/],
    ['metadata that is not text', file(`{"__metadata__":{"x":1},${a}}`, 4), /"""? is missing/],
    ['deep nesting, at once', file(`${'{"a":'.repeat(100_000)}`, 0), /unknown field "a"/],
  ])('%s', (_, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
  });

  test('every cut of a valid file', () => {
    const bytes = encodeSafetensors(tensors, { purpose: 'test' });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(/^not a valid safetensors file: /);
    }
  });

  test('mutated, spliced and random files with nothing but its own error, and never makes more than it was given', () => {
    const valid = encodeSafetensors(tensors, { purpose: 'test' });
    fc.assert(
      fc.property(fc.oneof(mutations(valid), mutations(fromPython), fc.uint8Array({ maxLength: 300 })), (bytes) => {
        let read: ReturnType<typeof decodeSafetensors>;
        try {
          read = decodeSafetensors(bytes);
        } catch (error) {
          expect((error as Error).message).toMatch(/^not a valid safetensors file: /);
          return;
        }
        const total = read.tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
        // What was read can be written, and reads the same again.
        const again = decodeSafetensors(encodeSafetensors(read.tensors, read.metadata));
        expect(encodeSafetensors(again.tensors, again.metadata)).toEqual(
          encodeSafetensors(read.tensors, read.metadata),
        );
      }),
      { numRuns: 3000 },
    );
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 8 });

const arbitraryTensors: fc.Arbitrary<NamedArray[]> = fc
  .uniqueArray(text, { maxLength: 5 })
  .chain((names) => fc.tuple(...names.map((name) => arbitraryTensor(name))));

function arbitraryTensor(name: string): fc.Arbitrary<NamedArray> {
  return fc
    .tuple(fc.array(fc.nat({ max: 4 }), { maxLength: 3 }), fc.constantFrom('F32', 'F64', 'I32', 'U32'), fc.integer())
    .map(([shape, dtype, seed]) => {
      const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.imul(seed, i + 1));
      if (dtype === 'F64') return { name, dtype, shape, data: Float64Array.from(values) };
      if (dtype === 'I32') return { name, dtype, shape, data: Int32Array.from(values) };
      if (dtype === 'U32') return { name, dtype, shape, data: Uint32Array.from(values) };
      return { name, dtype: 'F32', shape, data: Float32Array.from(values) };
    });
}

function file(header: string, dataBytes: number, announced?: bigint): Uint8Array {
  return fileOfBytes(new TextEncoder().encode(header), dataBytes, announced);
}

function fileOfBytes(header: Uint8Array, dataBytes = 0, announced = BigInt(header.length)): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, announced, true);
  bytes.set(header, 8);
  return bytes;
}

/** Copies of a file with some bytes changed, some of its stretches removed or repeated. */
function mutations(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: bytes.length - 1 });
  const edit = fc.oneof(
    fc.tuple(fc.constant('set' as const), place, fc.nat({ max: 255 })),
    fc.tuple(
      fc.constant('set' as const),
      place,
      fc.constantFrom(...[...'{}[]",:0123456789'].map((c) => c.charCodeAt(0))),
    ),
    fc.tuple(fc.constant('remove' as const), place, fc.nat({ max: 20 })),
    fc.tuple(fc.constant('repeat' as const), place, fc.nat({ max: 20 })),
  );
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let result = [...bytes];
    for (const [kind, at, value] of edits) {
      if (kind === 'set') result[at] = value;
      else if (kind === 'remove') result.splice(at, value);
      else result = [...result.slice(0, at + value), ...result.slice(at)];
    }
    return Uint8Array.from(result, (value) => value ?? 0);
  });
}

test('an ArrayBuffer is refused with what to do', () => {
  const { buffer } = encodeSafetensors([]);
  expect(() => decodeSafetensors(buffer as unknown as Uint8Array)).toThrow('new Uint8Array(buffer)');
});
