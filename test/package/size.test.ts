import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MeasuredSize, measureSizes } from '../../scripts/page/page-sizes.mjs';

let folder: string;
let sizes: readonly MeasuredSize[];
beforeAll(async () => {
  mkdirSync('build', { recursive: true });
  folder = mkdtempSync('build/sizes-');
  sizes = await measureSizes(folder, { slow: false });
});
afterAll(() => rmSync(folder, { recursive: true }));

// Bytes of the files that a page loads, each gzipped, WebAssembly aside; docs/architecture.md says what each is.
describe('the package stays small', () => {
  test('nothing exceeds its budget', () => {
    expect(sizes.length).toBeGreaterThan(5);
    const over = sizes.filter(({ counted, budget }) => counted > budget);
    expect(over.map(({ what, counted, budget }) => `${what}: ${counted} of ${budget} bytes`)).toEqual([]);
  });

  test('the core with its kernels is under 30 KB', () => {
    const core = sizes.find(({ what }) => what.startsWith('the core with its kernels'));
    expect(core?.together).toBeLessThan(30_000);
    // It did load kernels: those of a perceptron are a quarter of it or more.
    expect(core?.together).toBeGreaterThan((core?.before ?? Number.POSITIVE_INFINITY) * 1.25);
  });
});
