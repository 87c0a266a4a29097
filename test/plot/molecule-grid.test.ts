import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { moleculeGrid } from '../../src/plot/molecule-grid.ts';
import { rasterise } from '../../src/plot/rasterise.ts';

const chemistry = await openNodeChemistry();
const drugs = [
  'CC(=O)Nc1ccc(O)cc1',
  'CC(C)Cc1ccc(C(C)C(=O)O)cc1',
  'CN1CCC[C@H]1c1cccnc1',
  'Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1',
  'C[N+](C)(C)CC(=O)[O-]',
  'Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1',
].map((smiles, i) => ({ smiles, label: `0.${90 - i}` }));

describe('a grid of molecules', () => {
  test('has the structure, label and SMILES of each, in rows', () => {
    const svg = moleculeGrid(chemistry, drugs, { columns: 4, title: 'Best & most diverse' });
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).toContain('Best &#38; most diverse');
    expect(svg).toMatch(/width="864" height="430"/);
    for (const { smiles, label } of drugs) {
      expect(svg).toContain(`<title>${smiles}</title>`);
      expect(svg).toContain(`>${label}</text>`);
    }
    expect(svg).toContain('>CC(=O)Nc1ccc(O)cc1</text>');
    expect(svg).toContain('>Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)c…</text>');
    expect(svg.match(/class='bond-0 /g)?.length).toBeGreaterThanOrEqual(drugs.length);
  });

  test('escapes what it is given', () => {
    const drawn = { drawing: () => "<svg width='1'><path d=''/></svg>" };
    const svg = moleculeGrid(drawn, [{ smiles: '<C>', label: '"1" & <b>' }]);
    expect(svg).toContain('<title>&#60;C&#62;</title>');
    expect(svg).toContain('>&#34;1&#34; &#38; &#60;b&#62;</text>');
  });

  test('is a picture that the renderer takes, of the size it says', async () => {
    const [renderer, font] = await Promise.all([
      readFile('node_modules/@resvg/resvg-wasm/index_bg.wasm'),
      readFile('node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    ]);
    const png = await rasterise(moleculeGrid(chemistry, drugs, { columns: 3, title: 'Drugs' }), { renderer, font }, 1);
    const size = new DataView(png.buffer, png.byteOffset);
    expect([size.getUint32(16), size.getUint32(20)]).toEqual([654, 430]);
  });

  test('of no molecule, or of an invalid one, is refused', () => {
    expect(() => moleculeGrid(chemistry, [])).toThrow('no molecules to draw');
    expect(() => moleculeGrid(chemistry, [{ smiles: 'C(', label: '' }])).toThrow('"C(" is not the SMILES');
  });
});
