import type { Chemistry } from '../chemistry/chemistry.ts';
import { escapeText } from '../text/escape.ts';

/** A molecule to be drawn. */
export interface DrawnMolecule {
  readonly smiles: string;
  /** Text below the structure, such as `0.93`. */
  readonly label: string;
}

export interface MoleculeGridOptions {
  readonly title?: string;
  /** Molecules in a row; 4 by default. */
  readonly columns?: number;
}

const CELL = { width: 210, height: 150, text: 38 } as const;
const MARGIN = 12;
const TITLE = 30;
/** Characters of a SMILES that fit below a structure. */
const MAX_CHARACTERS = 34;

/**
 * Molecules as one SVG: structures in a grid, in their order, each with its label and its SMILES below, shortened if it
 * is long.
 * @throws Error if there are no molecules, or a SMILES does not parse
 */
export function moleculeGrid(
  chemistry: Pick<Chemistry, 'drawing'>,
  molecules: readonly DrawnMolecule[],
  { title, columns = 4 }: MoleculeGridOptions = {},
): string {
  if (molecules.length === 0) throw new Error('There are no molecules to draw.');
  const across = Math.min(columns, molecules.length);
  const down = Math.ceil(molecules.length / across);
  const top = MARGIN + (title === undefined ? 0 : TITLE);
  const width = 2 * MARGIN + across * CELL.width;
  const height = top + MARGIN + down * (CELL.height + CELL.text);

  const cells = molecules.map(({ smiles, label }, i) => {
    const x = MARGIN + (i % across) * CELL.width;
    const y = top + Math.floor(i / across) * (CELL.height + CELL.text);
    const middle = x + CELL.width / 2;
    const shown = smiles.length > MAX_CHARACTERS ? `${smiles.slice(0, MAX_CHARACTERS - 1)}…` : smiles;
    return [
      `<g><title>${escapeText(smiles)}</title>`,
      `<g transform="translate(${x} ${y})">${structure(chemistry.drawing(smiles, CELL))}</g>`,
      `<text x="${middle}" y="${y + CELL.height + 12}" font-size="13" font-weight="bold">${escapeText(label)}</text>`,
      `<text x="${middle}" y="${y + CELL.height + 27}" font-size="9" fill="#555">${escapeText(shown)}</text>`,
      '</g>',
    ].join('\n');
  });
  const heading = `<text x="${width / 2}" y="${MARGIN + 14}" font-size="15" font-weight="bold">${escapeText(title ?? '')}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      'font-family="DejaVu Sans, Verdana, sans-serif" text-anchor="middle">',
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...(title === undefined ? [] : [heading]),
    ...cells,
    '</svg>',
  ].join('\n');
}

/** The content of a structure's SVG file, without the outer element and the white ground. */
function structure(svg: string): string {
  const [, inside] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg) ?? [];
  if (inside === undefined) throw new Error('The structure of a molecule was not drawn as SVG.');
  return inside
    .replace(/<rect [^>]*>\s*<\/rect>/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim();
}
