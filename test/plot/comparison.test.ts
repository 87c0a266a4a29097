import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonPlot, type MethodCurves } from '../../src/plot/comparison.ts';
import { spreadLabels } from '../../src/plot/labels.ts';
import type { CurvePoint } from '../../src/plot/learning-curve.ts';
import { comparedMeasures, seedBand } from '../../src/plot/seed-band.ts';
import { learningCurve } from './examples.ts';

const [totalVariation, elboGap] = comparedMeasures;

function points(...values: (number | undefined)[]): CurvePoint[] {
  return values.map((value, i) => ({
    step: i,
    trajectories: 16 * i,
    ...(value === undefined ? {} : { totalVariation: value, elboGap: -2 * value }),
  }));
}

describe('the band of several seeds', () => {
  test('has the mean and its interval at each number of trajectories', () => {
    const runs = [
      { seed: 0, points: points(0.5, 0.3) },
      { seed: 1, points: points(0.7, 0.1) },
      { seed: 2, points: points(0.9, 0.2) },
    ];
    const [first, second] = seedBand(runs, totalVariation);
    const close = (value: number) => expect.closeTo(value, 12);
    // Of three the 27th part of the resamples takes the least alone, which is more than the tail of 1 / 40.
    expect(first).toEqual({ trajectories: 0, mean: close(0.7), low: close(0.5), high: close(0.9) });
    expect(second).toEqual({ trajectories: 16, mean: close(0.2), low: close(0.1), high: close(0.3) });
    // The gap of a lower bound is negative; what is drawn is how far it is below.
    expect(seedBand(runs, elboGap)[0]).toEqual({ trajectories: 0, mean: close(1.4), low: close(1), high: close(1.8) });
  });

  test('covers the runs that came nearly as far as the longest, where all of them have a value', () => {
    const longer = { seed: 0, points: points(0.5, 0.4, 0.3, 0.2, 0.1) };
    const shorter = { seed: 1, points: points(0.5, 0.4, 0.3) };
    const faulty = { seed: 2, points: points(0.5, 0, undefined, Number.NaN, 0.2) };
    expect(seedBand([longer, shorter], totalVariation)).toHaveLength(5);
    expect(seedBand([longer, faulty], totalVariation).map(({ trajectories }) => trajectories)).toEqual([0, 64]);
    expect(seedBand([longer], totalVariation)).toHaveLength(5);
    expect(seedBand([longer, { seed: 2, points: [] }], totalVariation)).toHaveLength(5);
    expect(seedBand([{ seed: 2, points: [] }], totalVariation)).toEqual([]);
  });
});

describe('labels that would overlap', () => {
  const positions = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 20 });

  test('are moved apart, keep their order, and stay within the picture', () => {
    fc.assert(
      fc.property(positions, (wished) => {
        const placed = spreadLabels(wished, 13, 0, 300);
        const order = wished.map((_, i) => i).sort((a, b) => wished[a] - wished[b] || a - b);
        for (let k = 1; k < order.length; k++) {
          // Sums of steps of 13 in float64.
          expect(placed[order[k]] - placed[order[k - 1]]).toBeGreaterThan(13 - 1e-9);
        }
        expect(Math.min(...placed)).toBeGreaterThan(-1e-9);
        expect(Math.max(...placed)).toBeLessThan(300 + 1e-9);
      }),
    );
  });

  test('are left where they are when they do not', () => {
    expect(spreadLabels([100, 20, 33], 13, 0, 300)).toEqual([100, 20, 33]);
    expect(spreadLabels([50, 50], 13, 0, 300)).toEqual([43.5, 56.5]);
    expect(spreadLabels([299, 300, 10], 13, 0, 300)).toEqual([287, 300, 10]);
  });
});

describe('the picture of a sweep', () => {
  const names = ['ent-ppo', 'gae', 'tb', 'db', 'subtb', 'vargrad', 'fm', 'ent-trpo', 'ent-ppo-k8-without-clipping'];
  const curves = (count: number): MethodCurves[] =>
    names.slice(0, count).map((method, i) => ({
      method,
      runs: [0, 1, 2].map((seed) => ({
        seed,
        points: learningCurve(20).map((point) => ({
          ...point,
          totalVariation: Math.min(1, (point.totalVariation ?? 0) * (1 + 0.2 * i + 0.1 * seed)),
        })),
      })),
    }));

  test('names every method, the measure with its unit, and what lines and bands are', async () => {
    const svg = (await comparisonPlot(curves(9), elboGap, 'hypergrid (dimension 4, side 20)')) ?? '';
    const all = [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1]);
    const subtitle = ['single evaluations, mean over 3 seeds', 'bands are its 95 % bootstrap intervals'];
    for (const text of [
      ...names,
      'hypergrid (dimension 4, side 20)',
      'log Z − ELBO (nats), logarithmic',
      'trajectories',
      ...subtitle,
    ]) {
      expect(all).toContain(text);
    }
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('breaks a long title into lines, so that it does not widen the picture', async () => {
    const words = 'qm9-atoms (max-atoms 9, inverse-temperature drawn, beta 16); score: surrogate gap (Hückel model)';
    const [short, long] = await Promise.all(['', words].map((title) => comparisonPlot(curves(1), elboGap, title)));
    const widthOf = (svg = '') => /^<svg[^>]* width="(\d+)"/.exec(svg)?.[1];
    expect(widthOf(short)).toBeDefined();
    expect(widthOf(long)).toBe(widthOf(short));
    const lines = [...(long ?? '').matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1]);
    expect(lines).toEqual(expect.arrayContaining(['qm9-atoms (max-atoms 9, inverse-temperature drawn, beta 16);']));
    expect(lines.join(' ')).toContain(words);
  });

  test('shows other measures than distances too, below 0 and of any size', async () => {
    const elbo = comparedMeasures.find(({ name }) => name === 'elbo') ?? elboGap;
    const methods = ['tb', 'db'].map((method, i) => ({
      method,
      runs: [
        { seed: 0, points: [0, 1, 2].map((step) => ({ step, trajectories: 16 * step, elbo: 20 * step - 30 + i })) },
      ],
    }));
    expect(seedBand(methods[0].runs, elbo).map(({ mean }) => mean)).toEqual([-30, -10, 10]);
    const svg = (await comparisonPlot(methods, elbo, '')) ?? '';
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const all = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    for (const text of ['tb', 'db', 'ELBO (nats)', '−20', '0']) expect(all).toContain(text);
  });

  test('tells lines apart by colour, and by dashes where there are more than colours', async () => {
    const svg = (await comparisonPlot(curves(9), totalVariation, '')) ?? '';
    const lines = [...svg.matchAll(/aria-roledescription="line mark"[^>]*/g)].map(([line]) => {
      return `${/stroke="([^"]*)"/.exec(line)?.[1]} ${/stroke-dasharray="([^"]*)"/.exec(line)?.[1]}`;
    });
    expect(lines).toHaveLength(9);
    expect(new Set(lines).size).toBe(9);
  });

  test('omits methods without the measure, and is not drawn without any', async () => {
    const [first, ...others] = curves(3);
    const without = others.map(({ method }) => ({ method, runs: [{ seed: 0, points: points(undefined) }] }));
    const svg = (await comparisonPlot([first, ...without], totalVariation, '')) ?? '';
    expect(svg).toContain('>ent-ppo<');
    expect(svg).not.toContain('>gae<');
    expect(await comparisonPlot(without, totalVariation, '')).toBeUndefined();
  });

  test.each([
    ['one seed of one evaluation', points(0.5)],
    ['a figure that does not move', points(0.5, 0.5, 0.5)],
    ['figures at rounding', points(0.5, 1e-17)],
  ])('is drawn without a broken number of %s', async (_, only) => {
    const svg = await comparisonPlot([{ method: 'tb', runs: [{ seed: 0, points: only }] }], totalVariation, 'sweep');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toContain('one seed');
  });

  test('shows names of methods as they are', async () => {
    const named = [{ method: '<script>&', runs: [{ seed: 0, points: points(0.5, 0.4) }] }];
    const svg = (await comparisonPlot(named, totalVariation, '<b>')) ?? '';
    expect(svg).not.toMatch(/<script|<b>/);
    expect(svg).toContain('&lt;script&gt;&amp;');
  });
});
