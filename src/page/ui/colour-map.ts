/**
 * Colours for numbers. Sequential: viridis (van der Walt and Smith, 2015), by the polynomial of degree 6 that Matt Zucker
 * fitted to it and gave to the public domain; perceptually even, and legible without seeing red and green. Diverging:
 * blue to red over grey by Moreland's construction (Diverging Color Maps for Scientific Visualization, 2009).
 */
export type Colour = readonly [red: number, green: number, blue: number];

/** Coefficients of t^0 .. t^6 for red, green and blue in 0 .. 1. */
const viridisCoefficients: readonly Colour[] = [
  [0.2777273272234177, 0.005407344544966578, 0.3340998053353061],
  [0.1050930431085774, 1.404613529898575, 1.384590162594685],
  [-0.3308618287255563, 0.214847559468213, 0.09509516302823659],
  [-4.634230498983486, -5.799100973351585, -19.33244095627987],
  [6.228269936347081, 14.17993336680509, 56.69055260068105],
  [4.776384997670288, -13.74514537774601, -65.35303263337234],
  [-5.435455855934631, 4.645852612178535, 26.3124352495832],
];

/** The colour of a share `t`; clamped to 0 .. 1. Channels are integers in 0 .. 255. */
export function viridis(t: number): Colour {
  const at = Math.min(1, Math.max(0, t));
  const channel = (index: 0 | 1 | 2) => {
    const value = viridisCoefficients.reduceRight((sum, coefficients) => sum * at + coefficients[index], 0);
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  };
  return [channel(0), channel(1), channel(2)];
}

/** Moreland's ends, in Msh: the magnitude, saturation and hue of a colour in CIELAB. */
const blueEnd = { magnitude: 80, saturation: 1.08, hue: -1.1 };
const redEnd = { magnitude: 80, saturation: 1.08, hue: 0.5 };
/** The grey between them, which determines how far hues turn on the way. */
const greyMagnitude = 88;

/** The colour of a difference `t` in -1 .. 1: blue below 0, grey at 0, red above. */
export function blueToRed(t: number): Colour {
  const at = Math.min(1, Math.max(-1, t));
  const { magnitude, saturation, hue } = at < 0 ? blueEnd : redEnd;
  const share = Math.abs(at);
  const spin = hueSpin(magnitude, saturation, hue);
  return fromMsh(greyMagnitude + (magnitude - greyMagnitude) * share, saturation * share, hue + spin * (1 - share));
}

/** How far a hue turns towards an unsaturated colour of `greyMagnitude`, so that the scale stays even. */
function hueSpin(magnitude: number, saturation: number, hue: number): number {
  const turn = (saturation * Math.sqrt(greyMagnitude ** 2 - magnitude ** 2)) / (magnitude * Math.sin(saturation));
  return hue > -Math.PI / 3 ? turn : -turn;
}

function fromMsh(magnitude: number, saturation: number, hue: number): Colour {
  const lightness = magnitude * Math.cos(saturation);
  const a = magnitude * Math.sin(saturation) * Math.cos(hue);
  const b = magnitude * Math.sin(saturation) * Math.sin(hue);
  return fromLab(lightness, a, b);
}

/** CIELAB under D65 to sRGB (IEC 61966-2-1). */
function fromLab(lightness: number, a: number, b: number): Colour {
  const inverse = (value: number) => (value > 6 / 29 ? value ** 3 : 3 * (6 / 29) ** 2 * (value - 4 / 29));
  const base = (lightness + 16) / 116;
  const x = 0.95047 * inverse(base + a / 500);
  const y = inverse(base);
  const z = 1.08883 * inverse(base - b / 200);
  const encoded = (linear: number) => {
    const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  };
  return [
    encoded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    encoded(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    encoded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ];
}

/** A scale as a lookup table: `steps` opaque colours as the bytes of an image. */
export function colourTable(scale: (share: number) => Colour, steps = 256): Uint8ClampedArray {
  const table = new Uint8ClampedArray(4 * steps);
  for (let i = 0; i < steps; i++) table.set([...scale(i / (steps - 1)), 255], 4 * i);
  return table;
}

/** A colour in CSS. */
export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Black or white, whichever has more contrast with a colour (WCAG 2.2). */
export function inkOn([red, green, blue]: Colour): 'black' | 'white' {
  const linear = (channel: number) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  // Where (1.05) / (L + 0.05) and (L + 0.05) / 0.05 are equal.
  return luminance > Math.sqrt(1.05 * 0.05) - 0.05 ? 'black' : 'white';
}
