import { asCommand, asProgram } from '../as-code.ts';
import { chartsAsSvg, type PictureColours } from './charts-svg.ts';
import { copyText, dialogButtons, openDialog } from './dialog.ts';
import { button, byId, colourOf, make } from './dom.ts';
import { curvesAsCsv, curvesAsJson, exportedRuns, gridAsSvg } from './export-data.ts';
import { download } from './files.ts';
import { spelledShort } from './names.ts';
import { gridShape, type PageState } from './page-state.ts';
import type { Store } from './store.ts';
import type { Toasts } from './toasts.ts';

/** Exports the runs: their curves, pictures, and code. */
export function createExport(store: Store<PageState>, toasts: Toasts): void {
  byId('export').addEventListener('click', () => {
    const { knownRuns } = store.get();
    const [first] = knownRuns;
    if (first === undefined) return;
    const name = `flowtape-${first.config.problem}-${first.config.objective}`;
    const text = (content: string) => new TextEncoder().encode(content);
    const curves = [
      button('CSV', () => download(text(curvesAsCsv(exportedRuns(store.get()))), `${name}.csv`)),
      button('JSON', () => download(text(curvesAsJson(exportedRuns(store.get()))), `${name}.json`)),
    ];
    const pictures = [
      button('SVG', () => {
        const drawing = learntAsSvg(store.get());
        if (drawing) download(text(drawing), `${name}.svg`);
      }),
      button('PNG', () => {
        const canvas = byId('learnt-plot').querySelector('canvas');
        canvas?.toBlob(async (blob) => blob && download(new Uint8Array(await blob.arrayBuffer()), `${name}.png`));
      }),
    ];
    const charts = [
      button('SVG', () => download(text(chartsAsSvg(store.get(), themeColours())), `${name}-charts.svg`)),
      button('PNG', async () => {
        const bytes = await rasterised(chartsAsSvg(store.get(), themeColours()));
        if (bytes) download(bytes, `${name}-charts.png`);
      }),
    ];
    const hasPicture = learntAsSvg(store.get()) !== undefined;
    openDialog('Export', [
      row('Curves', ...curves),
      row('Charts', ...charts),
      ...(hasPicture ? [row('Learnt distribution', ...pictures)] : []),
      ...knownRuns.flatMap(({ config }) => {
        const of = knownRuns.length > 1 ? ` of ${spelledShort(config.objective)}` : '';
        const [command, program] = [asCommand(config), asProgram(config)];
        return [
          ...(command === undefined ? [] : [code(`Command line${of}`, command)]),
          ...(program === undefined ? [] : [code(`Program${of}`, program)]),
        ];
      }),
      dialogButtons(),
    ]);
  });

  function code(title: string, text: string): HTMLElement {
    const shown = make('pre', { tabIndex: 0 }, text);
    shown.setAttribute('role', 'region');
    shown.setAttribute('aria-label', title);
    const copy = button('Copy', () => void copyText(text, title, () => toasts.say(`${title}: copied.`)));
    copy.setAttribute('aria-label', `Copy: ${title}`);
    return make('div', { className: 'code' }, make('h3', {}, title), copy, shown);
  }
}

function row(title: string, ...buttons: readonly HTMLButtonElement[]): HTMLElement {
  for (const each of buttons) each.setAttribute('aria-label', `${title} as ${each.textContent}`);
  return make('div', { className: 'row' }, make('h3', {}, title), ...buttons);
}

function themeColours(): PictureColours {
  const [ground, text, soft, rule] = ['--page', '--text', '--soft', '--line'].map(colourOf);
  return { ground, text, soft, rule, lines: Array.from({ length: 9 }, (_, line) => colourOf(`--line-${line}`)) };
}

/** An SVG as PNG, in twice its size. */
async function rasterised(drawing: string): Promise<Uint8Array | undefined> {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  await picture.decode();
  const canvas = make('canvas', { width: 2 * picture.width, height: 2 * picture.height });
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((settle) => canvas.toBlob(settle));
  return blob ? new Uint8Array(await blob.arrayBuffer()) : undefined;
}

function learntAsSvg({ knownRuns: [first] }: PageState): string | undefined {
  const shape = gridShape(first);
  if (first?.learnt === undefined || first.opened?.objects === undefined || shape?.length !== 2) return undefined;
  const [columns, rows] = shape;
  const top = first.opened.objects.target.reduce((max, value) => Math.max(max, value), 0);
  return gridAsSvg(
    [columns, rows],
    first.learnt,
    top,
    `Learnt by ${first.config.objective}, seed ${first.config.seed}`,
  );
}
