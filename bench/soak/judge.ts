import type { Look } from './look.ts';

/** A quantity at the start and at the end of a soak test, and whether it grew too much. */
export interface Drift {
  readonly quantity: Quantity;
  /** Bytes; medians over the first and the last fifth of the observations. */
  readonly start: number;
  readonly end: number;
  /** The limit for the end, in bytes. */
  readonly max: number;
}

export type Quantity = 'resident' | 'heap' | 'external' | 'wasm' | 'reserved';

/**
 * The allowed growth of each quantity: a share of its start, and bytes. Allocators and the collector leave some room
 * that is given back later; what a device reserves by its own account must not change at all. A leak of one small plan
 * a run is hundreds of them in an hour, far above these.
 */
export const bounds: { readonly [Name in Quantity]: { readonly share: number; readonly bytes: number } } = {
  resident: { share: 0.1, bytes: 32 * 2 ** 20 },
  heap: { share: 0.1, bytes: 4 * 2 ** 20 },
  external: { share: 0.1, bytes: 4 * 2 ** 20 },
  wasm: { share: 0.1, bytes: 4 * 2 ** 20 },
  reserved: { share: 0, bytes: 0 },
};

/** The share of observations at each end that is used for the median. */
const ends = 0.2;

/**
 * The number of short runs after which each of the three kinds has run twice; before that, memory grows by what is
 * needed for the first time.
 */
const settledRuns = 6;

/** The drift of each quantity since everything had run twice. @throws Error without observations */
export function driftsOf(all: readonly Look[]): Drift[] {
  if (all.length === 0) throw new Error('soak: there is no look to judge.');
  const settled = all.filter(({ runs }) => runs >= settledRuns);
  const looks = settled.length > 0 ? settled : all;
  const count = Math.max(1, Math.floor(looks.length * ends));
  return (Object.keys(bounds) as Quantity[]).map((quantity) => {
    const start = median(looks.slice(0, count).map((look) => look[quantity]));
    const end = median(looks.slice(-count).map((look) => look[quantity]));
    const { share, bytes } = bounds[quantity];
    return { quantity, start, end, max: start * (1 + share) + bytes };
  });
}

export function isWithin({ end, max }: Drift): boolean {
  return end <= max;
}

/**
 * The rate of the long run at the start and at the end. It is reported, but not judged, since other programs may use
 * the machine too.
 */
export function ratesOf(looks: readonly Look[]): { readonly start: number; readonly end: number } {
  const count = Math.max(1, Math.floor(looks.length * ends));
  const rates = looks.map(({ rate }) => rate);
  return { start: median(rates.slice(0, count)), end: median(rates.slice(-count)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
