import uPlot from 'uplot';
import { axisEnd, type CurveData, logRange, shortCount } from './curve-data.ts';
import { colourOf } from './dom.ts';
import { powerOfTen } from './rank-picture.ts';
import { figure } from './words.ts';

/** A chart of one figure of one or two runs over iterations, its values on a log scale. */
export interface CurveChart {
  /** @param steps the iterations that the axis is for */
  draw(data: CurveData, steps: number): void;
  /** Takes on the size and the colours that its place now has. */
  refit(): void;
}

/** @param highest values are never above it */
export function createCurveChart(place: HTMLElement, name: string, highest?: number): CurveChart {
  let chart: uPlot | undefined;
  let runs = 0;
  let last: { data: CurveData; steps: number } | undefined;
  place.setAttribute('role', 'img');

  const build = (data: CurveData) => {
    chart?.destroy();
    runs = data.length - 1;
    const [soft, line] = [colourOf('--soft'), colourOf('--line')];
    const font = '12px Inter, system-ui, sans-serif';
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const colours = [colourOf('--first'), colourOf('--second')];
    const options: uPlot.Options = {
      width: Math.max(120, place.clientWidth),
      height: Math.max(80, place.clientHeight),
      padding: [8, 22, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, last ? axisEnd(last.data[0], last.steps) : 1] },
        y: { distr: 3, range: () => [...logRange(last?.data ?? data, highest)] as [number, number] },
      },
      axes: [
        { ...axis, size: 28, space: 60, values: (_, splits) => splits.map(shortCount) },
        {
          ...axis,
          size: 46,
          space: 26,
          values: (_, splits) =>
            splits.map((value) => (value === null ? null : powerOfTen(Math.round(Math.log10(value))))),
          filter: powersOfTen,
          grid: { ...axis.grid, filter: powersOfTen },
        },
      ],
      series: [
        {},
        ...colours.slice(0, runs).map((stroke) => ({ stroke, width: 1.75, spanGaps: true, points: { show: false } })),
      ],
    };
    chart = new uPlot(options, data as uPlot.AlignedData, place);
  };

  return {
    draw(data, steps) {
      last = { data, steps };
      if (chart === undefined || runs !== data.length - 1) build(data);
      else chart.setData(data as uPlot.AlignedData);
      const latest = data.slice(1).map((row) => row.findLast((value) => value !== null));
      const told = latest.map((value) => (value === undefined || value === null ? 'none yet' : figure(value)));
      place.setAttribute('aria-label', `${name}, latest: ${told.join(' and ')}`);
    },
    refit() {
      if (last) build(last.data);
    },
  };
}

/** Lines and numbers stand at powers of ten alone. */
function powersOfTen(_: uPlot, splits: number[]): (number | null)[] {
  return splits.map((value) => (isPowerOfTen(value) ? value : null));
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
}
