import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { logarithmicTicks } from '../../src/plot/chart.ts';
import { distributionPlot } from '../../src/plot/distribution.ts';
import { learningCurvePlot } from '../../src/plot/learning-curve.ts';
import { rasterise } from '../../src/plot/rasterise.ts';
import { disturbed, hypergridTarget, learningCurve, normalised, stringsTarget } from './examples.ts';

const { resolve } = createRequire(import.meta.url);
const files = {
  renderer: readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')),
  font: readFileSync(resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
};

const grid2 = hypergridTarget(2, 20);
const grid4 = hypergridTarget(4, 8);
const strings = stringsTarget();

describe('the picture of a distribution', () => {
  test('of a grid of two coordinates has a cell for each position, in target and learnt', async () => {
    const svg = await distributionPlot({ target: grid2, learnt: disturbed(grid2, 0.2), shape: [20, 20] });
    expect(cellColours(svg)).toHaveLength(2 * 400);
    for (const text of ['target', 'learnt', 'coordinate 1', 'coordinate 2', 'probability']) {
      expect(texts(svg)).toContain(text);
    }
  });

  test('colours equal probabilities alike on both sides', async () => {
    const colours = cellColours(await distributionPlot({ target: grid2, learnt: grid2, shape: [20, 20] }));
    expect(colours.slice(0, 400)).toEqual(colours.slice(400));
    // The easy reward takes three values.
    expect(new Set(colours).size).toBe(3);
  });

  test('puts the first coordinate on the horizontal axis and the second upwards', async () => {
    const target = Float64Array.of(0, 0, 1, 0, 0, 0);
    const svg = await distributionPlot({ target, learnt: target, shape: [2, 3] });
    const places = cells(svg).slice(0, 6);
    const brightest = places.filter(({ colour }) => colour !== places[0].colour);
    expect(brightest).toHaveLength(1);
    expect(brightest[0].x).toBe(Math.min(...places.map(({ x }) => x)));
    expect(brightest[0].y).toBe(Math.max(...places.map(({ y }) => y)));
  });

  test('of a grid of more coordinates shows the marginal of the first two, and says so', async () => {
    const svg = await distributionPlot({ target: grid4, learnt: grid4, shape: [8, 8, 8, 8] });
    expect(cellColours(svg)).toHaveLength(2 * 64);
    expect(texts(svg).join()).toContain('marginal of coordinates 1 and 2 of 4');
  });

  test('of a long grid sums positions until cells can be seen, and says so', async () => {
    const target = hypergridTarget(2, 100);
    const svg = await distributionPlot({ target, learnt: target, shape: [100, 100] });
    expect(cellColours(svg)).toHaveLength(2 * 50 * 50);
    expect(texts(svg).join()).toContain('each cell sums 2 × 2 positions');
  });

  test('of objects without an order shows learnt against target probability, in bins where there are many', async () => {
    const svg = await distributionPlot({ target: strings, learnt: disturbed(strings, 0.5) });
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['target probability', 'learnt probability', 'objects in a bin']),
    );
    expect(texts(svg).join()).toContain('over 65,536 objects');
  });

  test('counts the objects that the sampler never draws', async () => {
    const target = normalised([1, 2, 3, 4]);
    const svg = await distributionPlot({ target, learnt: Float64Array.of(0, 0, 0.5, 0.5) });
    expect(texts(svg).join()).toContain('2 objects at or below the lower end');
  });

  test('names the exact total variation', async () => {
    const svg = await distributionPlot({
      target: Float64Array.of(0.5, 0.5),
      learnt: Float64Array.of(0.25, 0.75),
      shape: [2],
    });
    expect(texts(svg)).toContain('total variation 0.250');
  });

  test('is refused where target, learnt and shape do not belong together', async () => {
    const four = normalised([1, 2, 3, 4]);
    await expect(distributionPlot({ target: four, learnt: four.slice(1) })).rejects.toThrow(/4 objects beside .* of 3/);
    await expect(distributionPlot({ target: four, learnt: four, shape: [3, 2] })).rejects.toThrow(/shape \[3, 2\]/);
  });
});

describe('the picture of a learning curve', () => {
  test('has a panel for each measure that was taken, with units', async () => {
    const all = texts(await learningCurvePlot(learningCurve(20)));
    const gaps = ['log Z − ELBO (nats)', 'EUBO − log Z (nats)'];
    for (const title of ['total variation', ...gaps, 'log-partition (nats)', 'trajectories']) {
      expect(all).toContain(title);
    }
    const sampled = learningCurve(20).map(({ step, trajectories, elboGap = 0 }) => ({ step, trajectories, elboGap }));
    const one = texts(await learningCurvePlot(sampled));
    expect(one).toContain('log Z − ELBO (nats)');
    expect(one).not.toContain('total variation');
  });

  test('of non-enumerable objects shows scores, bounds and the invalid share', async () => {
    const points = learningCurve(5).map(({ step, trajectories }) => {
      return {
        step,
        trajectories,
        meanScore: 0.5 + step,
        topMeanScore: 0.9 + step,
        elbo: step,
        heldOutEubo: 60 - step,
      };
    });
    const all = texts(await learningCurvePlot(points.map((point) => ({ ...point, invalidShare: 0 }))));
    for (const text of ['score', 'mean', 'best tenth', 'bounds (nats)', 'ELBO', 'EUBO, held-out']) {
      expect(all).toContain(text);
    }
    expect(all).not.toContain('share of invalid');
    const some = points.map((point) => ({ ...point, invalidShare: 0.1 }));
    expect(texts(await learningCurvePlot(some))).toContain('share of invalid');
  });

  test('shows the exact log-partition where it is known', async () => {
    expect(texts(await learningCurvePlot(learningCurve(20)))).toContain('exact: 5.430');
  });

  test.each([
    ['no evaluation', []],
    ['one evaluation, before the first step', learningCurve(1)],
    ['numbers that are not finite', [{ step: 0, trajectories: 0, totalVariation: Number.NaN, elboGap: -1 }]],
    ['an ELBO gap that rounding made positive', [{ step: 1, trajectories: 16, elboGap: 1e-9 }]],
    ['a total variation of 0', [{ step: 1, trajectories: 16, totalVariation: 0 }]],
    ['a curve that does not move', [1, 2].map((step) => ({ step, trajectories: step, totalVariation: 0.5 }))],
  ])('is drawn without a broken number of %s', async (_, points) => {
    const svg = await learningCurvePlot(points);
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a logarithmic axis', () => {
  test('is marked at powers of ten, and at 1, 2 and 5 or more where it is short', () => {
    expect(logarithmicTicks(0.14, 0.48)).toEqual([0.15, 0.2, 0.3, 0.4]);
    expect(logarithmicTicks(0.015, 0.99)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
    expect(logarithmicTicks(1e-5, 1)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(logarithmicTicks(1e-30, 1).length).toBeLessThanOrEqual(9);
  });
});

describe('pixels', () => {
  test('are a PNG file of twice the size of the drawing', async () => {
    const png = await rasterise('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', files);
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([60, 40]);
  });

  test('show letters without any font of the machine', async () => {
    const draw = (text: string) =>
      rasterise(
        `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text y="15" font-family="Verdana">${text}</text></svg>`,
        files,
      );
    const [blank, first, second] = [await draw(''), await draw('one'), await draw('two')];
    expect(first).not.toEqual(blank);
    expect(first).not.toEqual(second);
  });

  test('of every kind of picture can be made; FLOWTAPE_PICTURES names a folder to look at them in', async () => {
    const line = hypergridTarget(1, 40);
    const pictures = {
      'grid-2': await distributionPlot({ target: grid2, learnt: disturbed(grid2, 0.2), shape: [20, 20] }),
      'grid-4': await distributionPlot({ target: grid4, learnt: disturbed(grid4, 0.5), shape: [8, 8, 8, 8] }),
      'grid-1': await distributionPlot({ target: line, learnt: disturbed(line, 0.2), shape: [40] }),
      strings: await distributionPlot({ target: strings, learnt: disturbed(strings, 0.5) }),
      'few-strings': await distributionPlot({
        target: normalised(strings.slice(0, 300)),
        learnt: disturbed(normalised(strings.slice(0, 300)), 0.5),
      }),
      curve: await learningCurvePlot(learningCurve(30)),
      'long-curve': await learningCurvePlot(learningCurve(300)),
    };
    const folder = process.env.FLOWTAPE_PICTURES;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    for (const [name, svg] of Object.entries(pictures)) {
      const png = await rasterise(svg, files);
      // A blank page of this size compresses to some hundred bytes.
      expect(png.length).toBeGreaterThan(10_000);
      if (folder !== undefined) {
        writeFileSync(join(folder, `${name}.svg`), svg);
        writeFileSync(join(folder, `${name}.png`), png);
      }
    }
  });
});

/** The texts of a drawing, lines of one text joined. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
}

/** Cells of the heat maps in the order of drawing: rectangles with a colour of the scale. `y` counts upwards. */
function cells(svg: string): { x: number; y: number; colour: string }[] {
  const pattern = /<path d="M([-\d.]+),([-\d.]+)h[^"]*" fill="(rgb[^"]*)"/g;
  return [...svg.matchAll(pattern)].map(([, x, y, colour]) => ({ x: Number(x), y: -Number(y), colour }));
}

function cellColours(svg: string): string[] {
  return cells(svg).map(({ colour }) => colour);
}
