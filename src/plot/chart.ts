import type { Config, TopLevelSpec } from 'vega-lite';

/** The greys of texts, axes and grids. A page with a dark background puts others in their place. */
export const neutralColours = {
  strong: '#111111',
  text: '#333333',
  soft: '#555555',
  axis: '#666666',
  grid: '#e6e6e6',
} as const;

/** The style of all pictures: a light background, one font, thin axes, no frame. */
const style: Config = {
  background: 'white',
  padding: 12,
  font: 'DejaVu Sans, Verdana, sans-serif',
  view: { stroke: null },
  axis: {
    labelFontSize: 10,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelColor: neutralColours.text,
    titleColor: neutralColours.strong,
    domainColor: neutralColours.axis,
    tickColor: neutralColours.axis,
    tickSize: 4,
    gridColor: neutralColours.grid,
  },
  legend: {
    labelFontSize: 10,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelColor: neutralColours.text,
    titleColor: neutralColours.strong,
  },
  title: {
    fontSize: 12,
    fontWeight: 'normal',
    color: neutralColours.strong,
    subtitleFontSize: 10,
    subtitleColor: neutralColours.soft,
    anchor: 'start',
  },
};

/** Blue and vermilion of the palette of Okabe and Ito, distinguishable with every kind of colour vision. */
export const seriesColours = { first: '#0072b2', second: '#d55e00' } as const;

/**
 * Colours of compared lines, from the same palette without its yellow, which is invisible on white. Further lines are
 * also dashed.
 */
export const methodColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#e69f00', '#56b4e9'] as const;
export const methodDashes = [
  [1, 0],
  [6, 3],
  [2, 2],
] as const;

/**
 * Draws a Vega-Lite specification as the text of an SVG file. The drawing libraries are large, so they are loaded here,
 * when the first picture is drawn. Throws if they are missing or the specification is invalid.
 */
export async function drawChart(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = vegaLite.compile(spec, { config: style, logger: vega.logger(vega.Error) });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * Round numbers for a logarithmic axis: powers of ten, or 1, 2 and 5 times them if the axis spans less than two and a
 * half of those, and more of them within a single one. Both ends must be positive.
 */
export function logarithmicTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const factors = decades < 1 ? [1, 1.5, 2, 3, 4, 5, 7] : decades < 2.5 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / 8));
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    if (exponent % stride !== 0) continue;
    for (const factor of factors) {
      // Converted to text and back, since 10 ** -5 is not the number nearest to 1e-5.
      const tick = Number(`${factor}e${exponent}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
