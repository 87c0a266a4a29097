import { expect, test } from 'vitest';
import { bootstrapDifference } from '../../src/metrics/bootstrap.ts';
import { studentQuantile, welchDifference } from '../../src/metrics/welch.ts';
import { randomFrom } from '../../src/random/random-from.ts';

test.each([
  // Printed in every table of Student's distribution.
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [8, 2.306],
  [30, 2.042],
])('with %d degrees of freedom the quantile is the one of the tables', (freedom, expected) => {
  // Tables have three decimals, and Simpson's rule errs far less.
  expect(Math.abs(studentQuantile(freedom) - expected)).toBeLessThanOrEqual(5e-4 + 1e-5);
});

test('between integers the quantile lies between theirs', () => {
  for (const freedom of [2, 3, 5, 9]) {
    expect(studentQuantile(freedom + 0.5)).toBeLessThan(studentQuantile(freedom));
    expect(studentQuantile(freedom + 0.5)).toBeGreaterThan(studentQuantile(freedom + 1));
  }
});

test('the interval is Welch’s', () => {
  // Variances of the means 1/3 and 4/3: difference -10, standard error sqrt(5/3), freedom (5/3)^2 / (17/18).
  const { low, high } = welchDifference([1, 2, 3], [10, 12, 14]);
  const reach = studentQuantile((5 / 3) ** 2 / (17 / 18)) * Math.sqrt(5 / 3);
  expect(low).toBeCloseTo(-10 - reach, 12);
  expect(high).toBeCloseTo(-10 + reach, 12);
  expect(welchDifference([1, 1, 1], [2, 2, 2])).toEqual({ low: -1, high: -1 });
  expect(() => welchDifference([1], [1, 2])).toThrow('at least two values');
});

test('of two equal methods with three seeds each it puts one ahead as seldom as its level says, unlike the bootstrap', () => {
  const random = randomFrom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const three = () => [normal(), normal(), normal()];
  const count = 4000;
  let [welch, bootstrap] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [a, b] = [three(), three()];
    const [one, other] = [welchDifference(a, b), bootstrapDifference(a, b)];
    if (one.low > 0 || one.high < 0) welch++;
    if (other.low > 0 || other.high < 0) bootstrap++;
  }
  // Three standard deviations of the share of 4,000 draws.
  expect(welch / count).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / count));
  expect(welch / count).toBeGreaterThan(0.02);
  expect(bootstrap / count).toBeGreaterThan(0.1);
});
