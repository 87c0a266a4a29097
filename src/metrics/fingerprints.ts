import { checkGiven } from '../text/check-given.ts';
import type { ObjectDistance } from './object-distance.ts';

/** The number of bits set in each byte. */
const bitsOfByte = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
});

/**
 * Tanimoto's similarity (1958; Jaccard's) of two sets of bits, such as molecules' fingerprints: the number of bits set
 * in both divided by the number set in either; from 0 to 1, and 1 if no bit is set.
 * @throws Error if the lengths differ.
 */
export function tanimotoSimilarity(a: Uint8Array, b: Uint8Array): number {
  if (a?.length === undefined || b?.length === undefined) checkGiven('tanimotoSimilarity', { a, b }, 'bytes');
  if (a.length !== b.length) {
    throw new Error(`Fingerprints of one length have a similarity, not those of ${a.length} and ${b.length} bytes.`);
  }
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    both += bitsOfByte[a[i] & b[i]];
    either += bitsOfByte[a[i] | b[i]];
  }
  return either === 0 ? 1 : both / either;
}

/** 1 minus `tanimotoSimilarity`; the diversity of molecules is its mean. */
export const tanimotoDistance: ObjectDistance<Uint8Array> = (a, b) => 1 - tanimotoSimilarity(a, b);
