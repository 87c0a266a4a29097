/** Numbers as little-endian float32, the format of environments' tables in files. */
export function float32Bytes(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length * Float32Array.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) view.setFloat32(i * Float32Array.BYTES_PER_ELEMENT, number, true);
  return bytes;
}
