import { make, sharpContext } from './dom.ts';
import { type Cell, cellAt, type GridGeometry } from './grid-geometry.ts';
import type { Plane } from './grid-view.ts';

/** A grid drawn in colours, with a second canvas above it for moving parts. */
export interface SweepPicture {
  /** The upper canvas, which takes focus, keys and pointers. */
  readonly surface: HTMLCanvasElement;
  /** Colours each cell by where its value lies between `low` and `high` in a table of `colourTable`. */
  paint(plane: Plane, colours: Uint8ClampedArray, low: number, high: number): void;
  /** Redraws what is above the cells. */
  over(draw: (context: CanvasRenderingContext2D, geometry: GridGeometry) => void): void;
  /** The cell under a pointer. */
  cellUnder(event: PointerEvent | MouseEvent): Cell | undefined;
  /** Sets the picture's description for screen readers. */
  describe(text: string): void;
}

export function createGridPicture(place: HTMLElement, { role }: { role: string }): SweepPicture {
  const base = make('canvas');
  base.setAttribute('aria-hidden', 'true');
  const surface = make('canvas', { tabIndex: 0 });
  surface.setAttribute('role', role);
  place.append(base, surface);
  // One pixel a cell, enlarged without smoothing.
  const small = document.createElement('canvas');
  let image: ImageData | undefined;
  let geometry: GridGeometry = { columns: 1, rows: 1, width: 1, height: 1 };

  return {
    surface,
    paint(plane, colours, low, high) {
      const { width, height, values } = plane;
      if (image?.width !== width || image.height !== height) {
        [small.width, small.height] = [width, height];
        image = new ImageData(width, height);
      }
      fillCells(image.data, plane, colours, low, high);
      geometry = { ...geometry, columns: width, rows: height };
      const context = sharpContext(base);
      const source = small.getContext('2d');
      if (!context || !source || values.length === 0) return;
      source.putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, base.clientWidth, base.clientHeight);
    },
    over(draw) {
      const context = sharpContext(surface);
      if (!context) return;
      geometry = { ...geometry, width: surface.clientWidth, height: surface.clientHeight };
      context.clearRect(0, 0, geometry.width, geometry.height);
      draw(context, geometry);
    },
    cellUnder(event) {
      const { left, top, width, height } = surface.getBoundingClientRect();
      return cellAt({ ...geometry, width, height }, { left: event.clientX - left, top: event.clientY - top });
    },
    describe(text) {
      if (surface.getAttribute('aria-label') !== text) surface.setAttribute('aria-label', text);
    },
  };
}

/** Writes a plane's colours into the bytes of an image of one pixel a cell, the first row at the top. */
export function fillCells(
  pixels: Uint8ClampedArray,
  { width, height, values }: Plane,
  colours: Uint8ClampedArray,
  low: number,
  high: number,
): void {
  const last = colours.length / 4 - 1;
  const scale = high > low ? last / (high - low) : 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const colour = 4 * Math.min(last, Math.max(0, Math.round((values[x * height + y] - low) * scale)));
      const pixel = 4 * ((height - 1 - y) * width + x);
      for (let channel = 0; channel < 4; channel++) pixels[pixel + channel] = colours[colour + channel];
    }
  }
}
