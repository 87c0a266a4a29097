import { describe, expect, test } from 'vitest';
import {
  axisEnd,
  chartData,
  placeOn,
  placeText,
  type RunLine,
  rangeOf,
  shortCount,
  valueAt,
} from '../../src/page/ui/chart-data.ts';
import { chartFigure, figuresOf, firstFigures } from '../../src/page/ui/chart-figures.ts';

function line(...curves: (readonly [step: number, variation: number])[][]): RunLine {
  const points = (curve: (readonly [number, number])[]) =>
    curve.map(([step, totalVariation]) => ({
      step,
      seconds: step / 100,
      values: { totalVariation, loss: -totalVariation },
    }));
  return { colour: 3, batch: 8, updates: 4, curves: curves.map(points) };
}
const variation = chartFigure('totalVariation');

describe('an axis of iterations', () => {
  test('ends with the run, and before that a third beyond what there is', () => {
    expect(axisEnd([], 500)).toBe(100);
    expect(axisEnd([0, 300], 500)).toBe(400);
    expect(axisEnd([0, 450], 500)).toBe(500);
    expect(axisEnd([0, 17_455], 1_000_000)).toBe(23_274);
    expect(axisEnd([0], 1)).toBe(1);
    expect(axisEnd([0, 2.5], Number.POSITIVE_INFINITY)).toBe(2.5);
  });

  test('has short numbers', () => {
    expect([0, 500, 1000, 2500, 20_000, 1_500_000].map(shortCount)).toEqual(['0', '500', '1k', '2.5k', '20k', '1.5M']);
    expect(placeText('updates', 2500)).toBe('2.5k updates');
    expect(placeText('seconds', 0.12345)).toBe('0.123 s');
  });
});

describe('the data of a chart', () => {
  /** A run of ten iterations, and one that ended after five. */
  const twoRuns = () =>
    chartData(
      [
        line([
          [0, 1],
          [10, 0.5],
        ]),
        line([
          [0, 0.9],
          [5, 0.7],
        ]),
      ],
      variation,
      'iterations',
    );

  test('puts runs on one axis, with gaps where a run has no figure', () => {
    const data = twoRuns();
    expect(data.x).toEqual([0, 5, 10]);
    expect(data.series.map(({ middle }) => middle)).toEqual([
      [1, null, 0.5],
      [0.9, 0.7, null],
    ]);
    expect(data.series.every(({ low }) => low === undefined)).toBe(true);
  });

  test('counts trajectories, updates and seconds as it does iterations', () => {
    const point = { step: 10, seconds: 0.1, values: {} };
    const axes = ['iterations', 'trajectories', 'updates', 'seconds'] as const;
    expect(axes.map((axis) => placeOn(axis, line(), point))).toEqual([10, 80, 40, 0.1]);
  });

  test('shows the median and the range of several seeds, as far as all have come', () => {
    const seeds = line(
      [
        [0, 1],
        [10, 0.5],
        [20, 0.1],
      ],
      [
        [0, 0.8],
        [10, 0.4],
      ],
      [
        [0, 0.9],
        [10, 0.2],
      ],
    );
    const { x, series } = chartData([seeds], variation, 'iterations');
    expect([x[0], x.at(-1)]).toEqual([0, 10]);
    const [{ middle, low, high }] = series;
    expect([middle[0], low?.[0], high?.[0]]).toEqual([0.9, 0.8, 1]);
    expect([middle.at(-1), low?.at(-1), high?.at(-1)]).toEqual([0.4, 0.2, 0.5]);
  });

  test('has sizes that a log scale takes, and other figures as they are', () => {
    const run = line([
      [0, 0],
      [1, 0.25],
    ]);
    expect(chartData([run], variation, 'iterations').series[0].middle).toEqual([1e-6, 0.25]);
    expect(chartData([run], chartFigure('loss'), 'iterations').series[0].middle).toEqual([-0, -0.25]);
  });

  test('is read at a position as the last value of each run, but not beyond its end', () => {
    const data = twoRuns();
    expect(data.series.map((each) => valueAt(data, each, 7)?.y)).toEqual([1, undefined]);
    expect(data.series.map((each) => valueAt(data, each, 5)?.y)).toEqual([1, 0.7]);
    expect(data.series.map((each) => valueAt(data, each, 10)?.y)).toEqual([0.5, undefined]);
  });

  test('spans whole powers of ten, or its values with a margin and their target level', () => {
    const range = (run: RunLine, figure = variation, level?: number) =>
      rangeOf(chartData([run], figure, 'iterations'), figure, level);
    expect(
      range(
        line([
          [0, 0.02],
          [1, 0.7],
        ]),
      ),
    ).toEqual([0.01, 1]);
    expect(range(line([[0, 1]]))).toEqual([0.1, 1]);
    expect(range(line([]))).toEqual([0.01, 1]);
    const [low, high] = range(
      line([
        [0, 0],
        [1, 1],
      ]),
      chartFigure('loss'),
      3,
    );
    expect(low).toBeLessThan(-1);
    expect(high).toBeGreaterThan(3);
  });
});

describe('figures of charts', () => {
  test('are the reported figures: the most important ones before the others', () => {
    const curve = [
      { step: 1, seconds: 0, values: { jensenShannon: 1, someOther: 1, loss: 1, totalVariation: 1, elboGap: -1 } },
    ];
    expect(figuresOf([curve, []])).toEqual(['totalVariation', 'elboGap', 'loss', 'jensenShannon', 'someOther']);
    expect(chartFigure('someOther')).toMatchObject({ title: 'Some other', isLog: false });
    expect(chartFigure('jensenShannon')).toMatchObject({ title: 'Jensen-Shannon', isLog: true });
  });

  test('begin with the exact ones, or otherwise with the most informative', () => {
    expect(firstFigures(['totalVariation', 'elboGap', 'loss'])).toEqual(['totalVariation', 'elboGap']);
    expect(firstFigures(['loss', 'elbo', 'meanLength'])).toEqual(['elbo', 'loss']);
  });
});
