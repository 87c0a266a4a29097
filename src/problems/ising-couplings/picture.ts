import type { ObjectPictures } from '../../environment/environment.ts';
import { heading, pixels, placed, svgPicture } from '../pictures/svg.ts';

/** Sizes of the picture, in pixels. */
const [matrixSide, gap, top, left] = [300, 48, 48, 24];

/** The learnt couplings of all pairs of spins as a matrix, beside the true ones if they are known. */
export function couplingPictures(
  spins: number,
  couplings: () => Float64Array,
  truth: Float64Array | undefined,
): ObjectPictures {
  return () => {
    const learnt = couplings();
    const shown = truth
      ? [
          { title: 'learnt', values: learnt },
          { title: 'true', values: truth },
        ]
      : [{ title: 'learnt', values: learnt }];
    const largest = shown.reduce((max, { values }) => values.reduce((a, b) => Math.max(a, Math.abs(b)), max), 0);
    const width = left + shown.length * (matrixSide + gap);
    const svg = svgPicture(width, top + matrixSide + 24, [
      ...shown.map(({ title, values }, i) =>
        placed(left + i * (matrixSide + gap), top, matrix(title, spins, values, largest)),
      ),
    ]);
    const caption =
      `The coupling of each pair of spins, numbered row by row of the torus: blue where they tend to agree, red where ` +
      `they tend to differ, and as dark as ${largest.toPrecision(3)} at most${truth ? '. On the right are the couplings of the model that the data were drawn from' : ''}.`;
    return [{ name: 'couplings', title: 'Couplings', caption, svg }];
  };
}

function matrix(title: string, spins: number, values: Float64Array, largest: number): string {
  const cell = matrixSide / spins;
  const cells = Array.from(values, (value, n) => {
    const shade = largest > 0 ? Math.round(255 * (1 - Math.abs(value) / largest)) : 255;
    // White cells are the ground.
    if (shade === 255) return '';
    const [x, y] = [(n % spins) * cell, Math.floor(n / spins) * cell];
    const fill = value > 0 ? `rgb(${shade},${shade},255)` : `rgb(255,${shade},${shade})`;
    return `<rect x="${pixels(x)}" y="${pixels(y)}" width="${pixels(cell)}" height="${pixels(cell)}" fill="${fill}"/>`;
  });
  const frame = `<rect width="${matrixSide}" height="${matrixSide}" fill="none" stroke="#aaa"/>`;
  return [heading(matrixSide, -16, title), ...cells, frame].join('');
}
