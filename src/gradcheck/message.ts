import { describeType } from '../tape/index.ts';
import type { GradcheckInput } from './gradcheck.ts';

/** `input 1 (weights, f32[3, 4])`. */
export function describeInput({ name, shape }: GradcheckInput, place: number): string {
  const type = describeType({ dtype: 'f32', shape });
  return `input ${place} (${name ? `${name}, ` : ''}${type})`;
}

/** How many elements are checked one by one to find the worst: enough to see a pattern, few enough to wait for. */
const maxElements = 256;

/** Finds the element whose recorded derivative is furthest from its difference, among the first few hundred. */
export async function describeWorstElement(
  { shape, values }: GradcheckInput,
  gradient: Float64Array,
  slopeAlong: (v: Float64Array) => Promise<{ derivative: number }>,
): Promise<string> {
  let worst = { place: 0, off: -1, difference: 0 };
  for (let place = 0; place < Math.min(values.length, maxElements); place++) {
    const unit = new Float64Array(values.length);
    unit[place] = 1;
    const { derivative } = await slopeAlong(unit);
    const off = Math.abs(derivative - gradient[place]);
    if (!(off <= worst.off))
      worst = { place, off: Number.isNaN(off) ? Number.POSITIVE_INFINITY : off, difference: derivative };
  }
  const { place, difference } = worst;
  const coordinates = coordinatesOf(place, shape).join(', ');
  return `Worst element [${coordinates}], where the input is ${values[place]}: recorded ${gradient[place]}, differences ${difference}.`;
}

/** The coordinates of an element in a row-major array. */
export function coordinatesOf(place: number, shape: readonly number[]): number[] {
  const coordinates: number[] = [];
  let rest = place;
  for (const size of shape.slice().reverse()) {
    coordinates.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return coordinates;
}
