/** A table of measurements in a file, and its names in messages. */
export interface Float32Table {
  /** The environment's name. */
  readonly name: string;
  readonly file: string;
  readonly count: number;
  /** What each number is for, such as "string of eight letters". */
  readonly entry: string;
}

/**
 * Reads `count` float32, little-endian.
 * @throws Error on a file of another size.
 */
export function parseFloat32Table(bytes: Uint8Array, { name, file, count, entry }: Float32Table): Float32Array {
  const expected = count * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.byteLength !== expected) {
    throw new Error(
      `The ${name} table ${file} has ${bytes.byteLength} bytes; it should have ${expected}: ` +
        `${count} float32, one for each ${entry}. The file may be cut off, or another file.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * Float32Array.BYTES_PER_ELEMENT, true));
}
