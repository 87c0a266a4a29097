import type { TopLevelSpec } from 'vega-lite';
import {
  axisTitle,
  type MetricDefinition,
  type MetricName,
  type Metrics,
  metricCatalogue,
  shortTitle,
  shownSign,
} from '../metrics/catalogue.ts';
import { drawChart, logarithmicTicks, neutralColours, seriesColours } from './chart.ts';

/** One evaluation of a run. */
export type CurvePoint = Metrics & {
  readonly step: number;
  readonly trajectories: number;
  /** Seconds of training until then, if measured. */
  readonly seconds?: number | undefined;
  /** The objective's loss at that point, if known. */
  readonly loss?: number | undefined;
  /** Of the policy's last update, before it was clipped. */
  readonly gradientNorm?: number | undefined;
};

interface Panel {
  /** Metrics, with names for their lines if there are two. */
  readonly fields: readonly (readonly [field: MetricName | 'loss' | 'gradientNorm', name: string])[];
  readonly title: string;
  /** A factor for the axis. */
  readonly sign: 1 | -1;
  /** Distances to the target fall through orders of magnitude, which only a logarithmic axis shows. */
  readonly logarithmic: boolean;
}

function panel(field: MetricName, title = axisTitle(field)): Panel {
  const { distance }: MetricDefinition = metricCatalogue[field];
  return { fields: [[field, '']], title, sign: shownSign(field), logarithmic: distance !== undefined };
}

function panelOfTwo(title: string, ...fields: Panel['fields']): Panel {
  return { fields, title, sign: 1, logarithmic: false };
}

const panels: readonly Panel[] = [
  panel('totalVariation'),
  panel('elboGap'),
  panel('euboGap'),
  panelOfTwo('score', ['meanScore', 'mean'], ['topMeanScore', shortTitle('topMeanScore')]),
  panelOfTwo('bounds (nats)', ['elbo', shortTitle('elbo')], ['heldOutEubo', shortTitle('heldOutEubo')]),
  panel('invalidShare'),
  panel('logPartition', 'log-partition (nats)'),
  { fields: [['loss', '']], title: 'loss', sign: 1, logarithmic: false },
  { fields: [['gradientNorm', '']], title: 'gradient norm', sign: 1, logarithmic: true },
];

/** Room for the labels of vertical axes in pixels, the same in all panels so that they line up. */
const extent = { minExtent: 38, maxExtent: 38 };

/** Above this number of points only the line is drawn: closer than 15 pixels, marks would merge. */
const maxMarkedPoints = 30;

/**
 * The learning curve of a run as an SVG file: one panel for each measure, over the number of trajectories. Numbers that
 * are not finite are left out, and so are distances of 0 or, by rounding, below, which have no place on a logarithmic
 * axis. If there is nothing to show, the picture says so.
 * @param title identifies the run; none by default
 */
export async function learningCurvePlot(points: readonly CurvePoint[], title?: string): Promise<string> {
  const drawn = panels.flatMap((panel) => {
    const values = panel.fields.flatMap(([field, name]) =>
      points
        .filter((point) => Number.isFinite(point[field]) && !isRounding(point[field] as number, panel))
        .map((point) => ({ trajectories: point.trajectories, value: panel.sign * (point[field] as number), name })),
    );
    // A share of invalid objects that is always 0 needs no picture.
    const isWorth = panel.fields[0][0] !== 'invalidShare' || values.some(({ value }) => value > 0);
    return values.length > 0 && isWorth ? [{ panel, values }] : [];
  });
  if (drawn.length === 0) {
    return drawChart({ width: 480, height: 40, data: { values: [{}] }, mark: { type: 'text', text: 'no evaluation' } });
  }
  const exact = points.find((point) => Number.isFinite(point.logPartitionExact))?.logPartitionExact;
  const end = Math.max(1, ...drawn.flatMap(({ values }) => values.map(({ trajectories }) => trajectories)));
  const spec: TopLevelSpec = {
    ...(title === undefined ? {} : { title: { text: title, anchor: 'start', fontSize: 12, offset: 12 } }),
    vconcat: drawn.map(({ panel, values }, index) =>
      drawPanel(
        panel,
        values,
        end,
        index === drawn.length - 1,
        panel.fields[0][0] === 'logPartition' ? exact : undefined,
      ),
    ),
    // Only the panels count, since the space for titles is estimated, and too large.
    bounds: 'flush',
    spacing: 26,
    resolve: { scale: { x: 'shared', color: 'independent' } },
  };
  return drawChart(spec);
}

interface CurveValue {
  readonly trajectories: number;
  readonly value: number;
  readonly name: string;
}

function drawPanel(
  { title, logarithmic }: Panel,
  values: readonly CurveValue[],
  end: number,
  isLast: boolean,
  exact: number | undefined,
) {
  const names = [...new Set(values.map(({ name }) => name))];
  // A single line gives its name to the axis.
  const heading = names.length === 1 && names[0] !== '' ? title.replace(/^\w+/, names[0]) : title;
  const smallest = Math.min(...values.map(({ value }) => value), exact ?? Number.POSITIVE_INFINITY);
  const largest = Math.max(...values.map(({ value }) => value), exact ?? Number.NEGATIVE_INFINITY);
  // An axis spans at least a factor of ten, or a hundredth of a nat, so that noise does not look like progress.
  const domain = logarithmic ? [Math.min(smallest / 1.15, largest / 10), largest * 1.15] : rangeOf(values, exact);
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    title: heading,
    scale: { type: logarithmic ? ('log' as const) : ('linear' as const), domain, nice: false },
    axis: logarithmic
      ? { values: logarithmicTicks(domain[0], domain[1]), format: '~g', ...extent }
      : { tickCount: 5, ...extent },
  };
  const x = {
    field: 'trajectories',
    type: 'quantitative' as const,
    scale: { domain: [0, end], nice: false },
    title: isLast ? 'trajectories' : null,
    axis: {
      labelExpr: "datum.value === 0 ? '0' : format(datum.value, '~s')",
      tickCount: 6,
      tickMinStep: 1,
      grid: false,
      labels: isLast,
      labelFlush: false,
    },
  };
  const marked = values.length <= maxMarkedPoints * names.length;
  const colours = [seriesColours.first, seriesColours.second];
  const color = {
    field: 'name',
    type: 'nominal' as const,
    scale: { domain: names, range: names.map((_, i) => colours[i % colours.length]) },
    legend: null,
  };
  return {
    width: 480,
    height: 140,
    data: { values: [...values] },
    layer: [
      {
        mark: {
          type: 'line' as const,
          clip: true,
          strokeWidth: 1.6,
          point: marked ? { size: 14 } : false,
        },
        encoding: { x, y, color },
      },
      ...(names.length > 1 ? [lineNames(values, names, { x, y, color })] : []),
      ...(exact === undefined ? [] : exactLine(exact)),
    ],
  };
}

/** The name of each line, above its middle. */
function lineNames(
  values: readonly CurveValue[],
  names: readonly string[],
  encoding: { x: object; y: object; color: object },
) {
  const middles = names.map((name) => {
    const line = values.filter((value) => value.name === name);
    return { ...line[Math.floor(line.length / 2)], name };
  });
  return {
    data: { values: middles },
    mark: { type: 'text' as const, dy: -9, fontSize: 10 },
    encoding: { ...encoding, text: { field: 'name' } },
  };
}

/** A distance that rounding has moved to the wrong side of 0 has no place on a logarithmic axis. */
function isRounding(value: number, { sign, logarithmic }: Panel): boolean {
  return logarithmic && sign * value <= 0;
}

/**
 * The range of a linear axis. If a curve begins far from where it settles, as log Z does, which starts at 0, its last
 * three quarters determine the range and the rest is cut off; otherwise they would be unreadable.
 */
function rangeOf(values: readonly CurveValue[], exact: number | undefined): [number, number] {
  const range = (shown: readonly CurveValue[]): [number, number] => {
    const numbers = [...shown.map(({ value }) => value), ...(exact === undefined ? [] : [exact])];
    return [Math.min(...numbers), Math.max(...numbers)];
  };
  const end = Math.max(...values.map(({ trajectories }) => trajectories));
  const all = range(values);
  const late = range(values.filter(({ trajectories }) => trajectories >= end / 4));
  const [low, high] = late[1] - late[0] < (all[1] - all[0]) / 4 ? late : all;
  return spread(low, high, Math.max(0.005, (high - low) / 6));
}

/** A range with a margin on both sides. */
function spread(low: number, high: number, margin: number): [number, number] {
  return [low - margin, high + margin];
}

function exactLine(exact: number) {
  const y = { datum: exact, type: 'quantitative' as const };
  return [
    { mark: { type: 'rule' as const, color: neutralColours.soft, strokeDash: [4, 3] }, encoding: { y } },
    {
      data: { values: [{}] },
      mark: {
        type: 'text' as const,
        text: `exact: ${exact.toFixed(3)}`,
        // Beside the panel, clear of line and curve.
        align: 'left' as const,
        x: 'width' as const,
        dx: 6,
        fontSize: 10,
        color: neutralColours.soft,
      },
      encoding: { y },
    },
  ];
}
