import { parseSafetensorsHeader } from './safetensors-header.ts';

/** A named array of a file: `shape` is row-major, its product is the length of `data`. */
export type NamedArray =
  | { readonly name: string; readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly name: string; readonly dtype: 'F64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly name: string; readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly name: string; readonly dtype: 'U32'; readonly shape: readonly number[]; readonly data: Uint32Array };

/** The supported element types, with the bytes of one element. */
const elementBytes = { F32: 4, F64: 8, I32: 4, U32: 4 } as const;

/** The longest header that the format's own reader accepts, in bytes. */
const maxHeaderBytes = 100_000_000;

/** The part of a safetensors file before its header: the header's length as an unsigned 64-bit number. */
const prefixBytes = 8;

/**
 * Writes arrays and text as a safetensors file (https://github.com/huggingface/safetensors, "Format"). The bytes depend
 * only on the contents: arrays are sorted by decreasing element size, then by name, so that each starts at a multiple
 * of its element size, and metadata is sorted by key.
 *
 * Throws if a name occurs twice, is `__metadata__` or is not well-formed, or if a shape does not match its data.
 */
export function encodeSafetensors(
  tensors: readonly NamedArray[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(
    (a, b) => elementBytes[b.dtype] - elementBytes[a.dtype] || compareText(a.name, b.name),
  );
  const entries: string[] = [];
  const keys = Object.keys(metadata).sort(compareText);
  if (keys.length > 0) {
    const pairs = keys.map((key) => `${quote(key)}:${quote(metadata[key])}`);
    entries.push(`"__metadata__":{${pairs.join(',')}}`);
  }
  const names = new Set<string>();
  let dataBytes = 0;
  for (const tensor of ordered) {
    checkTensor(tensor, names);
    const end = dataBytes + tensor.data.byteLength;
    const shape = tensor.shape.join(',');
    entries.push(
      `${quote(tensor.name)}:{"dtype":"${tensor.dtype}","shape":[${shape}],"data_offsets":[${dataBytes},${end}]}`,
    );
    dataBytes = end;
  }
  const header = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    throw new Error(`cannot write a safetensors file with a header of ${headerBytes} bytes: at most ${maxHeaderBytes}`);
  }

  const bytes = new Uint8Array(prefixBytes + headerBytes + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(header, prefixBytes);
  bytes.fill(0x20, prefixBytes + header.length, prefixBytes + headerBytes);
  let offset = prefixBytes + headerBytes;
  for (const { data } of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a complete safetensors file. If it is cut, has bytes that belong to no array, arrays that overlap or do not
 * fill their shape, repeated names, or an element type other than F32, F64, I32 and U32, it throws an Error that says
 * so. Arrays are copies, in the order of the file.
 */
export function decodeSafetensors(bytes: Uint8Array): { tensors: NamedArray[]; metadata: Record<string, string> } {
  if (!(bytes instanceof Uint8Array)) {
    throw new Error('A safetensors file is read from a Uint8Array: of an ArrayBuffer, new Uint8Array(buffer).');
  }
  const { headerEnd, text } = readHeaderText(bytes);
  const { entries, metadata } = parseSafetensorsHeader(text);
  const dataBytes = bytes.byteLength - headerEnd;
  const ordered = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);

  // All entries are checked before the first array is made, so that a refused file costs no memory.
  let expected = 0;
  for (const { name, dtype, shape, begin, end } of ordered) {
    const at = `array ${JSON.stringify(name)}`;
    if (!isSupported(dtype)) {
      throw invalid(`${at} has the element type ${JSON.stringify(dtype)}; only F32, F64, I32 and U32 are read`);
    }
    if (end < begin || end > dataBytes) {
      throw invalid(`${at} is said to be at bytes ${begin} to ${end}, but there are ${dataBytes} bytes of data`);
    }
    if (begin < expected) throw invalid(`${at} overlaps the array before it`);
    if (begin > expected) throw invalid(`the ${begin - expected} bytes before ${at} belong to no array`);
    const elements = elementCount(shape);
    if (elements * elementBytes[dtype] !== end - begin) {
      throw invalid(`${at} of shape [${shape.join(', ')}] and type ${dtype} cannot take ${end - begin} bytes`);
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    throw invalid(`its arrays take ${expected} bytes, but ${dataBytes} bytes follow the header`);
  }

  const tensors = ordered.map(({ name, dtype, shape, begin, end }) => {
    // Not `slice`, which does not copy a Node Buffer, also a Uint8Array.
    const copy = new Uint8Array(bytes.subarray(headerEnd + begin, headerEnd + end)).buffer;
    // Every platform with WebGPU or WebAssembly is little-endian, as the format is.
    switch (dtype) {
      case 'F64':
        return { name, dtype, shape, data: new Float64Array(copy) };
      case 'I32':
        return { name, dtype, shape, data: new Int32Array(copy) };
      case 'U32':
        return { name, dtype, shape, data: new Uint32Array(copy) };
      default:
        return { name, dtype: 'F32' as const, shape, data: new Float32Array(copy) };
    }
  });
  return { tensors, metadata };
}

function readHeaderText(bytes: Uint8Array): { headerEnd: number; text: string } {
  if (bytes.byteLength < prefixBytes) {
    throw invalid(`it has ${bytes.byteLength} bytes, fewer than the ${prefixBytes} that say how long its header is`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(maxHeaderBytes)) {
    throw invalid(`it announces a header of ${headerBytes} bytes, more than the ${maxHeaderBytes} of the format`);
  }
  const headerEnd = prefixBytes + Number(headerBytes);
  if (headerEnd > bytes.byteLength) {
    throw invalid(`it announces a header of ${headerBytes} bytes but has only ${bytes.byteLength} bytes; is it cut?`);
  }
  const header = bytes.subarray(prefixBytes, headerEnd);
  try {
    return { headerEnd, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header) };
  } catch {
    throw invalid('its header is not UTF-8 text');
  }
}

function checkTensor(tensor: NamedArray, names: Set<string>): void {
  const { name, shape, data } = tensor;
  if (name === '__metadata__') throw new Error('no array can be named "__metadata__": the format reserves that name');
  if (names.has(name)) throw new Error(`two arrays are named ${JSON.stringify(name)}`);
  names.add(name);
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new Error(`array ${JSON.stringify(name)} has the shape [${shape.join(', ')}]: sizes are whole numbers`);
    }
  }
  if (elementCount(shape) !== data.length) {
    const elements = `${data.length} elements`;
    throw new Error(`array ${JSON.stringify(name)} of shape [${shape.join(', ')}] cannot hold ${elements}`);
  }
  if (elementBytes[tensor.dtype] !== data.BYTES_PER_ELEMENT) {
    throw new Error(`array ${JSON.stringify(name)} says ${tensor.dtype} but holds a ${data.constructor.name}`);
  }
}

/** The product of the sizes. Beyond 2^53 it is inexact, but no array is that long. */
function elementCount(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

function isSupported(dtype: string): dtype is NamedArray['dtype'] {
  return Object.hasOwn(elementBytes, dtype);
}

/** Compares by UTF-16 code unit, which is the same in every language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function quote(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Error(`${JSON.stringify(text)} has half a surrogate pair in it, which UTF-8 cannot write`);
  }
  return JSON.stringify(text);
}

function invalid(reason: string): Error {
  return new Error(`not a valid safetensors file: ${reason}`);
}
