import uPlot from 'uplot';
import { axisEnd, type ChartData, rangeOf, shortCount } from './chart-data.ts';
import type { ChartFigure } from './chart-figures.ts';
import { colourOf } from './dom.ts';
import { powerOfTen } from './rank-picture.ts';

/** The contents of a chart. */
export interface ChartContent {
  readonly data: ChartData;
  /** The end of the axis, which for an unfinished run lies beyond its points. */
  readonly whole: number;
  /** A perfect sampler's value. */
  readonly level: number | undefined;
}

/** A chart of one metric of the runs, with a cursor that all charts share. */
export interface CurveChart {
  draw(content: ChartContent): void;
  /** Marks a place of the axis; removes the mark if it is undefined. */
  mark(x: number | undefined): void;
  /** Adapts to the current size and colours. */
  refit(): void;
  destroy(): void;
}

/** @param point called with the pointer's place on the axis */
export function createCurveChart(
  place: HTMLElement,
  figure: ChartFigure,
  point: (x: number | undefined) => void,
): CurveChart {
  let chart: uPlot | undefined;
  let built = '';
  let last: ChartContent | undefined;
  let marked: number | undefined;
  let isOver = false;
  place.addEventListener('pointerenter', () => {
    isOver = true;
  });
  place.addEventListener('pointerleave', () => {
    isOver = false;
    point(undefined);
  });

  const build = (content: ChartContent) => {
    chart?.destroy();
    const [soft, line] = [colourOf('--soft'), colourOf('--line')];
    const font = '12px Inter, system-ui, sans-serif';
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const { series, bands } = seriesOf(content);
    const options: uPlot.Options = {
      width: Math.max(120, place.clientWidth),
      height: Math.max(80, place.clientHeight),
      padding: [8, 22, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      hooks: {
        setCursor: [
          (u) => {
            if (!isOver) return;
            const { left = -1 } = u.cursor;
            point(left < 0 ? undefined : u.posToVal(left, 'x'));
          },
        ],
      },
      scales: {
        x: { time: false, range: () => [0, last ? axisEnd(last.data.x, last.whole) : 1] },
        y: {
          distr: figure.isLog ? 3 : 1,
          range: () => [...rangeOf(last?.data ?? content.data, figure, last?.level)] as [number, number],
        },
      },
      axes: [
        { ...axis, size: 28, space: 60, values: (_, splits) => splits.map((value) => shortCount(round(value))) },
        figure.isLog
          ? {
              ...{ ...axis, size: 46, space: 26 },
              values: (_, splits) =>
                splits.map((value) => (value === null ? null : powerOfTen(Math.round(Math.log10(value))))),
              filter: powersOfTen,
              grid: { ...axis.grid, filter: powersOfTen },
            }
          : {
              ...{ ...axis, size: 46, space: 26 },
              values: (_, splits) =>
                splits.map((value) => (value === null ? null : String(round(value)).replace('-', '−'))),
            },
      ],
      series,
      bands,
    };
    chart = new uPlot(options, alignedData(content), place);
    if (marked !== undefined) mark(marked);
  };

  const mark = (x: number | undefined) => {
    marked = x;
    if (!chart || isOver) return;
    chart.setCursor({ left: x === undefined ? -10 : chart.valToPos(x, 'x'), top: x === undefined ? -10 : 0 }, false);
  };

  return {
    draw(content) {
      last = content;
      const { data, level } = content;
      const structure = JSON.stringify([
        data.series.map(({ colour, low }) => [colour, low !== undefined]),
        level !== undefined,
      ]);
      if (chart === undefined || structure !== built) build(content);
      else chart.setData(alignedData(content));
      built = structure;
    },
    mark,
    refit() {
      if (last) build(last);
    },
    destroy() {
      chart?.destroy();
      chart = undefined;
    },
  };
}

/** A run is one line, or for several seeds three: the median, and the bounds of the band. */
function seriesOf({ data, level }: ChartContent): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const plain = { spanGaps: true, points: { show: false } };
  for (const { colour, low } of data.series) {
    const stroke = colourOf(`--line-${colour}`);
    series.push({ ...plain, stroke, width: 1.75 });
    if (low === undefined) continue;
    bands.push({ series: [series.length, series.length + 1], fill: softened(stroke) });
    series.push({ ...plain, stroke: 'transparent', width: 0 }, { ...plain, stroke: 'transparent', width: 0 });
  }
  if (level !== undefined) series.push({ ...plain, stroke: colourOf('--soft'), width: 1.25, dash: [5, 4] });
  return { series, bands };
}

function alignedData({ data: { x, series }, level }: ChartContent): uPlot.AlignedData {
  const rows = series.flatMap(({ middle, low, high }) => (low && high ? [middle, high, low] : [middle]));
  const levels = level === undefined ? [] : [x.map((_, i) => (i === 0 || i === x.length - 1 ? level : null))];
  return [x, ...rows, ...levels] as unknown as uPlot.AlignedData;
}

/** The same colour, translucent. */
function softened(colour: string): string {
  return colour.startsWith('rgb(')
    ? colour.replace('rgb(', 'rgba(').replace(')', ', 0.2)')
    : `color-mix(in srgb, ${colour} 20%, transparent)`;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** Grid lines and labels only at powers of ten. */
function powersOfTen(_: uPlot, splits: number[]): (number | null)[] {
  return splits.map((value) => (isPowerOfTen(value) ? value : null));
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
}
