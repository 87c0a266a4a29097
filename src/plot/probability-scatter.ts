import type { TopLevelSpec } from 'vega-lite';
import { logarithmicTicks, neutralColours, seriesColours } from './chart.ts';

const panelPixels = 320;

/** Bins along an axis, each a whole number of pixels. */
const binCount = 64;

/** Up to this many objects each is drawn as a point; more points would hide one another. */
const maxPoints = 1000;

/** The axis includes learnt probabilities down to this share of the smallest target probability. */
const depth = 1e-2;

/**
 * Learnt against target probability of every object on logarithmic axes; a perfect sampler lies on the diagonal. For
 * many objects it shows the number in each bin. Learnt probabilities too small for the axis, including zero, are drawn
 * on its lower end and counted in the subtitle.
 */
export function probabilityScatter(target: Float64Array, learnt: Float64Array, distance: string): TopLevelSpec {
  const objects = pairs(target, learnt);
  const { low, high, below } = objects;
  const hidden = below === 0 ? '' : `; ${below.toLocaleString('en')} objects at or below the lower end`;
  const binned = objects.count > maxPoints;
  const ticks = logarithmicTicks(low, high);
  const scale = { type: 'log' as const, domain: [low, high], nice: false };
  const axis = { values: ticks, format: '~e', tickCount: ticks.length };
  const x = { type: 'quantitative' as const, title: 'target probability', scale, axis };
  const y = { type: 'quantitative' as const, title: 'learnt probability', scale, axis };
  const marks = binned
    ? {
        data: { values: countBins(objects) },
        mark: { type: 'rect' as const, aria: false },
        encoding: {
          x: { ...x, field: 'left' },
          x2: { field: 'right' },
          y: { ...y, field: 'bottom' },
          y2: { field: 'top' },
          color: {
            field: 'count',
            type: 'quantitative' as const,
            scale: { type: 'log' as const, scheme: { name: 'viridis' as const, extent: [0.95, 0] } },
            legend: { title: 'objects in a bin', gradientLength: 200, format: '~s', tickCount: 4 },
          },
        },
      }
    : {
        data: { values: Array.from(objects.x, (value, i) => ({ target: value, learnt: objects.y[i] })) },
        mark: { type: 'circle' as const, aria: false, size: 18, opacity: 0.6, color: seriesColours.first },
        encoding: { x: { ...x, field: 'target' }, y: { ...y, field: 'learnt' } },
      };
  const diagonal = {
    data: {
      values: [
        { target: low, learnt: low },
        { target: high, learnt: high },
      ],
    },
    mark: { type: 'line' as const, color: neutralColours.text, strokeWidth: 1, strokeDash: [4, 3] },
    encoding: { x: { ...x, field: 'target' }, y: { ...y, field: 'learnt' } },
  };
  const counted = `${objects.count.toLocaleString('en')} objects`;
  return {
    title: { text: 'Learnt against target probability', subtitle: `${distance} over ${counted}${hidden}` },
    width: panelPixels,
    height: panelPixels,
    layer: [marks, diagonal],
  };
}

interface Pairs {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The ends of both axes. */
  readonly low: number;
  readonly high: number;
  /** Objects whose learnt probability is below the axis; their `y` is its lower end. */
  readonly below: number;
}

/** The objects of positive target probability, on the axes. */
function pairs(target: Float64Array, learnt: Float64Array): Pairs {
  const places = Array.from(target.keys()).filter((i) => target[i] > 0);
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  let minLearnt = Number.POSITIVE_INFINITY;
  for (const i of places) {
    smallest = Math.min(smallest, target[i]);
    largest = Math.max(largest, target[i], learnt[i]);
    minLearnt = Math.min(minLearnt, learnt[i]);
  }
  const low = Math.min(smallest, Math.max(minLearnt, smallest * depth)) / 1.5;
  const high = largest * 1.5;
  const x = Float64Array.from(places, (i) => target[i]);
  const y = Float64Array.from(places, (i) => Math.max(learnt[i], low));
  const below = places.filter((i) => learnt[i] < low).length;
  return { count: places.length, x, y, low, high, below };
}

function countBins({ x, y, low, high }: Pairs) {
  const width = Math.log(high / low) / binCount;
  const bin = (value: number) => Math.min(binCount - 1, Math.max(0, Math.floor(Math.log(value / low) / width)));
  const counts = new Map<number, number>();
  for (let i = 0; i < x.length; i++) {
    const key = bin(x[i]) * binCount + bin(y[i]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const edge = (index: number) => low * Math.exp(index * width);
  return Array.from(counts, ([key, count]) => {
    const column = Math.floor(key / binCount);
    const row = key % binCount;
    return { left: edge(column), right: edge(column + 1), bottom: edge(row), top: edge(row + 1), count };
  });
}
