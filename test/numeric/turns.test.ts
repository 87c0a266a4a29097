import { expect, test } from 'vitest';
import { cosPi, sinPi } from '../../src/numeric/turns.ts';

test('sine and cosine of half turns are those of Math, and exact where they are whole', () => {
  let worst = 0;
  for (let i = -4000; i <= 4000; i++) {
    const x = (i * 0.6180339887498949) % 8;
    const errors = [cosPi(x) - Math.cos(Math.PI * x), sinPi(x) - Math.sin(Math.PI * x)];
    worst = Math.max(worst, ...errors.map(Math.abs));
  }
  // Math's radians are off by an epsilon of their size, up to 8 pi; ours by a few epsilon of 1.
  expect(worst).toBeLessThanOrEqual(30 * Number.EPSILON);
  expect([0, 1, 2, -3].map(cosPi)).toEqual([1, -1, 1, -1]);
  expect([0.5, 1.5, -0.5].map(sinPi)).toEqual([1, -1, -1]);
  expect(Math.abs(cosPi(0.5))).toBe(0);
  expect(Math.abs(sinPi(1))).toBe(0);
});

test('sine and cosine of half turns have these bits, in every engine', () => {
  const sum = new Uint32Array(1);
  for (let i = 0; i < 2000; i++) {
    const x = (i * 0.6180339887498949) % 2;
    for (const word of new Uint32Array(Float64Array.of(cosPi(x), sinPi(x)).buffer)) {
      sum[0] = Math.imul(sum[0] ^ word, 0x01000193);
    }
  }
  expect(sum[0]).toBe(3_148_061_240);
});
