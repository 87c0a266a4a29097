import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/checkpoint/crc32.ts';

test('CRC-32/ISO-HDLC of the check string is its published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('is the CRC-32 that zlib takes, of bytes of any number and place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 20 }), (bytes, start) => {
      const part = bytes.subarray(Math.min(start, bytes.length));
      expect(crc32(part)).toBe(zlibCrc32(part));
    }),
  );
});
