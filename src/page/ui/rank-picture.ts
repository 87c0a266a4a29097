import { colourOf, sharpContext } from './dom.ts';
import { decades } from './ranking.ts';

/** Mean probabilities of bins of ranks, for the target and each run. */
export interface RankCurves {
  /** The start of each bin, and the number of objects. */
  readonly starts: Uint32Array;
  readonly target: Float64Array;
  readonly learnt: readonly Float64Array[];
}

const margin = { left: 52, right: 8, top: 8, bottom: 36 };

/** The layout of a picture of ranks: both axes are logarithmic. */
export interface RankScale {
  left(rank: number): number;
  top(probability: number): number;
  readonly decades: readonly [low: number, high: number];
}

/** @param count of objects; rank 0 is drawn at 1, since a logarithm has no 0 */
export function rankScale(width: number, height: number, count: number, range: readonly [number, number]): RankScale {
  const [low, high] = range;
  const across = (width - margin.left - margin.right) / Math.log(count + 1);
  const down = (height - margin.top - margin.bottom) / (high - low);
  return {
    left: (rank) => margin.left + across * Math.log(rank + 1),
    top: (probability) => margin.top + down * (high - Math.min(high, Math.max(low, Math.log10(probability)))),
    decades: range,
  };
}

/** The decades of a picture: the target's, and one more on either side for the learnt distribution. */
export function rankRange(target: Float64Array): readonly [number, number] {
  const [low, high] = decades(target);
  return [low - 1, Math.min(0, high + 1)];
}

/** Draws learnt probabilities as lines over the target's area, objects in order of their target probability. */
export function drawRanks(canvas: HTMLCanvasElement, { starts, target, learnt }: RankCurves): void {
  const context = sharpContext(canvas);
  if (!context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  context.clearRect(0, 0, width, height);
  const count = starts[starts.length - 1];
  const scale = rankScale(width, height, count, rankRange(target));
  drawAxes(context, width, height, count, scale);

  context.fillStyle = colourOf('--target-area');
  context.strokeStyle = colourOf('--soft');
  steps(context, starts, target, scale);
  context.lineTo(scale.left(count), height - margin.bottom);
  context.lineTo(scale.left(0), height - margin.bottom);
  context.fill();
  context.lineWidth = 1;
  steps(context, starts, target, scale);
  context.stroke();
  learnt.forEach((means, run) => {
    context.strokeStyle = colourOf(run === 0 ? '--first' : '--second');
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    steps(context, starts, means, scale);
    context.stroke();
  });
}

function steps(context: CanvasRenderingContext2D, starts: Uint32Array, means: Float64Array, scale: RankScale): void {
  context.beginPath();
  for (let bin = 0; bin < means.length; bin++) {
    const top = scale.top(means[bin]);
    context.lineTo(scale.left(starts[bin]), top);
    context.lineTo(scale.left(starts[bin + 1]), top);
  }
}

function drawAxes(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  count: number,
  scale: RankScale,
): void {
  const [low, high] = scale.decades;
  context.font = '12px Inter, system-ui, sans-serif';
  context.fillStyle = colourOf('--soft');
  context.strokeStyle = colourOf('--line');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const every = Math.ceil((high - low) / 7);
  for (let exponent = low; exponent <= high; exponent += every) {
    const top = Math.round(scale.top(10 ** exponent)) + 0.5;
    line(context, margin.left, top, width - margin.right, top);
    context.fillText(powerOfTen(exponent), margin.left - 8, top);
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (let rank = 1; rank <= count; rank *= 10) {
    const left = Math.round(scale.left(rank - 1)) + 0.5;
    line(context, left, height - margin.bottom, left, height - margin.bottom + 4);
    context.fillText(rank.toLocaleString('en'), left, height - margin.bottom + 6);
  }
  context.textAlign = 'right';
  context.fillText('rank of the object', width - margin.right, height - 14);
}

function line(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number): void {
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(right, bottom);
  context.stroke();
}

/** 10 to a power, for an axis: 0.0001, 1, 100, and 1e−6 beyond. Without superscript digits, which few fonts have. */
export function powerOfTen(exponent: number): string {
  if (exponent < -4 || exponent > 3) return `1e${exponent}`.replace('-', '−');
  return exponent < 0 ? (10 ** exponent).toFixed(-exponent) : String(10 ** exponent);
}
