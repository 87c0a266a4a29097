/** The files for rendering SVG as pixels: the renderer's WebAssembly and a font. */
export interface RasteriserFiles {
  /** `index_bg.wasm` of the package `@resvg/resvg-wasm`. */
  readonly renderer: Uint8Array;
  /** A TrueType font, such as DejaVu Sans. Without its own font a picture would depend on the machine's. */
  readonly font: Uint8Array;
}

/** The renderer can be started only once in a process, so its start is kept. */
let started: Promise<unknown> | undefined;

/**
 * Renders an SVG file as a PNG file, with `scale` pixels for each of its own (2 is sharp on today's screens and in
 * print). Throws if the SVG is invalid.
 */
export async function rasterise(svg: string, files: RasteriserFiles, scale = 2): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  started ??= initWasm(files.renderer as Uint8Array<ArrayBuffer>);
  await started;
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [files.font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
    background: 'white',
  });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
