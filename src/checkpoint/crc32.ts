/** Remainders of a byte followed by 0 to 7 bytes of zeros, by the polynomial of ISO-HDLC (0xedb88320, reflected). */
const tables = /* @__PURE__ */ remainders();

/**
 * CRC-32 as in zip, PNG and Python's `zlib.crc32`, of bytes, as a number below 2^32. It detects every change within 32
 * consecutive bits, such as a flipped bit or byte. It guards against accidents, not against malice: anybody can make a
 * file with a given CRC.
 *
 * Eight bytes at a time (M. Kounavis, F. Berry: Novel table lookup-based algorithms for high-performance CRC
 * generation, IEEE Transactions on Computers 57, 2008).
 */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  const whole = bytes.length - (bytes.length % 8);
  let crc = -1;
  for (let i = 0; i < whole; i += 8) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc =
      t7[low & 255] ^
      t6[(low >>> 8) & 255] ^
      t5[(low >>> 16) & 255] ^
      t4[low >>> 24] ^
      t3[bytes[i + 4]] ^
      t2[bytes[i + 5]] ^
      t1[bytes[i + 6]] ^
      t0[bytes[i + 7]];
  }
  for (let i = whole; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function remainders(): Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    return remainder;
  });
  const all = [first];
  for (let zeros = 1; zeros < 8; zeros++) {
    all.push(all[zeros - 1].map((remainder) => first[remainder & 255] ^ (remainder >>> 8)));
  }
  return all;
}
