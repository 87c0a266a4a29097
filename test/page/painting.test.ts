import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactTarget } from '../../src/metrics/target.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { pageConfig } from '../../src/page/page-config.ts';
import {
  painted,
  paintedTarget,
  paintingIn,
  paintingOf,
  readPainting,
  resized,
  withFittingPainting,
  withPainting,
  writePainting,
} from '../../src/page/ui/painting.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { paintedReward } from '../../src/problems/hypergrid/painted-reward.ts';

const level = fc.integer({ min: 0, max: 9 });

test('a painting shows the target that training will have', () => {
  fc.assert(
    fc.property(fc.array(level, { minLength: 16, maxLength: 16 }), (painting) => {
      const size = { dimension: 2, side: 4 };
      const reward = paintedReward({ ...size, painting: writePainting(painting) });
      const { probability } = exactTarget(hypergrid(size), reward);
      paintedTarget(painting).forEach((share, cell) => {
        // Both in float64; the reward passes through a logarithm and back, a few roundings of 2^-53.
        expect(Math.abs(share - probability[cell])).toBeLessThan(1e-14);
      });
    }),
  );
});

test('a painting is read as it was written', () => {
  expect(readPainting(writePainting([0, 9, 3, 1]))).toEqual([0, 9, 3, 1]);
});

test('a painting begins with what comes near to a target', () => {
  expect(paintingOf([0.5, 0.25, 0, 0.25])).toEqual([9, 5, 0, 5]);
  expect(paintingOf([])).toEqual([]);
});

test('strokes change the cells that they pass, and no other', () => {
  expect(painted([0, 0, 0, 0], 2, [{ x: 1, y: 0 }], 7)).toEqual([0, 0, 7, 0]);
});

describe('a painting on a grid of another side', () => {
  test('has the levels that were there', () => {
    expect(resized([1, 2, 3, 4], 4)).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
    expect(resized(resized([1, 2, 3, 4], 6), 2)).toEqual([1, 2, 3, 4]);
  });
});

describe('a configuration', () => {
  const config = defaultConfig();
  const change = (options: Readonly<Record<string, number | string>>) => ({
    ...config,
    problemOptions: { ...config.problemOptions, ...options },
  });
  const half = Array.from({ length: 64 }, (_, i) => (i < 32 ? 9 : 0));

  test('whose reward is to be painted is given a painting as large as its grid', () => {
    const next = withFittingPainting(change({ reward: 'painted' }), half);
    expect(paintingIn(next)?.length).toBe(256);
    expect(pageConfig(next)).toEqual(next);
  });

  test('whose grid changes has its painting changed with it', () => {
    const next = withFittingPainting(change({ reward: 'painted', painting: writePainting(half), side: 4 }), []);
    expect(paintingIn(next)?.length).toBe(16);
    // From an address, where it stood beside another reward.
    const ragged = withFittingPainting(change({ reward: 'painted', painting: '012' }), []);
    expect(pageConfig(ragged)).toEqual(ragged);
  });

  test('that has another reward, or more axes, has none', () => {
    for (const options of [{ reward: 'hard' }, { reward: 'painted', dimension: 3 }]) {
      const next = withFittingPainting(change({ ...options, painting: writePainting(half) }), half);
      expect(next.problemOptions).not.toHaveProperty('painting');
      expect(paintingIn(next)).toBeUndefined();
      expect(pageConfig(next)).toEqual(next);
    }
  });

  test('holds a painting as it was made', () => {
    const painting = Array.from({ length: 256 }, (_, i) => i % 10);
    expect(paintingIn(withPainting(config, painting))).toEqual(painting);
  });
});
